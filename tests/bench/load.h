/* bench/load.h - what the parts of bench_agents_load share. A benchmark ends with a message when anything fails. */
#ifndef DRIFTLINE_BENCH_LOAD_H
#define DRIFTLINE_BENCH_LOAD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/compiler.h"
#include "base/hash.h"
#include "schema/trie.h"
#include "wire/keys.h"

_Noreturn void load_die(const char *format, ...) PRINTF_LIKE(1, 2);
void *load_need(void *memory); /* or die */

/* ---- load_schema.c: schemas of some tables, and nodes of them ---- */

enum { LOAD_VARIANTS = 8, LOAD_TABLES = 12 };

struct load_node {
    struct hash hash;
    enum node_type type;
    struct text bytes;
};

/* A snapshot as it is offered: the root node, and those below it that the snapshot before did not have. */
struct load_snapshot {
    struct hash root;
    struct text root_node;
    struct load_node *nodes;
    uint32_t count;
};

/* What agents have before anything changes: one of a few schemas. */
struct load_snapshot load_first_snapshot(struct arena *arena, unsigned variant);

/* The same after this agent has added a column to one of the tables, in a round of changes from 1 on. Rounds do not
 * build on each other. */
struct load_snapshot load_changed_snapshot(struct arena *arena, const struct load_snapshot *first, unsigned variant,
                                           unsigned agent, unsigned round);

/* ---- load_collector.c: the program that is measured ---- */

struct load_collector {
    const char *folder;
    pid_t process;
    char endpoint[64];
    unsigned http_port;
    unsigned feed_port;                /* when there is a subscriber */
    struct key_pair key;               /* only the public one */
    const struct key_pair *subscriber; /* set before the start: who may subscribe to events, and many streams may be
                                          read; NULL: nobody */
};

/* Enrol agents whose keys these are, and start the program. Agent N speaks for load_target(N). */
void load_collector_start(struct load_collector *collector, const char *program, const char *folder,
                          const struct key_pair *agents, unsigned count);

/* End it with SIGTERM and answer how long that took, in seconds. It must end well. */
double load_collector_stop(struct load_collector *collector);

/* The token by which its API can be asked for everything. */
void load_collector_token(const struct load_collector *collector, char *ret_token, size_t size);

double load_collector_memory(const struct load_collector *collector); /* resident KiB */
double load_collector_cpu(const struct load_collector *collector);    /* seconds on a processor */

/* How many snapshots its history has. Only after it was stopped. */
unsigned load_collector_recorded(const struct load_collector *collector);

/* The database and environment of an agent's target; the instance is "default". */
struct load_target {
    char database[16];
    const char *environment;
};
struct load_target load_target(unsigned agent);

/* ---- load_swarm.c: many agents in one process ---- */

/* What an agent waits for. */
enum load_wait { LOAD_NOTHING, LOAD_WELCOME, LOAD_ACK };

struct load_agent {
    enum load_wait waits;
    uint64_t session;
    uint64_t seq; /* of the newest snapshot that was offered */
    const struct load_snapshot *offered;
    int64_t began;    /* clock_elapsed() when what it waits for began */
    int64_t retry_at; /* offer again then; 0: no need to */
};

struct load_swarm {
    void *context;
    void *router;
    struct load_agent *agents;
    unsigned count;
    struct buffer frame;

    unsigned waiting; /* agents that wait for something */
    double *took;     /* milliseconds that agents waited, the last `count` times */
    unsigned took_count;
    uint64_t bytes_out; /* of messages, with what encryption and framing add */
    uint64_t bytes_in;
    uint64_t busy; /* offers that had to be made again */

    bool flooding;            /* each answer to a heartbeat is followed by another */
    uint64_t heartbeats;      /* answered */
    uint64_t heartbeats_sent; /* at rest, since heartbeats_from */
    int64_t heartbeats_from;
    int64_t heartbeat_us;
};

void load_swarm_open(struct load_swarm *swarm, unsigned count);
void load_swarm_close(struct load_swarm *swarm);

/* Forget what was measured. */
void load_swarm_reset(struct load_swarm *swarm);

/* Connect all agents at once, and wait until all are welcome. From then on they send heartbeats. */
void load_swarm_greet(struct load_swarm *swarm, const struct load_collector *collector, const struct key_pair *keys);

/* Let each agent offer the snapshot that is its own, spread evenly over so many seconds, and wait until all are
 * acknowledged. */
void load_swarm_deliver(struct load_swarm *swarm, const struct load_snapshot *const *snapshots, double seconds);

/* Let each agent send a heartbeat as soon as the last was answered, until there were so many for each. Answers how many
 * seconds that took. */
double load_swarm_flood(struct load_swarm *swarm, unsigned each);

/* Only heartbeats, for so long. */
void load_swarm_rest(struct load_swarm *swarm, double seconds);

void load_swarm_say_goodbye(struct load_swarm *swarm);

#endif
