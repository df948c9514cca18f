#include "event/pulse.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/memory.h"

struct listener {
    struct listener *next;
    int file;
};

struct pulse {
    pthread_mutex_t lock; /* of all below; nobody waits while holding it */
    int64_t last;
    struct listener *first;
};

enum error_code pulse_new(struct pulse **ret_pulse, struct error *error)
{
    struct pulse *pulse = mem_alloc(sizeof *pulse);

    if (pulse == NULL)
        return error_memory(error, "preparing to tell of events");
    *pulse = (struct pulse){0};
    pthread_mutex_init(&pulse->lock, NULL);
    *ret_pulse = pulse;
    return ERROR_NONE;
}

void pulse_free(struct pulse *pulse)
{
    if (pulse == NULL)
        return;
    pthread_mutex_destroy(&pulse->lock);
    mem_free(pulse);
}

static void wake(const struct listener *listener)
{
    ssize_t written;

    do
        written = write(listener->file, &(uint64_t){1}, sizeof(uint64_t));
    while (written < 0 && errno == EINTR); /* a counter that is full is readable already */
}

void pulse_beat(struct pulse *pulse, int64_t last_event)
{
    pthread_mutex_lock(&pulse->lock);
    if (last_event > pulse->last) {
        pulse->last = last_event;
        for (const struct listener *listener = pulse->first; listener != NULL; listener = listener->next)
            wake(listener);
    }
    pthread_mutex_unlock(&pulse->lock);
}

int64_t pulse_last(struct pulse *pulse)
{
    int64_t last;

    pthread_mutex_lock(&pulse->lock);
    last = pulse->last;
    pthread_mutex_unlock(&pulse->lock);
    return last;
}

enum error_code pulse_listen(struct pulse *pulse, int *ret_file, struct error *error)
{
    struct listener *listener = mem_alloc(sizeof *listener);

    if (listener == NULL)
        return error_memory(error, "listening for events");
    listener->file = eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK);
    if (listener->file < 0) {
        error_set(error, ERROR_IO, "listening for events: %s", strerror(errno));
        mem_free(listener);
        return error->code;
    }
    pthread_mutex_lock(&pulse->lock);
    listener->next = pulse->first;
    pulse->first = listener;
    pthread_mutex_unlock(&pulse->lock);
    *ret_file = listener->file;
    return ERROR_NONE;
}

void pulse_leave(struct pulse *pulse, int file)
{
    struct listener *left = NULL;

    pthread_mutex_lock(&pulse->lock);
    for (struct listener **at = &pulse->first; *at != NULL; at = &(*at)->next) {
        if ((*at)->file != file)
            continue;
        left = *at;
        *at = left->next;
        break;
    }
    pthread_mutex_unlock(&pulse->lock);
    if (left == NULL)
        return;
    close(left->file);
    mem_free(left);
}
