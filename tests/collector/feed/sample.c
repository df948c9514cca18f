#include "collector/feed/sample.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "common/drift/snapshot_text.h"
#include "contract/contract_file.h"
#include "schema/load.h"
#include "store/agents.h"
#include "store/drifts.h"
#include "store/gate_runs.h"
#include "store/nodes.h"
#include "support/cmocka.h"
#include "track/correlator.h"
#include "track/recording.h"
#include "track/settling.h"

enum { MEMORY = 64 * 1024 * 1024, AGENTS = 2 };

#define SECOND_US INT64_C(1000000)
#define DAY_US (INT64_C(24) * 3600 * SECOND_US)

/* What is being filled. */
struct filling {
    struct database *database;
    int64_t agents[AGENTS];
    int64_t now; /* of what is recorded next */
    uint64_t seq;
    const struct ddl_event_row *statement; /* before the next snapshot all were captured: this one; NULL: none was */
};

static void expect(enum error_code code, const struct error *error)
{
    if (code != ERROR_NONE)
        fail_msg("%s (%s)", error->message, error_name(code));
}

static void begin(struct filling *filling)
{
    struct error error = {0};

    expect(database_begin(filling->database, &error), &error);
}

static void commit(struct filling *filling)
{
    struct error error = {0};

    expect(database_commit(filling->database, &error), &error);
}

/* ---- agents and tokens ---- */

static void add_agents(struct filling *filling)
{
    static const char *const names[AGENTS] = {"db-1", "db-2"};
    struct error error = {0};

    for (size_t i = 0; i < AGENTS; i++) {
        struct target_name grants[] = {{TEXT("*"), TEXT("*"), TEXT("*")}, {TEXT("orders"), TEXT("prod"), TEXT("eu-1")}};
        struct agent_row agent = {.name = text_from(names[i]),
                                  .grants = grants,
                                  .grant_count = 2,
                                  .enrolled_at = filling->now,
                                  .enrolled_by = TEXT("admin")};
        struct agent_sighting sighting = {
            .at = clock_now(), .version = TEXT("0.1.0"), .host = TEXT("db.example"), .address = TEXT("10.0.0.1")};

        memset(agent.key, 'a' + (int)i, sizeof agent.key);
        expect(agents_enroll(filling->database, &agent, &filling->agents[i], &error), &error);
        sighting.agent = filling->agents[i];
        if (i == 0)
            expect(agents_saw(filling->database, &sighting, &error), &error);
    }
}

static void add_token(struct filling *filling, const char *name, enum token_rights rights, int64_t expires_at,
                      char ret_secret[TOKEN_TEXT_SIZE])
{
    const struct token_row token = {.name = text_from(name),
                                    .rights = rights,
                                    .created_at = filling->now,
                                    .created_by = TEXT("test"),
                                    .expires_at = expires_at};
    struct error error = {0};

    expect(tokens_make(filling->database, &token, ret_secret, &error), &error);
}

static void add_tokens(struct filling *filling, struct sample_tokens *tokens)
{
    add_token(filling, "reader", TOKEN_READ, 0, tokens->read);
    add_token(filling, "gate", TOKEN_GATE, clock_now() + DAY_US, tokens->gate);
    add_token(filling, "operator", TOKEN_OPERATE, 0, tokens->operate);
    add_token(filling, "admin", TOKEN_ADMIN, 0, tokens->admin);
    add_token(filling, "old", TOKEN_ADMIN, filling->now + 1, tokens->expired);
}

/* ---- snapshots ---- */

static enum error_code add_node(void *context, enum node_type type, const struct hash *hash, struct text bytes,
                                struct error *error)
{
    return nodes_add(((struct filling *)context)->database, hash, type, bytes, NULL, error);
}

static int64_t find_target(struct filling *filling, const char *database, const char *environment, const char *instance)
{
    const struct target_name name = {text_from(database), text_from(environment), text_from(instance)};
    struct error error = {0};
    int64_t id = 0;

    expect(targets_find_or_add(filling->database, &name, TEXT("postgresql"), filling->now, &id, &error), &error);
    return id;
}

static void say(struct filling *filling, int64_t target, enum target_state state, const char *reason, int64_t heard_at)
{
    const struct target_sighting sighting = {.target = target,
                                             .agent = filling->agents[0],
                                             .state = state,
                                             .reason = text_from(reason),
                                             .checked_at = state == TARGET_FINE ? heard_at : 0,
                                             .heard_at = heard_at};
    struct error error = {0};

    expect(targets_saw(filling->database, &sighting, &error), &error);
}

/* One more snapshot of a target, as lines of text; `lost` before it. */
static void record(struct filling *filling, int64_t target, const char *schema, uint64_t lost)
{
    const struct snapshot_walk walk = {.visit = add_node, .context = filling};
    struct snapshot *snapshot = snapshot_from_text(schema);
    struct recording recording = {.snapshot = {.target = target,
                                               .root = snapshot->root,
                                               .taken_at = filling->now,
                                               .received_at = filling->now + SECOND_US,
                                               .agent = filling->agents[0],
                                               .incarnation = "0123456789abcde",
                                               .seq = ++filling->seq,
                                               .server_version = snapshot->info.server_version.length > 0
                                                                     ? snapshot->info.server_version
                                                                     : TEXT("15.6"),
                                               .reference = TEXT("postgres://app@db/orders"),
                                               .lost = lost,
                                               .lost_reason = lost == 0 ? TEXT("") : TEXT("outbox full")},
                                  .ddl_events = filling->statement,
                                  .ddl_event_count = filling->statement == NULL ? 0 : 1,
                                  .memory_limit = MEMORY};
    struct error error = {0};
    int64_t id = 0;

    recording.snapshot.capture = filling->statement != NULL;
    filling->now += 60 * SECOND_US;
    expect(snapshot_visit_nodes(snapshot, &walk, &error), &error);
    expect(recording_store(filling->database, &recording, &id, &error), &error);
    snapshot_free(snapshot);
}

#define ORDERS                                                                                                         \
    "schema shop owner=alice\n"                                                                                        \
    "table shop.orders comment='what was sold'\n"                                                                      \
    "  column id type=bigint nullable=no\n"

static const char orders_first[] = ORDERS "  column total type=integer nullable=yes\n";
static const char orders_later[] = ORDERS "  column total type='numeric(12,2)' nullable=yes\n"
                                          "  column note type=text nullable=yes\n";
static const char orders_outlier[] = ORDERS "  column total type=integer nullable=yes\n"
                                            "view 'shop.<b>\"odd\" näme' definition='SELECT 1'\n"
                                            "enum shop.colour labels=[red|green]\n"
                                            "statistics shop.orders columns=[id|total]\n";
static const char billing_first[] = "gap policy reason='permission denied'\ntable pay.bills comment=one\n";
static const char billing_later[] =
    "gap policy reason='permission denied'\ntable pay.bills comment=two\ntable pay.more\n";

/* Its server went back to an older version, and forward again. */
#define SILENT ORDERS "  column total type=integer nullable=yes default="
static const char silent_first[] = "@server postgresql 15.6 (Debian 15.6-1)\n" SILENT "'(0)'\n";
static const char silent_older[] = "@server postgresql 14.11\n" SILENT "0\n";
static const char silent_newer[] = "@server postgresql 16.2\n" SILENT "'(0)'\n";

static void add_orders(struct filling *filling, int64_t now)
{
    static const char *const instances[] = {"eu-1", "eu-2", "eu-3", "us-1"};
    int64_t staging = find_target(filling, "orders", "staging", "default");

    for (size_t i = 0; i < LENGTH_OF(instances); i++) {
        int64_t target = find_target(filling, "orders", "prod", instances[i]);

        record(filling, target, orders_first, 0);
        if (i == 3)
            record(filling, target, orders_outlier, 0);
        say(filling, target, TARGET_FINE, NULL, now);
    }
    record(filling, staging, orders_first, 0);
    record(filling, staging, orders_later, 0);
    say(filling, staging, TARGET_FINE, NULL, now);
}

static void add_others(struct filling *filling, int64_t now)
{
    static const struct ddl_event_row statement = {.actor = TEXT_INIT("carol"),
                                                   .role = TEXT_INIT("app_owner"),
                                                   .application = TEXT_INIT("psql"),
                                                   .client = TEXT_INIT("10.0.0.7"),
                                                   .object = TEXT_INIT("pay.bills"),
                                                   .command = TEXT_INIT("COMMENT"),
                                                   .statement = TEXT_INIT("COMMENT ON TABLE pay.bills IS …")};
    int64_t billing = find_target(filling, "billing", "staging", "default");
    int64_t silent = find_target(filling, "silent", "prod", "default");

    record(filling, billing, billing_first, 0);
    filling->statement = &statement;
    record(filling, billing, billing_later, 3);
    filling->statement = NULL;
    say(filling, billing, TARGET_FINE, NULL, now);
    record(filling, silent, silent_first, 0);
    record(filling, silent, silent_older, 1);
    record(filling, silent, silent_newer, 0);
    say(filling, silent, TARGET_UNREACHABLE, "no route to host", filling->now);
    (void)find_target(filling, "silent", "prod", "never");
}

void sample_fill(const char *folder, struct sample_tokens *ret_tokens)
{
    int64_t now = clock_now();
    struct filling filling = {.now = now - 10 * DAY_US};
    struct error error = {0};

    expect(store_open(&filling.database, folder, DATABASE_WRITE, &error), &error);
    begin(&filling);
    add_agents(&filling);
    add_tokens(&filling, ret_tokens);
    add_orders(&filling, now);
    add_others(&filling, now);
    commit(&filling);
    database_close(filling.database);
}

/* ---- what is made of it ---- */

const char sample_contracts[] = "contracts:\n"
                                "  - name: reports\n"
                                "    owner: bi\n"
                                "    consumers: [monthly, yearly]\n"
                                "    database: orders\n"
                                "    requires:\n"
                                "      - table: shop.orders\n"
                                "        columns:\n"
                                "          - {name: id, type: bigint}\n"
                                "  - name: totals\n"
                                "    owner: finance\n"
                                "    consumers: [ledger]\n"
                                "    database: orders\n"
                                "    severity: high\n"
                                "    requires:\n"
                                "      - table: shop.orders\n"
                                "        columns:\n"
                                "          - {name: total, type: integer}\n";

struct policy *sample_policy(void)
{
    static const struct text path[] = {TEXT_INIT("staging"), TEXT_INIT("prod")};
    struct policy_content content = {
        .fleet = {.path = path,
                  .path_count = LENGTH_OF(path),
                  .stale_after_us = INT64_C(3600) * SECOND_US,
                  .memory_limit = MEMORY},
        .gate = {.max_age_us = INT64_C(3600) * SECOND_US,
                 .block = 1U << SEVERITY_CRITICAL | 1U << SEVERITY_HIGH,
                 .waiver_longest_us = 90 * DAY_US},
        .contracts = {.known = true},
    };
    CLEANUP(arena_free) struct arena arena;
    struct policy *policy = NULL;
    struct error error = {0};

    arena_init(&arena, MEMORY);
    diff_options_init(&content.fleet.compare);
    expect(contract_text_read(&content.contracts.set, "contracts.yaml", text_from(sample_contracts), &arena, &error),
           &error);
    expect(policy_new(&policy, &content, &error), &error);
    return policy;
}

/* Everything that is outdated. */
static enum error_code catch_up(struct policy *policy, struct database *database, struct error *error)
{
    struct correlator *correlator = NULL;
    enum error_code code = correlator_new(&correlator, database, error);
    bool more = true;

    if (code == ERROR_NONE)
        correlator_use(correlator, policy);
    while (code == ERROR_NONE && more)
        code = correlator_catch_up(correlator, clock_now(), &more, error);
    correlator_free(correlator);
    return code;
}

static enum error_code settle(struct policy *policy, struct database *database, struct arena *arena,
                              struct error *error)
{
    const struct settling settling = {policy, TEXT_INIT("operator"), clock_now(), arena};
    const struct drift_filter filter = {.database = TEXT_INIT("orders"), .to = TEXT_INIT("prod"), .limit = 10};
    struct drift_row *drifts = NULL;
    struct waiver_wish wish = {.drift_count = 1,
                               .reason = TEXT_INIT("until the release"),
                               .author = TEXT_INIT("eve"),
                               .expires_at = settling.now + DAY_US};
    struct waiver_row waiver;
    size_t count = 0, failed = 0;

    if (drifts_list(database, &filter, arena, &drifts, &count, error) != ERROR_NONE)
        return error->code;
    assert_true(count > 2);
    wish.drifts = &drifts[1].id;
    if (settling_acknowledge(database, &settling, drifts[0].id, TEXT("known"), error) != ERROR_NONE)
        return error->code;
    return settling_waive(database, &settling, &wish, 1, &waiver, &failed, error);
}

enum error_code sample_correlate(void *policy, struct database *database, struct error *error)
{
    struct gate_run_row run = {.at = clock_now(),
                               .by = TEXT_INIT("gate"),
                               .database = TEXT_INIT("orders"),
                               .from = TEXT_INIT("staging"),
                               .to = TEXT_INIT("prod"),
                               .has_from_root = true,
                               .pinned = true,
                               .answer = TEXT_INIT("{\"verdict\":\"PASS\"}")};
    CLEANUP(arena_free) struct arena arena;

    arena_init(&arena, MEMORY);
    if (catch_up(policy, database, error) != ERROR_NONE || settle(policy, database, &arena, error) != ERROR_NONE)
        return error->code;
    return gate_runs_add(database, &run, error);
}
