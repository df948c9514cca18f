#include "feed/connections.h"

#include <netinet/in.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "base/clock.h"
#include "base/memory.h"

enum { LOOK_MS = 250 };

struct watched_connection {
    struct watched_connection *next;
    struct watched_connection *previous;
    int socket;
    int64_t deadline; /* by clock_elapsed(); 0: none */
    bool cut;
    bool is_stream;
    struct in6_addr address; /* one of IPv4 is written as IPv6 has it */
};

struct connections {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    pthread_t thread;
    struct watched_connection *first;
    int64_t timeout_us;
    uint64_t cut;
    bool stopping;
};

/* ---- the thread ---- */

static void cut_late(struct connections *connections)
{
    int64_t now = clock_elapsed();

    for (struct watched_connection *watched = connections->first; watched != NULL; watched = watched->next) {
        if (watched->deadline == 0 || watched->deadline > now)
            continue;
        shutdown(watched->socket, SHUT_RDWR); /* the server finds it closed, and removes it */
        watched->deadline = 0;
        watched->cut = true;
        connections->cut++;
    }
}

static void wait_for_next_look(struct connections *connections)
{
    struct timespec until;

    if (connections->first == NULL) {
        pthread_cond_wait(&connections->changed, &connections->lock);
        return;
    }
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += LOOK_MS * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    pthread_cond_timedwait(&connections->changed, &connections->lock, &until);
}

static void *watch(void *context)
{
    struct connections *connections = context;

    pthread_mutex_lock(&connections->lock);
    while (!connections->stopping) {
        cut_late(connections);
        wait_for_next_look(connections);
    }
    pthread_mutex_unlock(&connections->lock);
    return NULL;
}

/* ---- life ---- */

static void init_locks(struct connections *connections)
{
    pthread_condattr_t attributes;

    pthread_mutex_init(&connections->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&connections->changed, &attributes);
    pthread_condattr_destroy(&attributes);
}

static void release(struct connections *connections)
{
    pthread_cond_destroy(&connections->changed);
    pthread_mutex_destroy(&connections->lock);
    mem_free(connections);
}

enum error_code connections_new(struct connections **ret_connections, unsigned timeout_ms, struct error *error)
{
    struct connections *connections = mem_alloc(sizeof *connections);

    if (connections == NULL)
        return error_memory(error, "watching connections");
    *connections = (struct connections){.timeout_us = (int64_t)timeout_ms * 1000};
    init_locks(connections);
    if (pthread_create(&connections->thread, NULL, watch, connections) != 0) {
        release(connections);
        return error_set(error, ERROR_MEMORY, "out of memory or threads while watching connections");
    }
    *ret_connections = connections;
    return ERROR_NONE;
}

void connections_free(struct connections *connections)
{
    if (connections == NULL)
        return;
    pthread_mutex_lock(&connections->lock);
    connections->stopping = true;
    pthread_cond_signal(&connections->changed);
    pthread_mutex_unlock(&connections->lock);
    pthread_join(connections->thread, NULL);
    release(connections);
}

/* ---- connections ---- */

struct watched_connection *connections_add(struct connections *connections, int socket)
{
    struct watched_connection *watched = mem_alloc(sizeof *watched);

    if (watched == NULL) {
        shutdown(socket, SHUT_RDWR);
        return NULL;
    }
    pthread_mutex_lock(&connections->lock);
    *watched = (struct watched_connection){
        .next = connections->first, .socket = socket, .deadline = clock_elapsed() + connections->timeout_us};
    if (connections->first != NULL)
        connections->first->previous = watched;
    else
        pthread_cond_signal(&connections->changed);
    connections->first = watched;
    pthread_mutex_unlock(&connections->lock);
    return watched;
}

bool connections_remove(struct connections *connections, struct watched_connection *watched)
{
    bool cut;

    if (watched == NULL)
        return false;
    pthread_mutex_lock(&connections->lock);
    if (watched->previous != NULL)
        watched->previous->next = watched->next;
    else
        connections->first = watched->next;
    if (watched->next != NULL)
        watched->next->previous = watched->previous;
    cut = watched->cut;
    pthread_mutex_unlock(&connections->lock);
    mem_free(watched);
    return cut;
}

static void set_deadline(struct connections *connections, struct watched_connection *watched, int64_t deadline)
{
    if (watched == NULL)
        return;
    pthread_mutex_lock(&connections->lock);
    watched->deadline = deadline;
    pthread_mutex_unlock(&connections->lock);
}

void connections_expect_request(struct connections *connections, struct watched_connection *watched)
{
    set_deadline(connections, watched, clock_elapsed() + connections->timeout_us);
}

void connections_at_work(struct connections *connections, struct watched_connection *watched)
{
    set_deadline(connections, watched, 0);
}

void connections_expect_end(struct connections *connections, struct watched_connection *watched, size_t bytes)
{
    int64_t seconds = (int64_t)(bytes / ANSWER_BYTES_PER_SECOND);

    set_deadline(connections, watched, clock_elapsed() + connections->timeout_us + seconds * 1000000);
}

/* ---- addresses ---- */

static struct in6_addr number_of(const struct sockaddr *address)
{
    struct in6_addr number = {0};

    if (address != NULL && address->sa_family == AF_INET6)
        return ((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;
    if (address != NULL && address->sa_family == AF_INET) {
        number.s6_addr[10] = number.s6_addr[11] = 0xff;
        memcpy(&number.s6_addr[12], &((const struct sockaddr_in *)(const void *)address)->sin_addr, 4);
    }
    return number;
}

bool connections_may_come(struct connections *connections, const struct sockaddr *address, unsigned limit)
{
    struct in6_addr number = number_of(address);
    unsigned count = 0;

    pthread_mutex_lock(&connections->lock);
    for (const struct watched_connection *watched = connections->first; watched != NULL; watched = watched->next)
        count += !watched->is_stream && memcmp(&watched->address, &number, sizeof number) == 0;
    pthread_mutex_unlock(&connections->lock);
    return count < limit;
}

void connections_from(struct connections *connections, struct watched_connection *watched,
                      const struct sockaddr *address)
{
    if (watched == NULL)
        return;
    pthread_mutex_lock(&connections->lock);
    watched->address = number_of(address);
    pthread_mutex_unlock(&connections->lock);
}

void connections_become_stream(struct connections *connections, struct watched_connection *watched)
{
    if (watched == NULL)
        return;
    pthread_mutex_lock(&connections->lock);
    watched->is_stream = true;
    pthread_mutex_unlock(&connections->lock);
}

uint64_t connections_cut(struct connections *connections)
{
    uint64_t cut;

    pthread_mutex_lock(&connections->lock);
    cut = connections->cut;
    pthread_mutex_unlock(&connections->lock);
    return cut;
}
