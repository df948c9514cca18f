#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "collector/store/history.h"
#include "store/audits.h"
#include "store/contract_states.h"
#include "store/ddl_events.h"
#include "store/drifts.h"
#include "store/events.h"
#include "store/gate_runs.h"
#include "store/pairs.h"
#include "store/syncs.h"
#include "store/tokens.h"
#include "store/upkeep.h"
#include "store/waivers.h"
#include "support/cmocka.h"

enum { WORDS_SIZE = 4096 };

struct findings {
    char words[WORDS_SIZE];
    uint64_t done, total;
    unsigned steps;
};

static void keep_words(void *context, const char *problem)
{
    struct findings *findings = context;

    size_t length = strlen(findings->words);

    snprintf(findings->words + length, sizeof findings->words - length, "%s\n", problem);
}

static void keep_progress(void *context, uint64_t done, uint64_t total)
{
    struct findings *findings = context;

    assert_true(done >= findings->done);
    findings->done = done;
    findings->total = total;
    findings->steps++;
}

static struct verify_result verify(struct database *database, struct findings *ret_findings)
{
    const struct verify_options options = {keep_words, keep_progress, ret_findings};
    struct verify_result result = {0};
    struct error error = {0};

    *ret_findings = (struct findings){0};
    history_expect(store_verify(database, &options, &result, &error), &error);
    return result;
}

/* A drift that lives and is waived, and one that has ended. */
static void fill_drifts(struct history *history, int64_t target)
{
    struct pair_row pair = {.database = TEXT("orders"),
                            .from = TEXT("staging"),
                            .to = TEXT("prod"),
                            .active = true,
                            .sides = {{.is_there = true, .target = target, .snapshot = 1}}};
    struct waiver_row waiver = {.database = TEXT("orders"),
                                .reason = TEXT("known"),
                                .author = TEXT("alice"),
                                .created_by = TEXT("ci"),
                                .expires_at = 9};
    struct drift_row drift = {.effect = EFFECT_ADDED,
                              .kind = KIND_COLUMN,
                              .object_kind = KIND_TABLE,
                              .rule = TEXT("x"),
                              .object = TEXT("a.b"),
                              .owner = TEXT("a"),
                              .attributes = TEXT("[]"),
                              .states = {{.is_there = true}},
                              .lead = -1};
    struct drift_step_row step = {.side = 0, .state = {.is_there = true}};
    struct error error = {0};

    history_expect(pairs_put(history->database, &pair, &error), &error);
    history_expect(waivers_add(history->database, &waiver, &error), &error);
    drift.pair = pair.id;
    drift.waiver = waiver.id;
    for (int i = 0; i < 2; i++) {
        drift.state = i == 0 ? DRIFT_WAIVED : DRIFT_ENDED;
        drift.ending = i == 0 ? DRIFT_LIVES : DRIFT_PROMOTED;
        drift.ended_at = 5;
        history_expect(drifts_add(history->database, &drift, &error), &error);
        step.drift = drift.id;
        step.what = DRIFT_STEP_OPENED;
        history_expect(drift_steps_add(history->database, &step, &error), &error);
    }
    step.what = DRIFT_STEP_ENDED;
    history_expect(drift_steps_add(history->database, &step, &error), &error);
}

static void fill_gate(struct history *history, int64_t target)
{
    const struct contract_state_row contract = {.contract = TEXT("billing"), .target = target, .snapshot = 1};
    struct gate_run_row run = {.by = TEXT("ci"),
                               .database = TEXT("orders"),
                               .from = TEXT("staging"),
                               .to = TEXT("prod"),
                               .has_from_root = true,
                               .pinned = true,
                               .answer = TEXT("{}")};
    struct sync_row sync = {
        .by = TEXT("ci"), .kind = TEXT("publish"), .name = TEXT("docs"), .database = TEXT("orders")};
    const struct audit_row audit = {.by = TEXT("ci"), .action = TEXT("drift-waived"), .subject = TEXT("drift 1")};
    struct error error = {0};

    history_expect(contract_states_put(history->database, &contract, &error), &error);
    history_expect(gate_runs_add(history->database, &run, &error), &error);
    history_expect(syncs_add(history->database, &sync, &error), &error);
    history_expect(audits_add(history->database, &audit, &error), &error);
}

/* A store with something in every table. */
static void fill(struct history *history)
{
    const struct change change = {
        .kind = KIND_COLUMN, .object_kind = KIND_TABLE, .object = TEXT("a.b"), .owner = TEXT("a"), .rule = "x"};
    const struct event_row event = {.at = 1, .type = EVENT_SNAPSHOT_RECORDED, .data = TEXT("{}")};
    const struct token_row token = {.name = TEXT("ci"), .rights = TOKEN_READ};
    int64_t targets[] = {history_target(history, "orders", "prod", "eu-1"),
                         history_target(history, "orders", "prod", "eu-2")};
    char secret[TOKEN_TEXT_SIZE];
    struct error error = {0};
    unsigned versions[600];

    for (unsigned i = 0; i < 6; i++) {
        struct ddl_event_row ddl_event = {.target = targets[i % 2], .number = i, .at = 1};
        struct attribution attribution = {.evidence = EVIDENCE_CAPTURED};
        struct snapshot *snapshot;
        struct snapshot_row row;

        for (unsigned k = 0; k < LENGTH_OF(versions); k++)
            versions[k] = 1 + (k < 50 ? i / 2 : 0);
        snapshot = history_build(history, versions, LENGTH_OF(versions));
        history_record(history, targets[i % 2], snapshot, &row);
        ddl_event.snapshot = row.id;
        history_expect(ddl_events_add(history->database, &ddl_event, &attribution.ddl_event, &error), &error);
        history_expect(
            snapshots_add_changes(history->database, &row, &change, i == 3 ? &attribution : NULL, 1, NULL, &error),
            &error);
        snapshot_free(snapshot);
    }
    history_run(history, "UPDATE snapshot SET changes = 1");
    fill_drifts(history, targets[0]);
    fill_gate(history, targets[0]);
    history_expect(events_add(history->database, &event, &error), &error);
    history_expect(tokens_make(history->database, &token, secret, &error), &error);
}

static void test_a_sound_store_has_no_problems(void **state)
{
    struct history *history = *state;
    struct findings findings;
    struct verify_result result;
    struct database *reader = NULL;
    struct error error = {0};

    result = verify(history->database, &findings); /* an empty one */
    assert_int_equal(result.problems, 0);
    fill(history);
    history_expect(store_open(&reader, history->folder, DATABASE_READ, &error), &error);
    result = verify(reader, &findings);
    database_close(reader);
    assert_string_equal(findings.words, "");
    assert_int_equal(result.problems, 0);
    assert_int_equal(result.targets, 2);
    assert_int_equal(result.snapshots, 6);
    assert_int_equal(result.nodes, history_ask(history, "SELECT count(*) FROM node"));
    assert_int_equal(result.bytes, history_ask(history, "SELECT sum(length(bytes)) FROM node"));
    assert_true(findings.steps >= 3);
    assert_int_equal(findings.done, result.nodes);
    assert_int_equal(findings.total, result.nodes);
}

static void test_a_copy_is_verified_like_the_store(void **state)
{
    struct history *history = *state;
    struct findings findings;
    struct database *copy = NULL;
    struct error error = {0};
    const char *folder = test_directory_path(&history->directory, "restored");

    fill(history);
    history_expect(store_open(&copy, folder, DATABASE_WRITE, &error), &error); /* for its folder */
    database_close(copy);
    assert_int_equal(remove(test_directory_path(&history->directory, "restored/history.db")), 0);
    history_expect(
        database_backup(history->database, test_directory_path(&history->directory, "restored/history.db"), &error),
        &error);
    history_expect(store_open(&copy, folder, DATABASE_READ, &error), &error);
    assert_int_equal(verify(copy, &findings).problems, 0);
    assert_int_equal(findings.total, history_ask(history, "SELECT count(*) FROM node"));
    database_close(copy);
}

/* Change what is stored as no program of ours would. */
static void damage(struct history *history, const char *sql)
{
    sqlite3 *handle = NULL;

    assert_int_equal(sqlite3_open(test_directory_path(&history->directory, "data/history.db"), &handle), SQLITE_OK);
    assert_int_equal(sqlite3_exec(handle, "PRAGMA ignore_check_constraints = ON", NULL, NULL, NULL), SQLITE_OK);
    if (sqlite3_exec(handle, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sqlite3_errmsg(handle), sql);
    assert_true(sqlite3_total_changes(handle) > 0);
    sqlite3_close(handle);
}

/* `words` are of one of the problems that are found. */
static const struct {
    const char *sql, *words;
} damages[] = {
    {"UPDATE node SET bytes = CAST(substr(bytes, 1, 5) || 'x' || substr(bytes, 7) AS BLOB) WHERE id = 3",
     "node 3: it is not what its hash says"},
    {"UPDATE node SET bytes = x'' WHERE type = 4", "it is not what its hash says"},
    {"UPDATE node SET type = 2 WHERE id = 3", "node 3: it is not what its hash says"},
    {"UPDATE node SET type = 9 WHERE id = 3", "node 3: it has no type"},
    {"UPDATE node SET hash = x'00' WHERE id = 3", "node 3: a hash of 1 bytes"},
    {"UPDATE node SET hash = zeroblob(32) WHERE id = 3", "refers to one that is not there"},
    {"DELETE FROM node WHERE id = 3", "refers to one that is not there"},
    {"UPDATE node SET id = 9999 WHERE id = 3", "is older than what it refers to"},
    {"DELETE FROM node WHERE id = (SELECT node FROM snapshot WHERE id = 1)", "snapshot #1 has the node"},
    {"UPDATE snapshot SET root = zeroblob(32) WHERE id = 2", "snapshot #2 has the node"},
    {"UPDATE snapshot SET root = x'00', node = NULL WHERE id = 2", "snapshot #2 makes no sense"},
    {"UPDATE snapshot SET node = 1 WHERE id = 2", "snapshot #2 has the node 1, which is not its root"},
    {"UPDATE snapshot SET target = 77 WHERE id = 3", "refers to a row of target that is not there"},
    {"UPDATE snapshot SET agent = 77 WHERE id = 3", "refers to a row of agent that is not there"},
    {"UPDATE snapshot SET engine = 'other' WHERE id = 6", "snapshot #6 is of another engine"},
    {"UPDATE snapshot SET gaps = 1 WHERE id = 6", "snapshot #6 lacks 0 things, not 1"},
    {"UPDATE snapshot SET objects = 1 WHERE id = 5", "snapshot #5 has 600 objects, not 1"},
    {"UPDATE snapshot SET objects = 1 WHERE id = 2", "say they have 1 and 600 objects"},
    {"UPDATE snapshot SET seq = 1 WHERE id = 6", "of its outbox, after number"},
    {"UPDATE snapshot SET seq = 1000 WHERE id = 6", "was read up to number 6 only"},
    {"UPDATE snapshot SET lost = -1 WHERE id = 6", "snapshot #6 makes no sense"},
    {"UPDATE snapshot SET incarnation = x'01' WHERE id = 6", "snapshot #6 makes no sense"},
    {"UPDATE snapshot SET changes = 7 WHERE id = 6", "snapshot #6 has 1 changes, and says it has 7"},
    {"UPDATE snapshot SET changes = 0 WHERE id = 6", "snapshot #6 has 1 changes, and says it has 0"},
    {"UPDATE snapshot SET taken_at = 5 WHERE id = 3", "change 3 does not belong to its snapshot #3"},
    {"UPDATE stream SET last_seq = 1", "was read up to number 1 only"},
    {"DELETE FROM stream", "was read up to number 0 only"},
    {"UPDATE target SET snapshot = 1 WHERE id = 1", "target 1 has newest snapshot #1, and #5"},
    {"UPDATE target SET snapshot = NULL WHERE id = 1", "target 1 has newest snapshot #0, and #5"},
    {"UPDATE snapshot SET node = NULL WHERE id = 5", "target 1 has newest snapshot #5, and #3"},
    {"UPDATE target SET root_since = 5 WHERE id = 1", "target 1 has not had its root since 5"},
    {"UPDATE target SET state = 6 WHERE id = 1", "target 1 makes no sense"},
    {"UPDATE target SET instance = '' WHERE id = 1", "target 1 makes no sense"},
    {"UPDATE target SET agent = 9 WHERE id = 1", "refers to a row of agent that is not there"},
    {"UPDATE change SET snapshot = 99 WHERE id = 2", "change 2 does not belong to its snapshot #99"},
    {"UPDATE change SET target = 1 WHERE id = 2", "change 2 does not belong to its snapshot #2"},
    {"UPDATE change SET at = 5 WHERE id = 2", "change 2 does not belong"},
    {"UPDATE change SET effect = 9 WHERE id = 2", "change 2 makes no sense"},
    {"UPDATE change SET effect = 3 WHERE id = 2", "change 2 makes no sense"},
    {"UPDATE change SET aspect = 3 WHERE id = 2", "change 2 makes no sense"},
    {"UPDATE change SET severity = -1 WHERE id = 2", "change 2 makes no sense"},
    {"UPDATE change SET kind = 60000 WHERE id = 2", "a change speaks of kind 60000"},
    {"UPDATE change SET owner = object WHERE id = 2", "change 2 makes no sense"},
    {"UPDATE change SET attributes = '[' WHERE id = 2", "change 2 makes no sense"},
    {"DELETE FROM change WHERE id = 4", "snapshot #4 has 0 changes, and says it has 1"},
    {"UPDATE ddl_event SET snapshot = 99 WHERE id = 2", "captured statement 2 does not belong"},
    {"UPDATE ddl_event SET target = 1 WHERE id = 2", "captured statement 2 does not belong"},
    {"UPDATE change SET evidence = 3 WHERE id = 2", "change 2 makes no sense"},
    {"UPDATE change SET evidence = 2 WHERE id = 4", "change 4 has no statement 4, or not of its own"},
    {"UPDATE change SET evidence = 0, ddl_event = 99 WHERE id = 4", "change 4 has no statement 99, or not of its own"},
    {"UPDATE ddl_event SET number = -1 WHERE id = 2", "captured statement 2 makes no sense"},
    {"UPDATE ddl_event SET actor = '' WHERE id = 2", "captured statement 2 makes no sense"},
    {"UPDATE change SET ddl_event = 3 WHERE id = 4", "change 4 has no statement 3, or not of its own"},
    {"UPDATE change SET ddl_event = NULL WHERE id = 4", "change 4 has no statement 0, or not of its own"},
    {"UPDATE ddl_event SET unconfirmed = 1 WHERE id = 4",
     "change 4 has no statement 4, or not of its own, or one that"},
    {"DELETE FROM ddl_event WHERE id = 4", "change 4 has no statement 4, or not of its own"},
    {"UPDATE snapshot SET capture = 2 WHERE id = 6", "snapshot #6 makes no sense"},
    {"UPDATE target SET root = zeroblob(32) WHERE id = 1", "target 1 does not have the root"},
    {"UPDATE target SET root = NULL WHERE id = 1", "target 1 does not have the root"},
    {"UPDATE target SET gaps = 4 WHERE id = 1", "target 1 does not have the root or the gaps of its snapshot #5"},
    {"UPDATE pair SET to_environment = 'staging'", "pair 1 makes no sense"},
    {"UPDATE pair SET instance = 'eu-1'", "pair 1 makes no sense"},
    {"UPDATE pair SET policy = x'01'", "pair 1 makes no sense"},
    {"UPDATE pair SET from_root = NULL", "pair 1 makes no sense"},
    {"UPDATE pair SET to_snapshot = 4", "pair 1 makes no sense"},
    {"UPDATE pair SET unknown_count = 4", "pair 1 makes no sense"},
    {"UPDATE pair SET active = 0", "drift 1 lives, though its pair 1 is over"},
    {"UPDATE drift SET pair = 9 WHERE id = 1", "refers to a row of pair that is not there"},
    {"UPDATE drift SET waiver = 9 WHERE id = 1", "refers to a row of waiver that is not there"},
    {"UPDATE drift SET waiver = NULL WHERE id = 1", "drift 1 makes no sense"},
    {"UPDATE drift SET state = 0 WHERE id = 2", "drift 2 makes no sense"},
    {"UPDATE drift SET state = 1 WHERE id = 1", "drift 1 makes no sense"},
    {"UPDATE drift SET ended_at = NULL WHERE id = 2", "drift 2 makes no sense"},
    {"UPDATE drift SET ending = 9 WHERE id = 2", "drift 2 makes no sense"},
    {"UPDATE drift SET cause = 5 WHERE id = 1", "drift 1 makes no sense"},
    {"UPDATE drift SET effect = 1 WHERE id = 1", "drift 1 makes no sense"},
    {"UPDATE drift SET to_state = zeroblob(32) WHERE id = 1", "drift 1 makes no sense"},
    {"UPDATE pair SET from_environment = 'prod', instance = 'eu-1'", "drift 1 makes no sense"},
    {"UPDATE drift SET from_state = x'00' WHERE id = 1", "drift 1 makes no sense"},
    {"UPDATE drift SET base_state = zeroblob(32) WHERE id = 1", "drift 1 makes no sense"},
    {"UPDATE drift SET owner = object WHERE id = 1", "drift 1 makes no sense"},
    {"UPDATE drift SET attributes = '{}' WHERE id = 1", "drift 1 makes no sense"},
    {"UPDATE drift SET contracts = '[' WHERE id = 1", "drift 1 makes no sense"},
    {"UPDATE drift SET kind = 60000 WHERE id = 1", "a drift speaks of kind 60000"},
    {"UPDATE drift SET ending = 0, state = 0, ended_at = NULL WHERE id = 2", "drifts 1 and 2 of pair 1 are about the"},
    {"DELETE FROM drift_step WHERE what = 5", "drift 2 has no beginning, or no end"},
    {"DELETE FROM drift_step WHERE what = 0 AND drift = 1", "drift 1 has no beginning, or no end"},
    {"UPDATE drift_step SET what = 10 WHERE id = 1", "step 1 of drift 1 makes no sense"},
    {"UPDATE drift_step SET side = NULL WHERE id = 1", "step 1 of drift 1 makes no sense"},
    {"UPDATE drift_step SET state = x'' WHERE id = 1", "step 1 of drift 1 makes no sense"},
    {"UPDATE drift_step SET drift = 9 WHERE id = 1", "refers to a row of drift that is not there"},
    {"UPDATE waiver SET database = 'billing'", "drift 1 is waived by waiver 1, which is over or of another"},
    {"UPDATE waiver SET ended_at = 5", "drift 1 is waived by waiver 1, which is over"},
    {"UPDATE waiver SET expires_at = created_at", "waiver 1 makes no sense"},
    {"UPDATE waiver SET future = 1", "waiver 1 makes no sense"},
    {"UPDATE waiver SET ended_by = 'x'", "waiver 1 makes no sense"},
    {"UPDATE contract_state SET target = 9", "refers to a row of target that is not there"},
    {"UPDATE contract_state SET state = 1", "what target 1 has of contract 'billing' makes no sense"},
    {"UPDATE contract_state SET fingerprint = x'00'", "what target 1 has of contract 'billing' makes no sense"},
    {"UPDATE contract_state SET snapshot = 2", "was checked against snapshot #2, which is not of target 1"},
    {"UPDATE gate_run SET from_root = NULL", "run 1 of the gate makes no sense"},
    {"UPDATE gate_run SET verdict = 3", "run 1 of the gate makes no sense"},
    {"UPDATE gate_run SET answer = '['", "run 1 of the gate makes no sense"},
    {"UPDATE sync_run SET name = ''", "run 1 of publish makes no sense"},
    {"UPDATE sync_run SET state = 10", "run 1 of publish makes no sense"},
    {"UPDATE sync_run SET root = x'00'", "run 1 of publish makes no sense"},
    {"UPDATE audit SET action = ''", "entry 1 of the audit makes no sense"},
    {"UPDATE audit SET data = '[]'", "entry 1 of the audit makes no sense"},
    {"UPDATE event SET data = '{' WHERE id = 1", "event 1 makes no sense"},
    {"UPDATE event SET severity = 4 WHERE id = 1", "event 1 makes no sense"},
    {"UPDATE event SET type = 'snap\x01shot' WHERE id = 1", "event 1 makes no sense"},
    {"UPDATE agent SET name = ''", "agent 1 makes no sense"},
    {"UPDATE agent SET key = x'00'", "agent 1 makes no sense"},
    {"UPDATE agent_grant SET agent = 9", "refers to a row of agent that is not there"},
    {"UPDATE token SET rights = 5", "token 1 makes no sense"},
    {"UPDATE token SET hash = x'00'", "token 1 makes no sense"},
    {"UPDATE meta SET value = 'x'", "the store has no id"},
    {"DELETE FROM meta", "the store has no id"},
};

static void test_damage_is_found(void **state)
{
    struct history *history = *state;
    struct text sound = {NULL, 0};

    fill(history);
    for (size_t i = 0; i < LENGTH_OF(damages); i++) {
        const char *file = test_directory_path(&history->directory, "data/history.db");
        struct findings findings;
        struct error error = {0};
        struct verify_result result;

        database_close(history->database); /* so that all is in the file */
        history->database = NULL;
        if (sound.length == 0)
            sound = test_directory_read(&history->directory, "data/history.db");
        damage(history, damages[i].sql);
        history_expect(store_open(&history->database, history->folder, DATABASE_READ, &error), &error);
        result = verify(history->database, &findings);
        if (result.problems == 0 || strstr(findings.words, damages[i].words) == NULL)
            fail_msg("%s: '%s' is not in '%s'", damages[i].sql, damages[i].words, findings.words);
        database_close(history->database);
        assert_int_equal(remove(file), 0);
        test_directory_write(&history->directory, "data/history.db", sound);
        history_expect(store_open(&history->database, history->folder, DATABASE_WRITE, &error), &error);
    }
}

/* Any page of the file may be torn: that is found, and is no reason to stop. */
static void test_torn_pages_are_found(void **state)
{
    struct history *history = *state;
    struct text sound;
    long pages;

    fill(history);
    database_close(history->database);
    sound = test_directory_read(&history->directory, "data/history.db");
    pages = (long)(sound.length / 4096);
    for (long page = 1; page < pages; page += 1 + pages / 12) {
        struct error error = {0};
        struct findings findings;
        FILE *file;

        assert_int_equal(remove(test_directory_path(&history->directory, "data/history.db")), 0);
        file = fopen(test_directory_write(&history->directory, "data/history.db", sound), "r+b");
        assert_non_null(file);
        assert_int_equal(fseek(file, page * 4096, SEEK_SET), 0);
        for (int i = 0; i < 4096; i++)
            fputc(0xa5, file);
        fclose(file);
        history->database = NULL;
        if (store_open(&history->database, history->folder, DATABASE_READ, &error) == ERROR_CORRUPT)
            continue; /* without this page there is no store */
        history_expect(error.code, &error);
        if (verify(history->database, &findings).problems == 0)
            fail_msg("page %ld of %ld may be torn", page, pages);
        database_close(history->database);
    }
    history->database = NULL;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_sound_store_has_no_problems, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_a_copy_is_verified_like_the_store, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_damage_is_found, history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(test_torn_pages_are_found, history_setup, history_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
