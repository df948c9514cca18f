/* collector/ingest/scene.h - a conversation with a real store in a folder of its own, and a clock that the test moves.
 *
 * Failure: every function fails the calling test.
 */
#ifndef DRIFTLINE_TEST_SCENE_H
#define DRIFTLINE_TEST_SCENE_H

#include "ingest/conversation.h"
#include "peer.h"
#include "store/snapshots.h"
#include "support/directory.h"

struct scene_letter {
    uint8_t peer[SOCKET_PEER_SIZE];
    struct text frame;
    struct scene_letter *next;
    char bytes[];
};

struct scene {
    struct test_directory directory;
    struct database *database;
    struct conversation *conversation;
    struct conversation_settings settings;
    struct logger logger;
    int log; /* a file in the folder */
    struct moment moment;
    struct peer_line line;        /* for peer_init() */
    struct scene_letter *letters; /* that left and were not received yet */
    struct scene_letter *newest;
    bool patient;          /* messages do not make a commit: scene_commit() does */
    unsigned long fail_at; /* this allocation fails in each step of the conversation; 0: none */
};

void scene_open(struct scene *scene);
void scene_close(struct scene *scene);

/* Start the conversation anew over the same store, as after a crash: what was not committed is gone. */
void scene_restart(struct scene *scene);

/* Enrol an agent for targets "database@environment/instance", each of them may be `*`; and tell the conversation. */
int64_t scene_enroll(struct scene *scene, const char *name, const char *grant);
void scene_revoke(struct scene *scene, const char *name);

/* Let all uploads go on that can, and commit. */
void scene_work(struct scene *scene);
void scene_commit(struct scene *scene);

/* Let time pass, and do what is due. */
void scene_wait(struct scene *scene, unsigned milliseconds);

/* Run statements on the store, as the core's other work would. */
void scene_forget(struct scene *scene, const char *target);

struct conversation_counts scene_counts(const struct scene *scene);

/* The target of "database@environment[/instance]", and how many snapshots it has; every one of them must load. */
struct target_row scene_target(struct scene *scene, const char *target);
size_t scene_snapshots(struct scene *scene, const char *target, struct snapshot_row **ret_rows);

/* How many events of a type there are. */
size_t scene_events(struct scene *scene, const char *type);

/* What the last of them says: "high {…}"; empty: there is none. */
const char *scene_event(struct scene *scene, const char *type);

/* How many lines of the log contain a text. */
size_t scene_lines(struct scene *scene, const char *text);

#endif
