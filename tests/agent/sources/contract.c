#include "agent/sources/contract.h"

#include <stdio.h>
#include <string.h>

#include "support/allocation.h"

const char *const contract_odd_names[] = {
    "plain",
    "Upper",
    "select",
    "with space",
    " leading and trailing ",
    "dotted.name",
    "double\"quote",
    "single'quote",
    "back`tick",
    "[brackets]",
    "back\\slash",
    "{braces,comma}",
    "semi;colon -- comment /* */",
    "new\nline",
    "tab\tand\rreturn",
    "percent%s%n",
    "NULL",
    "1st",
    "größe",
    "表",
    "👩‍👩‍👧",
    "combining e\xcc\x81",
    "right\xe2\x80\xaeto left",
    "sixty-three bytes, as many as PostgreSQL keeps of a name 678901",
    NULL,
};

const char *contract_table_name(unsigned number, char ret_name[16])
{
    snprintf(ret_name, 16, "t%03u", number);
    return ret_name;
}

void contract_quote_yaml(struct buffer *yaml, const char *text)
{
    buffer_add_byte(yaml, '"');
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            buffer_add_byte(yaml, '\\');
        if ((unsigned char)*text < 0x20)
            buffer_printf(yaml, "\\x%02x", (unsigned char)*text);
        else
            buffer_add_byte(yaml, (uint8_t)*text);
    }
    buffer_add_byte(yaml, '"');
}

void contract_quote_sql(struct buffer *sql, const char *name, char quote)
{
    buffer_add_byte(sql, (uint8_t)quote);
    for (; *name != '\0'; name++) {
        if (*name == quote)
            buffer_add_byte(sql, (uint8_t)quote);
        buffer_add_byte(sql, (uint8_t)*name);
    }
    buffer_add_byte(sql, (uint8_t)quote);
}

void contract_write_tables(struct buffer *words, enum contract_fixture fixture, contract_add_table *add_table)
{
    char name[16];

    assert_int_not_equal(fixture, CONTRACT_SMALL);
    if (fixture == CONTRACT_THOUSAND)
        for (unsigned i = 0; i < 1000; i++)
            add_table(words, i, contract_table_name(i, name), "id");
    else
        for (unsigned i = 0; contract_odd_names[i] != NULL; i++)
            add_table(words, i, contract_odd_names[i], contract_odd_names[i]);
    assert_false(words->failed);
}

struct snapshot *contract_read(const struct contract *contract, const char *ref)
{
    struct source_settings settings;
    struct snapshot *snapshot = NULL;
    struct error error = {0};

    source_settings_init(&settings);
    if (contract->source->read(&snapshot, ref, &settings, &error) != ERROR_NONE)
        fail_msg("reading '%s' failed: %s: %s (%s)", ref, error_name(error.code), error.message, error.hint);
    return snapshot;
}

static void read_badly(const struct contract *contract, const char *ref, enum error_code code, struct error *ret_error)
{
    static struct snapshot *const untouched = (struct snapshot *)&contract_odd_names;
    struct source_settings settings;
    struct snapshot *snapshot = untouched;
    enum error_code answer;

    *ret_error = (struct error){0};
    source_settings_init(&settings);
    answer = contract->source->read(&snapshot, ref, &settings, ret_error);
    if (answer != code || ret_error->code != code)
        fail_msg("reading '%s': expected '%s', got '%s': %s", ref, error_name(code), error_name(answer),
                 ret_error->message);
    assert_ptr_equal(snapshot, untouched);
    assert_true(strlen(ret_error->message) > 0);
    assert_null(strchr(ret_error->message, '\n'));
}

void contract_fails(const struct contract *contract, const char *ref, enum error_code code, const char *words)
{
    struct error error;

    read_badly(contract, ref, code, &error);
    if (strstr(error.message, words) == NULL)
        fail_msg("reading '%s': '%s' is not in: %s", ref, words, error.message);
}

void contract_hints(const struct contract *contract, const char *ref, enum error_code code, const char *words)
{
    struct error error;

    read_badly(contract, ref, code, &error);
    if (strstr(error.hint, words) == NULL)
        fail_msg("reading '%s': '%s' is not in: %s", ref, words, error.hint);
}

enum watch_answer contract_look(struct watch *watch, enum watch_depth depth)
{
    enum watch_answer answer = WATCH_SAME;
    struct error error = {0};

    if (watch_look(watch, depth, &answer, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    return answer;
}

int contract_teardown(void **state)
{
    struct contract *contract = *state;

    test_directory_remove(contract->directory);
    return 0;
}

void contract_missing_is_said(void **state)
{
    const struct contract *contract = *state;

    contract_fails(contract, contract->missing, contract->missing_code, "");
}

void contract_refusal_is_said(void **state)
{
    const struct contract *contract = *state;

    assert_non_null(contract->refused);
    contract_fails(contract, contract->refused, ERROR_REFUSED, "");
}

void contract_nameless_is_usage(void **state)
{
    const struct contract *contract = *state;

    assert_non_null(contract->nameless);
    contract_fails(contract, contract->nameless, ERROR_USAGE, "");
}

void contract_is_found_by_its_schemes(void **state)
{
    const struct contract *contract = *state;

    assert_non_null(contract->source->schemes[0]);
    for (const char *const *scheme = contract->source->schemes; *scheme != NULL; scheme++) {
        assert_non_null(strchr(*scheme, ':'));
        assert_ptr_equal(source_find(*scheme), contract->source);
    }
}

void contract_shows_no_secret(void **state)
{
    const struct contract *contract = *state;
    const char *refs[] = {contract->with_secret, contract->missing, contract->source->schemes[0], ""};

    for (size_t i = 0; i < LENGTH_OF(refs); i++) {
        CLEANUP(buffer_clear) struct buffer shown = {0};

        if (refs[i] == NULL)
            continue;
        contract->source->redact(&shown, refs[i]);
        assert_false(shown.failed);
        assert_null(memmem(buffer_text(&shown).bytes, shown.length, "hunter2", 7));
    }
    if (contract->with_secret != NULL) {
        struct source_settings settings;
        struct snapshot *snapshot = NULL;
        struct error error = {0};

        source_settings_init(&settings);
        settings.connect_timeout_ms = 1000;
        if (contract->source->read(&snapshot, contract->with_secret, &settings, &error) == ERROR_NONE) {
            assert_null(memmem(snapshot->info.ref.bytes, snapshot->info.ref.length, "hunter2", 7));
            snapshot_free(snapshot);
        }
        assert_null(strstr(error.message, "hunter2"));
        assert_null(strstr(error.hint, "hunter2"));
    }
}

/* The table of a name with its parts, in `arena`. */
static struct object find_table(const struct contract *contract, const struct snapshot *snapshot, const char *name,
                                struct arena *arena)
{
    const struct trie *home = snapshot_home(snapshot, KIND_TABLE);
    struct path path = {.count = 2, .elements = {text_from(contract->schema), text_from(name)}};
    struct object object = {0};
    struct error error;

    for (uint32_t i = 0; i < home->count; i++)
        if (home->entries[i].kind == KIND_TABLE && path_equal(&home->entries[i].path, &path)) {
            assert_int_equal(snapshot_object(snapshot, &home->entries[i], arena, &object, &error), ERROR_NONE);
            return object;
        }
    fail_msg("there is no table '%s.%s'", contract->schema, name);
    return object;
}

void contract_reads_a_thousand_tables(void **state)
{
    struct contract *contract = *state;
    struct snapshot *snapshot = contract_read(contract, contract->make(contract, CONTRACT_THOUSAND));
    struct arena arena;
    char name[16];

    arena_init(&arena, SIZE_MAX);
    assert_int_equal(snapshot->gap_count > 0, contract->has_gaps);
    for (unsigned i = 0; i < 1000; i++) {
        struct object table = find_table(contract, snapshot, contract_table_name(i, name), &arena);
        assert_non_null(object_part(&table, KIND_COLUMN, TEXT("id")));
    }
    arena_free(&arena);
    snapshot_free(snapshot);
}

void contract_reads_odd_names(void **state)
{
    struct contract *contract = *state;
    struct snapshot *snapshot = contract_read(contract, contract->make(contract, CONTRACT_ODD));
    struct arena arena;

    arena_init(&arena, SIZE_MAX);
    assert_int_equal(snapshot->gap_count > 0, contract->has_gaps);
    for (size_t i = 0; contract_odd_names[i] != NULL; i++) {
        struct text name = text_from(contract_odd_names[i]);
        struct object table;

        if (contract->allows != NULL && !contract->allows(contract_odd_names[i]))
            continue;
        table = find_table(contract, snapshot, contract_odd_names[i], &arena);
        if (object_part(&table, KIND_COLUMN, name) == NULL)
            fail_msg("the table '%s' has no column of that name", contract_odd_names[i]);
    }
    arena_free(&arena);
    snapshot_free(snapshot);
}

void contract_answers_the_same_twice(void **state)
{
    struct contract *contract = *state;
    const char *ref = contract->make(contract, CONTRACT_SMALL);
    struct snapshot *first = contract_read(contract, ref);
    struct snapshot *second = contract_read(contract, ref);

    assert_true(hash_equal(&first->root, &second->root));
    assert_true(snapshot_home(first, KIND_TABLE)->count > 0);
    assert_true(text_equal(first->info.engine, text_from(contract->source->name)));
    assert_true(first->info.server_version.length > 0);
    assert_true(first->info.taken_at > 0);
    snapshot_free(first);
    snapshot_free(second);
}

struct progress {
    unsigned calls;
    unsigned done;
    unsigned total;
    unsigned long rows;
};

static void take_progress(void *context, unsigned done, unsigned total, unsigned long rows)
{
    struct progress *progress = context;

    assert_true(done >= progress->done && done <= total);
    assert_true(rows >= progress->rows);
    *progress = (struct progress){progress->calls + 1, done, total, rows};
}

void contract_reports_progress(void **state)
{
    struct contract *contract = *state;
    struct progress progress = {0};
    struct source_settings settings;
    struct snapshot *snapshot = NULL;
    struct error error = {0};

    source_settings_init(&settings);
    settings.progress = take_progress;
    settings.progress_context = &progress;
    assert_int_equal(contract->source->read(&snapshot, contract->make(contract, CONTRACT_SMALL), &settings, &error),
                     ERROR_NONE);
    snapshot_free(snapshot);
    assert_true(progress.calls > 0);
    assert_int_equal(progress.done, progress.total);
    assert_true(progress.rows > 0);
}

void contract_keeps_the_memory_limit(void **state)
{
    static const size_t limits[] = {1024, 16 * 1024, 100 * 1024};
    struct contract *contract = *state;
    const char *ref = contract->make(contract, CONTRACT_THOUSAND);

    for (size_t i = 0; i < LENGTH_OF(limits); i++) {
        struct source_settings settings;
        struct snapshot *snapshot = NULL;
        struct error error = {0};

        source_settings_init(&settings);
        settings.memory_limit = limits[i];
        if (contract->source->read(&snapshot, ref, &settings, &error) != ERROR_LIMIT)
            fail_msg("a limit of %zu bytes: got '%s': %s", limits[i], error_name(error.code), error.message);
        assert_null(snapshot);
        assert_non_null(strstr(error.message, "limit"));
    }
}

struct attempt {
    const struct contract *contract;
    const char *ref;
    struct hash root;
};

static enum error_code attempt_read(void *context, struct error *error)
{
    const struct attempt *attempt = context;
    struct source_settings settings;
    struct snapshot *snapshot = NULL;
    enum error_code code;

    source_settings_init(&settings);
    code = attempt->contract->source->read(&snapshot, attempt->ref, &settings, error);
    if (code != ERROR_NONE)
        assert_null(snapshot);
    else
        assert_true(hash_equal(&snapshot->root, &attempt->root));
    snapshot_free(snapshot);
    return code;
}

void contract_survives_allocation_failures(void **state)
{
    struct contract *contract = *state;
    struct attempt attempt = {.contract = contract, .ref = contract->make(contract, CONTRACT_SMALL)};
    struct snapshot *snapshot = contract_read(contract, attempt.ref);

    attempt.root = snapshot->root;
    snapshot_free(snapshot);
    assert_true(test_every_allocation(attempt_read, &attempt) > 10);
}

/* ---- changing ---- */

static enum error_code change(const struct contract *contract, const char *ref, const char *statement,
                              struct error *error)
{
    struct source_settings settings;

    source_settings_init(&settings);
    settings.connect_timeout_ms = 1000;
    *error = (struct error){0};
    return contract->source->change(ref, &settings, statement, error);
}

/* A statement is committed, one that fails leaves nothing behind, and what cannot be reached is told as when it is
 * read. */
void contract_changes_only_what_is_said(void **state)
{
    struct contract *contract = *state;
    const char *ref = contract->make(contract, CONTRACT_SMALL);
    struct snapshot *before = contract_read(contract, ref), *between, *after;
    struct error error;

    assert_int_equal(change(contract, ref, "CREATE TABLE driftline_planted (id integer)", &error), ERROR_NONE);
    between = contract_read(contract, ref);
    assert_int_equal(snapshot_home(between, KIND_TABLE)->count, snapshot_home(before, KIND_TABLE)->count + 1);
    assert_int_equal(change(contract, ref, "CREATE TABLE driftline_planted (id integer)", &error), ERROR_QUERY);
    assert_non_null(strstr(error.message, "already exists"));
    assert_int_equal(change(contract, ref, "DROP TABLE driftline_planted", &error), ERROR_NONE);
    after = contract_read(contract, ref);
    assert_true(hash_equal(&before->root, &after->root));
    snapshot_free(before);
    snapshot_free(between);
    snapshot_free(after);
    assert_int_equal(change(contract, ref, "no statement", &error), ERROR_QUERY);
    assert_int_equal(change(contract, contract->missing, "DROP TABLE x", &error), contract->missing_code);
    if (contract->with_secret != NULL) {
        assert_int_not_equal(change(contract, contract->with_secret, "DROP TABLE x", &error), ERROR_NONE);
        assert_null(strstr(error.message, "hunter2"));
        assert_null(strstr(error.hint, "hunter2"));
    }
}
