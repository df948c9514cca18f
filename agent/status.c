#include "agent/status.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"

enum error_code status_init(struct status *status, int doorbell, struct error *error)
{
    int bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

    if (bell < 0)
        return error_set(error, ERROR_IO, "opening a descriptor: %s", strerror(errno));
    *status = (struct status){.bell = bell, .doorbell = doorbell};
    pthread_mutex_init(&status->lock, NULL);
    return ERROR_NONE;
}

void status_clear(struct status *status)
{
    close(status->bell);
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

/* What is asked for after a request was taken rings again. */
static unsigned take_requests(struct status *status)
{
    unsigned requests;
    eventfd_t count;

    pthread_mutex_lock(&status->lock);
    requests = status->requests;
    status->requests &= STATUS_STOP;
    if (status->requests == 0)
        (void)!eventfd_read(status->bell, &count);
    pthread_mutex_unlock(&status->lock);
    return requests;
}

/* Milliseconds until a moment, at least one if it is still to come. */
static int milliseconds_until(int64_t until)
{
    int64_t left = until - clock_elapsed();

    if (left <= 0)
        return 0;
    return left / 1000 >= INT_MAX ? INT_MAX : (int)((left + 999) / 1000);
}

unsigned status_wait(struct status *status, int64_t until, int file, bool *ret_woken)
{
    struct pollfd files[] = {{.fd = status->bell, .events = POLLIN}, {.fd = file, .events = POLLIN}};
    int ready;

    do
        ready = poll(files, 2, milliseconds_until(until)); /* one that is negative is passed over */
    while (ready == 0 && clock_elapsed() < until);
    if (ret_woken != NULL)
        *ret_woken = ready > 0 && files[1].revents != 0;
    return take_requests(status);
}

unsigned status_peek(struct status *status)
{
    unsigned requests;

    pthread_mutex_lock(&status->lock);
    requests = status->requests;
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
    (void)!eventfd_write(status->bell, 1);
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
