#include "agent/status.h"

#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>

#include "base/text.h"

void status_init(struct status *status, int doorbell)
{
    pthread_condattr_t attributes;

    *status = (struct status){.doorbell = doorbell};
    pthread_mutex_init(&status->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC); /* a clock that jumps must not keep anybody waiting */
    pthread_cond_init(&status->asked, &attributes);
    pthread_condattr_destroy(&attributes);
}

void status_clear(struct status *status)
{
    pthread_cond_destroy(&status->asked);
    pthread_mutex_destroy(&status->lock);
}

/* With the lock. */
static void ring(struct status *status)
{
    status->view.changes++;
    if (status->doorbell >= 0)
        (void)!eventfd_write(status->doorbell, 1);
}

/* As much of a reason as has room, without half a character at its end. */
static void copy_reason(char ret_reason[STATUS_REASON_SIZE], const char *reason)
{
    struct text rest = text_from(reason);
    size_t length = 0;

    while (rest.length > 0) {
        size_t character = text_character(rest);

        if (character == 0 || length + character >= STATUS_REASON_SIZE)
            break;
        memcpy(ret_reason + length, rest.bytes, character);
        length += character;
        rest = (struct text){rest.bytes + character, rest.length - character};
    }
    ret_reason[length] = '\0';
}

bool status_report(struct status *status, enum target_state state, const char *reason, int64_t checked_at)
{
    char copy[STATUS_REASON_SIZE];
    bool changed;

    copy_reason(copy, reason);
    pthread_mutex_lock(&status->lock);
    changed = status->view.state != state || strcmp(status->view.reason, copy) != 0;
    status->view.state = state;
    status->view.checked_at = checked_at;
    status->view.reports++;
    memcpy(status->view.reason, copy, sizeof copy);
    if (changed)
        ring(status);
    pthread_mutex_unlock(&status->lock);
    return changed;
}

void status_stored(struct status *status, uint64_t seq)
{
    pthread_mutex_lock(&status->lock);
    if (status->view.seq != seq) {
        status->view.seq = seq;
        ring(status);
    }
    pthread_mutex_unlock(&status->lock);
}

void status_account(struct status *status, const struct status_counts *counts)
{
    pthread_mutex_lock(&status->lock);
    status->counts = *counts;
    pthread_mutex_unlock(&status->lock);
}

unsigned status_wait(struct status *status, int64_t until)
{
    struct timespec time = {.tv_sec = until / 1000000, .tv_nsec = until % 1000000 * 1000};
    unsigned requests;

    pthread_mutex_lock(&status->lock);
    while (status->requests == 0 && pthread_cond_timedwait(&status->asked, &status->lock, &time) != ETIMEDOUT)
        continue;
    requests = status->requests;
    status->requests &= STATUS_STOP;
    pthread_mutex_unlock(&status->lock);
    return requests;
}

bool status_is_stopped(struct status *status)
{
    bool stopped;

    pthread_mutex_lock(&status->lock);
    stopped = (status->requests & STATUS_STOP) != 0;
    pthread_mutex_unlock(&status->lock);
    return stopped;
}

void status_ask(struct status *status, unsigned requests)
{
    pthread_mutex_lock(&status->lock);
    status->requests |= requests;
    pthread_cond_signal(&status->asked);
    pthread_mutex_unlock(&status->lock);
}

void status_read(struct status *status, struct status_view *ret_view)
{
    pthread_mutex_lock(&status->lock);
    *ret_view = status->view;
    pthread_mutex_unlock(&status->lock);
}

void status_read_counts(struct status *status, struct status_counts *ret_counts)
{
    pthread_mutex_lock(&status->lock);
    *ret_counts = status->counts;
    pthread_mutex_unlock(&status->lock);
}
