#include "agent/talk.h"

#include <sqlite3.h>
#include <stdlib.h>

#include "agent/outbox_sample.h"
#include "support/cmocka.h"

enum { FRAMES = 4096 };

static struct text copy(struct text text)
{
    char *bytes = malloc(text.length);

    assert_non_null(bytes);
    memcpy(bytes, text.bytes, text.length);
    return (struct text){bytes, text.length};
}

static bool send_frame(void *context, struct text frame)
{
    struct talk *talk = context;

    if (talk->deaf)
        return false;
    assert_true(talk->sent_count < FRAMES);
    talk->sent[talk->sent_count++] = copy(frame);
    return true;
}

void talk_keep_answer(void *context, struct text frame)
{
    struct talk *talk = context;

    assert_true(talk->answered_count < FRAMES);
    talk->answered[talk->answered_count++] = copy(frame);
}

void talk_make(struct talk *talk, size_t targets)
{
    const struct dialogue_setup setup = {.outbox = talk->outbox,
                                         .logger = &talk->logger,
                                         .host = "test",
                                         .targets = talk->targets,
                                         .target_count = targets,
                                         .send = send_frame,
                                         .context = talk};

    dialogue_free(talk->dialogue);
    talk->dialogue = NULL;
    assert_int_equal(dialogue_new(&talk->dialogue, &setup, &talk->error), ERROR_NONE);
}

int talk_setup(void **state)
{
    struct talk *talk = calloc(1, sizeof *talk);

    assert_non_null(talk);
    test_directory_make(&talk->directory);
    talk->path = test_directory_path(&talk->directory, "outbox.db");
    talk->outbox = outbox_sample_open(talk->path);
    logger_init(&talk->logger, 2, LOG_LEVEL_ERROR + 1);
    talk->sent = calloc(FRAMES, sizeof *talk->sent);
    talk->answered = calloc(FRAMES, sizeof *talk->answered);
    talk->now = 1000 * (int64_t)SECOND;
    for (size_t i = 0; i < TARGETS; i++)
        talk->names[i] = (struct outbox_target){"orders", "prod", i == 0 ? "a" : i == 1 ? "b" : "c", 0};
    assert_int_equal(outbox_watch(talk->outbox, talk->names, TARGETS, &talk->error), ERROR_NONE);
    for (size_t i = 0; i < TARGETS; i++) {
        assert_int_equal(status_init(&talk->statuses[i], -1, &talk->error), ERROR_NONE);
        talk->targets[i] = (struct dialogue_target){
            "orders",          "prod", talk->names[i].instance, talk->names[i].instance, "dummy", talk->names[i].id,
            &talk->statuses[i]};
    }
    peer_init(&talk->peer, talk_keep_answer, talk);
    talk_make(talk, 1);
    *state = talk;
    return 0;
}

static void forget_frames(struct talk *talk)
{
    for (size_t i = 0; i < talk->sent_count; i++)
        free((char *)talk->sent[i].bytes);
    for (size_t i = 0; i < talk->answered_count; i++)
        free((char *)talk->answered[i].bytes);
    talk->sent_count = talk->answered_count = 0;
}

int talk_teardown(void **state)
{
    struct talk *talk = *state;

    dialogue_free(talk->dialogue);
    peer_clear(&talk->peer);
    forget_frames(talk);
    for (size_t i = 0; i < TARGETS; i++)
        status_clear(&talk->statuses[i]);
    outbox_close(talk->outbox);
    logger_clear(&talk->logger);
    free(talk->sent);
    free(talk->answered);
    test_directory_remove(&talk->directory);
    free(talk);
    return 0;
}

void talk_begin(struct talk *talk)
{
    const struct dialogue_connection connection = {.endpoint = "tcp://peer:1", .patience_us = 10 * (int64_t)SECOND};

    forget_frames(talk);
    dialogue_begin(talk->dialogue, &connection, talk->now);
    dialogue_work(talk->dialogue, talk->now);
}

void talk_put(struct talk *talk, size_t target, struct snapshot *snapshot)
{
    uint64_t seq = outbox_sample_put(talk->outbox, talk->targets[target].id, snapshot);

    status_stored(&talk->statuses[target], seq);
    dialogue_look_around(talk->dialogue);
}

enum dialogue_verdict talk_verdict(const struct talk *talk)
{
    int64_t pause;

    return dialogue_verdict(talk->dialogue, &pause);
}

int64_t talk_pause(const struct talk *talk)
{
    int64_t pause;

    dialogue_verdict(talk->dialogue, &pause);
    return pause;
}

struct wire_message talk_hear(struct talk *talk, enum message_type type, struct arena *arena)
{
    struct wire_message message;

    dialogue_work(talk->dialogue, talk->now);
    assert_true(talk->sent_count > 0);
    message = peer_hear(&talk->peer, talk->sent[0], arena);
    assert_int_equal(message.type, type);
    free((char *)talk->sent[0].bytes);
    memmove(talk->sent, talk->sent + 1, --talk->sent_count * sizeof *talk->sent);
    return message;
}

void talk_deliver(struct talk *talk)
{
    for (size_t i = 0; i < talk->answered_count; i++) {
        dialogue_receive(talk->dialogue, talk->answered[i], talk->now);
        free((char *)talk->answered[i].bytes);
    }
    talk->answered_count = 0;
    dialogue_work(talk->dialogue, talk->now);
}

void talk_serve(struct talk *talk)
{
    for (size_t i = 0; i < talk->sent_count; i++) {
        CLEANUP(arena_free) struct arena arena;
        struct wire_message message;

        arena_init(&arena, SIZE_MAX);
        message = peer_hear(&talk->peer, talk->sent[i], &arena);
        peer_serve(&talk->peer, &message);
        free((char *)talk->sent[i].bytes);
    }
    talk->sent_count = 0;
}

void talk_on(struct talk *talk)
{
    dialogue_work(talk->dialogue, talk->now);
    while (talk->sent_count > 0 || talk->answered_count > 0) {
        talk_serve(talk);
        talk_deliver(talk);
    }
}

void talk_open(struct talk *talk, size_t targets)
{
    CLEANUP(arena_free) struct arena arena;
    struct wire_message message;

    arena_init(&arena, SIZE_MAX);
    talk_begin(talk);
    talk_hear(talk, MESSAGE_HELLO, &arena);
    peer_welcome(&talk->peer, targets);
    talk_deliver(talk);
    message = talk_hear(talk, MESSAGE_HEARTBEAT, &arena);
    peer_serve(&talk->peer, &message);
    talk_deliver(talk);
}

struct outbox_range talk_range(struct talk *talk, size_t target)
{
    struct outbox_range answer;

    assert_int_equal(outbox_range(talk->outbox, talk->targets[target].id, &answer, &talk->error), ERROR_NONE);
    return answer;
}

struct dialogue_summary talk_summary(const struct talk *talk)
{
    struct dialogue_summary answer;

    dialogue_summary(talk->dialogue, &answer);
    return answer;
}

unsigned talk_asked(struct talk *talk, size_t target)
{
    return status_wait(&talk->statuses[target], 0, -1, NULL);
}

void talk_spoil(const struct talk *talk, const char *sql)
{
    sqlite3 *file = NULL;

    assert_int_equal(sqlite3_open_v2(talk->path, &file, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    if (sqlite3_exec(file, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s", sqlite3_errmsg(file));
    sqlite3_close(file);
}

void talk_forget_peer(struct talk *talk)
{
    peer_clear(&talk->peer);
    peer_init(&talk->peer, talk_keep_answer, talk);
}
