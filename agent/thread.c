#include "agent/thread.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "base/clock.h"

enum {
    STACK_BYTES = 1024 * 1024, /* of address space; memory is taken as it is needed */
    WAIT_US = 2000             /* between two looks whether a thread has ended */
};

static void *run(void *context)
{
    struct thread *thread = context;

    pthread_setname_np(pthread_self(), thread->name);
    thread->work(thread->context);
    atomic_store(&thread->ended, true);
    return NULL;
}

enum error_code thread_start(struct thread *thread, const char *name, void (*work)(void *context), void *context,
                             struct error *error)
{
    pthread_attr_t attributes;
    int failure;

    thread->work = work;
    thread->context = context;
    atomic_store(&thread->ended, false);
    snprintf(thread->name, sizeof thread->name, "%s", name);
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    failure = pthread_create(&thread->id, &attributes, run, thread);
    pthread_attr_destroy(&attributes);
    if (failure == 0)
        return ERROR_NONE;
    return error_set(error, ERROR_MEMORY, "memory for the thread '%s': %s", name, strerror(failure));
}

bool thread_join(struct thread *thread, int64_t until)
{
    const struct timespec pause = {.tv_nsec = WAIT_US * 1000};

    while (!atomic_load(&thread->ended)) {
        if (clock_elapsed() >= until)
            return false;
        nanosleep(&pause, NULL);
    }
    pthread_join(thread->id, NULL);
    return true;
}

int64_t thread_random(int64_t bound)
{
    uint64_t number = 0;

    if (getrandom(&number, sizeof number, GRND_NONBLOCK) != sizeof number)
        number = (uint64_t)clock_elapsed();
    return (int64_t)(number % (uint64_t)bound);
}
