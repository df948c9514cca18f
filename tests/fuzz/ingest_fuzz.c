/* What agents may do to the collector: the input is a play (tests/collector/ingest/play.h) of agents who say Hello,
 * offer, answer rightly and wrongly, break frames and fall silent, while operators revoke, enrol, forget, fill the
 * disk, and retention lets go of nodes.
 *
 * Whatever they do: an acknowledged snapshot is in the store, committed; every recorded snapshot loads; a stored node
 * has everything below it; captured statements belong to a snapshot, and their pages are not stored; memory stays
 * within its bounds; and each answer is a message that an agent can read. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/ingest/play.h"
#include "fuzz.h"
#include "ingest/conversation.h"
#include "schema/load.h"
#include "schema/node.h"
#include "store/nodes.h"
#include "store/store.h"
#include "support/directory.h"

enum { STAGING_LIMIT = 64 * 1024, SNAPSHOT_LIMIT = 128 * 1024, MEMORY_LIMIT = 64 * 1024 * 1024, ACTS_LIMIT = 512 };

static struct world {
    struct test_directory directory;
    struct database *database;
    struct conversation *conversation;
    struct logger logger;
    struct moment moment;
    struct play play;
    int64_t agents[PLAY_AGENTS];
} world;

/* ---- agents ---- */

static void say(const struct session_sender *sender, struct text frame)
{
    struct error error = {0};

    play_must(conversation_receive(world.conversation, sender, frame, &world.moment, &error), &error);
}

static bool hear(void *context, const uint8_t peer[SOCKET_PEER_SIZE], struct text frame)
{
    (void)context;
    play_hear(&world.play, peer, frame);
    return true;
}

/* Nothing is acknowledged that another process could not see. */
static void check_acknowledged(const struct play_actor *actor, uint32_t target, uint64_t seq)
{
    static const char sql[] =
        "SELECT max(last_seq) FROM stream JOIN target ON target.id = target "
        "WHERE stream.agent = :agent AND incarnation = :incarnation AND environment = :environment";
    struct statement *statement = NULL;
    struct database *reader = NULL;
    uint8_t incarnation[INCARNATION_SIZE];
    struct error error = {0};
    bool row = false;

    if (actor->forgotten)
        return;
    memset(incarnation, actor->incarnation, sizeof incarnation);
    play_must(store_open(&reader, world.directory.path, DATABASE_READ, &error), &error);
    play_must(database_prepare(reader, sql, &statement, &error), &error);
    statement_bind_number(statement, ":agent", actor->sender.agent);
    statement_bind_blob(statement, ":incarnation", (struct text){(const char *)incarnation, sizeof incarnation});
    statement_bind_text(statement, ":environment", play_target(target).environment);
    play_must(statement_step(statement, &row, &error), &error);
    play_require((uint64_t)statement_number(statement, 0) >= seq);
    statement_reset(statement);
    database_close(reader);
}

/* ---- what else happens ---- */

static void load_agents(void)
{
    const struct agent_row *agents;
    struct error error = {0};
    size_t count;

    play_must(conversation_load_agents(world.conversation, &world.moment, &agents, &count, &error), &error);
}

static void commit(void)
{
    struct error error = {0};

    play_must(conversation_commit(world.conversation, &world.moment, &error), &error);
}

/* Somebody else's work, between batches. On a full disk it fails, which is no matter here. */
static void run(const char *sql)
{
    struct error error = {0};

    commit();
    if (database_run(world.database, sql, &error) != ERROR_NONE)
        database_rollback(world.database);
    conversation_store_changed(world.conversation);
}

static void act_commit(struct reader *script)
{
    (void)script;
    commit();
}

static void act_work(struct reader *script)
{
    struct error error = {0};
    bool more;

    (void)script;
    play_must(conversation_work(world.conversation, &world.moment, &more, &error), &error);
}

static void act_wait(struct reader *script)
{
    int64_t pause = (int64_t)reader_byte(script) * 500 * 1000;
    struct error error = {0};

    world.moment.now += pause;
    world.moment.elapsed += pause;
    play_must(conversation_tick(world.conversation, &world.moment, &error), &error);
}

static void act_fill(struct reader *script)
{
    struct error error = {0};

    play_must(database_limit(world.database, reader_byte(script) % 2, &error), &error);
}

static void act_enrol(struct reader *script)
{
    run(reader_byte(script) % 2 == 0 ? "UPDATE agent SET revoked_at = 1, revoked_by = 'x' WHERE name = 'a'"
                                     : "UPDATE agent SET revoked_at = NULL, revoked_by = NULL");
    load_agents();
}

static void act_forget(struct reader *script)
{
    (void)script;
    run("DELETE FROM target WHERE environment = 'prod'");
    for (unsigned i = 0; i < PLAY_ACTORS; i++)
        world.play.actors[i].forgotten = true;
}

/* As retention does, all at once: nodes of which no snapshot is left. */
static void act_retain(struct reader *script)
{
    (void)script;
    run("DELETE FROM node WHERE NOT EXISTS (SELECT 1 FROM snapshot)");
}

/* The lower half of a byte says what happens, the upper half who does it. */
static void go_on(struct reader *script)
{
    static void (*const acts[])(struct reader *) = {act_commit, act_work,   act_wait,  act_fill,
                                                    act_enrol,  act_forget, act_retain};
    uint8_t choice = reader_byte(script);
    unsigned what = choice % (PLAY_SAYINGS + LENGTH_OF(acts));

    world.moment.now += 1000;
    world.moment.elapsed += 1000;
    if (what < PLAY_SAYINGS)
        play_say(&world.play, &world.play.actors[choice / 16 % PLAY_ACTORS], what, script);
    else
        acts[what - PLAY_SAYINGS](script);
}

/* ---- what must hold ---- */

static void check_memory(void)
{
    struct conversation_counts counts;

    conversation_counts(world.conversation, &counts);
    play_require(counts.staged_bytes <= STAGING_LIMIT + SNAPSHOT_LIMIT);
    play_require(counts.sessions <= PLAY_AGENTS);
}

static enum error_code require_stored(void *context, enum node_type type, const struct hash *hash, struct error *error)
{
    bool known = false;

    (void)context, (void)type;
    play_must(nodes_know(world.database, hash, &known, error), error);
    play_require(known);
    return ERROR_NONE;
}

static void check_node(struct statement *row)
{
    struct error error = {0};

    play_must(
        node_check((enum node_type)statement_number(row, 0), statement_blob(row, 1), require_stored, NULL, &error),
        &error);
}

static void check_snapshot(struct statement *row)
{
    struct node_source source = nodes_source(world.database);
    struct snapshot *snapshot = NULL;
    struct error error = {0};
    struct hash root;

    play_must(statement_hash(row, 0, &root, &error), &error);
    play_must(snapshot_load(&snapshot, &root, &source, MEMORY_LIMIT, &error), &error);
    snapshot_free(snapshot);
}

static void check_rows(const char *sql, void (*check)(struct statement *row))
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    struct error error = {0};
    bool row = true;

    play_must(database_prepare(world.database, sql, &statement, &error), &error);
    while (row) {
        play_must(statement_step(statement, &row, &error), &error);
        if (row)
            check(statement);
    }
}

static void refuse_row(struct statement *row)
{
    (void)row;
    play_require(false);
}

/* A page is none of the nodes, and a statement belongs to a snapshot of its target. */
static void check_store(void)
{
    static const char stray[] = "SELECT 1 FROM ddl_event WHERE NOT EXISTS (SELECT 1 FROM snapshot WHERE"
                                " snapshot.id = ddl_event.snapshot AND snapshot.target = ddl_event.target)"
                                " UNION ALL SELECT 1 FROM node WHERE type = 6";
    static const char nodes[] = "SELECT type, bytes FROM node";
    static const char roots[] = "SELECT DISTINCT root FROM snapshot";

    check_rows(nodes, check_node);
    check_rows(roots, check_snapshot);
    check_rows(stray, refuse_row);
}

/* ---- the stage ---- */

static void enrol(unsigned number)
{
    struct target_name grants[] = {{TEXT("orders"), number == 0 ? TEXT("*") : TEXT("prod"), TEXT("*")}};
    struct agent_row agent = {.name = number == 0 ? TEXT("a") : TEXT("b"),
                              .key = {(uint8_t)(number + 1)},
                              .grants = grants,
                              .grant_count = 1,
                              .enrolled_at = 1,
                              .enrolled_by = TEXT("x")};
    struct error error = {0};

    play_must(agents_enroll(world.database, &agent, &world.agents[number], &error), &error);
}

static void close_world(void)
{
    play_close(&world.play);
    database_close(world.database);
    logger_clear(&world.logger);
    test_directory_remove(&world.directory);
}

/* The store is opened once, and emptied for every play. */
static void open_world(void)
{
    struct error error = {0};

    test_directory_make(&world.directory);
    logger_init(&world.logger, STDERR_FILENO, LOG_LEVEL_ERROR + 1);
    play_open(&world.play);
    world.play.say = say;
    world.play.acknowledged = check_acknowledged;
    play_must(store_open(&world.database, world.directory.path, DATABASE_WRITE, &error), &error);
    play_must(database_run(world.database, "PRAGMA synchronous = OFF", &error), &error);
    play_must(database_begin(world.database, &error), &error);
    for (unsigned i = 0; i < PLAY_AGENTS; i++)
        enrol(i);
    play_must(database_commit(world.database, &error), &error);
    atexit(close_world);
}

static void begin_play(void)
{
    static const char forget[] =
        "DELETE FROM target; DELETE FROM node; DELETE FROM event; UPDATE agent SET revoked_at = NULL";
    const struct conversation_settings settings = {.heartbeat_ms = 15000,
                                                   .claim_ms = 90000,
                                                   .staging_limit = STAGING_LIMIT,
                                                   .snapshot_limit = SNAPSHOT_LIMIT,
                                                   .memory_limit = MEMORY_LIMIT};
    const struct conversation_exit exit = {hear, NULL};
    struct error error = {0};

    world.moment = (struct moment){1800000000000000, 1000000000};
    play_must(database_run(world.database, forget, &error), &error);
    play_must(conversation_new(&world.conversation, world.database, &exit, &world.logger, &error), &error);
    conversation_configure(world.conversation, &settings);
    load_agents();
    play_begin(&world.play, world.agents);
}

static void end_play(void)
{
    struct error error = {0};

    commit();
    check_memory();
    conversation_free(world.conversation);
    play_must(database_limit(world.database, 0, &error), &error);
    check_store();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct reader script;

    if (world.database == NULL)
        open_world();
    begin_play();
    reader_init(&script, (struct text){(const char *)bytes, length});
    for (unsigned i = 0; i < ACTS_LIMIT && reader_left(&script) > 0; i++) {
        go_on(&script);
        check_memory();
    }
    end_play();
    return 0;
}
