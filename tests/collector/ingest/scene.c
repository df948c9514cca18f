#include "scene.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/reference.h"
#include "drift/severity.h"
#include "schema/load.h"
#include "store/events.h"
#include "store/nodes.h"
#include "support/cmocka.h"

enum { SCENE_MEMORY = 512 * 1024 * 1024, LIST_LIMIT = 10000 };

static void check(enum error_code code, const struct error *error)
{
    if (code != ERROR_NONE)
        fail_msg("%s: %s", error_name(code), error->message);
}

/* ---- the line ---- */

/* With the C library's own memory: the conversation's may be failing. */
static bool deliver(void *context, const uint8_t peer[SOCKET_PEER_SIZE], struct text frame)
{
    struct scene *scene = context;
    struct scene_letter *letter = malloc(sizeof *letter + frame.length);

    if (letter == NULL)
        abort();
    *letter = (struct scene_letter){.frame = {letter->bytes, frame.length}};
    memcpy(letter->peer, peer, SOCKET_PEER_SIZE);
    memcpy(letter->bytes, frame.bytes, frame.length);
    *(scene->newest == NULL ? &scene->letters : &scene->newest->next) = letter;
    scene->newest = letter;
    return true;
}

static void hear(void *context, struct peer *peer, struct text frame)
{
    struct scene *scene = context;
    struct session_sender sender = {.agent = peer->agent, .address = TEXT("127.0.0.1")};
    struct error error = {0};

    memcpy(sender.peer, peer->id, SOCKET_PEER_SIZE);
    scene->moment.now += 1000;
    scene->moment.elapsed += 1000;
    mem_fail_at(scene->fail_at);
    check(conversation_receive(scene->conversation, &sender, frame, &scene->moment, &error), &error);
    mem_fail_at(0);
    if (!scene->patient)
        scene_work(scene);
}

static bool take_letter(void *context, struct peer *peer, struct buffer *ret_frame)
{
    struct scene *scene = context;
    struct scene_letter *before = NULL;

    for (struct scene_letter *letter = scene->letters; letter != NULL; before = letter, letter = letter->next) {
        if (memcmp(letter->peer, peer->id, SOCKET_PEER_SIZE) != 0)
            continue;
        *(before == NULL ? &scene->letters : &before->next) = letter->next;
        if (scene->newest == letter)
            scene->newest = before;
        buffer_add_text(ret_frame, letter->frame);
        free(letter);
        return true;
    }
    return false;
}

/* ---- the scene ---- */

static void load_agents(struct scene *scene)
{
    const struct agent_row *agents;
    struct error error = {0};
    size_t count;

    check(conversation_load_agents(scene->conversation, &scene->moment, &agents, &count, &error), &error);
}

static void start(struct scene *scene)
{
    struct conversation_exit exit = {deliver, scene};
    struct error error = {0};

    check(store_open(&scene->database, scene->directory.path, DATABASE_WRITE, &error), &error);
    check(conversation_new(&scene->conversation, scene->database, &exit, &scene->logger, &error), &error);
    conversation_configure(scene->conversation, &scene->settings);
    load_agents(scene);
}

static void stop(struct scene *scene)
{
    conversation_free(scene->conversation);
    database_close(scene->database);
    while (scene->letters != NULL) {
        struct scene_letter *letter = scene->letters;

        scene->letters = letter->next;
        free(letter);
    }
    scene->newest = NULL;
}

void scene_open(struct scene *scene)
{
    *scene = (struct scene){.settings = {.heartbeat_ms = 15000,
                                         .claim_ms = 90000,
                                         .staging_limit = 64 * 1024 * 1024,
                                         .snapshot_limit = 64 * 1024 * 1024,
                                         .memory_limit = 512 * 1024 * 1024},
                            .moment = {clock_now(), clock_elapsed()}};
    test_directory_make(&scene->directory);
    arena_free(&scene->directory.arena);
    arena_init(&scene->directory.arena, SCENE_MEMORY);
    scene->log = open(test_directory_path(&scene->directory, "log"), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
    assert_true(scene->log >= 0);
    logger_init(&scene->logger, scene->log, LOG_LEVEL_DEBUG);
    scene->line = (struct peer_line){hear, take_letter, scene};
    start(scene);
}

void scene_close(struct scene *scene)
{
    stop(scene);
    logger_clear(&scene->logger);
    close(scene->log);
    test_directory_remove(&scene->directory);
}

void scene_restart(struct scene *scene)
{
    stop(scene);
    start(scene);
}

void scene_commit(struct scene *scene)
{
    struct error error = {0};

    mem_fail_at(scene->fail_at);
    if (conversation_is_pending(scene->conversation))
        check(conversation_commit(scene->conversation, &scene->moment, &error), &error);
    mem_fail_at(0);
}

void scene_work(struct scene *scene)
{
    struct error error = {0};
    bool more = true;

    while (more) {
        mem_fail_at(scene->fail_at);
        check(conversation_work(scene->conversation, &scene->moment, &more, &error), &error);
        mem_fail_at(0);
    }
    scene_commit(scene);
}

void scene_wait(struct scene *scene, unsigned milliseconds)
{
    struct error error = {0};

    scene->moment.now += (int64_t)milliseconds * 1000;
    scene->moment.elapsed += (int64_t)milliseconds * 1000;
    check(conversation_tick(scene->conversation, &scene->moment, &error), &error);
    scene_work(scene);
}

/* ---- what operators do ---- */

static struct target_name parse_name(const char *text)
{
    struct reference reference;
    struct error error = {0};

    check(reference_parse(&reference, text_from(text), &error), &error);
    return (struct target_name){reference.database, reference.environment,
                                reference.instance.length == 0 ? TEXT("default") : reference.instance};
}

/* DATABASE@ENVIRONMENT/INSTANCE: patterns are no names. */
static struct target_name parse_grant(const char *text)
{
    const char *at = strchr(text, '@'), *slash = strchr(text, '/');

    assert_true(at != NULL && slash != NULL);
    return (struct target_name){{text, (size_t)(at - text)}, {at + 1, (size_t)(slash - at - 1)}, text_from(slash + 1)};
}

int64_t scene_enroll(struct scene *scene, const char *name, const char *grant)
{
    struct target_name grants[] = {parse_grant(grant)};
    struct agent_row agent = {.name = text_from(name),
                              .grants = grants,
                              .grant_count = 1,
                              .enrolled_at = scene->moment.now,
                              .enrolled_by = TEXT("test")};
    struct error error = {0};
    int64_t id = 0;

    memcpy(agent.key, name, strlen(name) < KEY_SIZE ? strlen(name) : KEY_SIZE);
    check(database_begin(scene->database, &error), &error);
    check(agents_enroll(scene->database, &agent, &id, &error), &error);
    check(database_commit(scene->database, &error), &error);
    load_agents(scene);
    return id;
}

void scene_revoke(struct scene *scene, const char *name)
{
    struct error error = {0};

    check(database_begin(scene->database, &error), &error);
    check(agents_revoke(scene->database, text_from(name), TEXT("test"), scene->moment.now, &error), &error);
    check(database_commit(scene->database, &error), &error);
    load_agents(scene);
}

void scene_forget(struct scene *scene, const char *target)
{
    struct error error = {0};

    check(database_begin(scene->database, &error), &error);
    check(targets_forget(scene->database, scene_target(scene, target).id, &error), &error);
    check(database_commit(scene->database, &error), &error);
    conversation_store_changed(scene->conversation);
}

/* ---- what can be seen ---- */

struct conversation_counts scene_counts(const struct scene *scene)
{
    struct conversation_counts counts;

    conversation_counts(scene->conversation, &counts);
    return counts;
}

struct target_row scene_target(struct scene *scene, const char *target)
{
    struct target_name name = parse_name(target);
    struct target_row row;
    struct error error = {0};

    check(targets_find(scene->database, &name, &scene->directory.arena, &row, &error), &error);
    return row;
}

size_t scene_snapshots(struct scene *scene, const char *target, struct snapshot_row **ret_rows)
{
    struct target_name name = parse_name(target);
    struct snapshot_filter filter = {.target = {name.database, name.environment, name.instance}, .limit = LIST_LIMIT};
    struct node_source source = nodes_source(scene->database);
    struct snapshot_row *rows = NULL;
    struct error error = {0};
    size_t count = 0;

    check(snapshots_list(scene->database, &filter, &scene->directory.arena, &rows, &count, &error), &error);
    for (size_t i = 0; i < count; i++) {
        struct snapshot *snapshot = NULL;

        check(snapshot_load(&snapshot, &rows[i].root, &source, SCENE_MEMORY, &error), &error);
        assert_true(hash_equal(&snapshot->root, &rows[i].root));
        snapshot_free(snapshot);
    }
    if (ret_rows != NULL)
        *ret_rows = rows;
    return count;
}

size_t scene_events(struct scene *scene, const char *type)
{
    struct event_row *events = NULL;
    struct error error = {0};
    size_t count = 0, found = 0;

    check(events_list(scene->database, 0, LIST_LIMIT, &scene->directory.arena, &events, &count, &error), &error);
    for (size_t i = 0; i < count; i++)
        found += strcmp(event_type_name(events[i].type), type) == 0;
    return found;
}

const char *scene_event(struct scene *scene, const char *type)
{
    struct event_row *events = NULL;
    struct error error = {0};
    const char *found = "";
    size_t count = 0;

    check(events_list(scene->database, 0, LIST_LIMIT, &scene->directory.arena, &events, &count, &error), &error);
    for (size_t i = 0; i < count; i++)
        if (strcmp(event_type_name(events[i].type), type) == 0)
            found = arena_printf(&scene->directory.arena, "%s %.*s", severity_name(events[i].severity),
                                 TEXT_ARGS(events[i].data));
    assert_non_null(found);
    return found;
}

size_t scene_lines(struct scene *scene, const char *text)
{
    struct text log = test_directory_read(&scene->directory, "log");
    size_t found = 0;

    for (const char *at = log.length == 0 ? NULL : strtok((char *)log.bytes, "\n"); at != NULL; at = strtok(NULL, "\n"))
        found += strstr(at, text) != NULL;
    return found;
}
