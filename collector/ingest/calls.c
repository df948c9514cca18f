#include "ingest/calls.h"

void calls_init(struct calls *calls)
{
    *calls = (struct calls){0};
    pthread_mutex_init(&calls->lock, NULL);
    pthread_cond_init(&calls->done, NULL);
}

void calls_clear(struct calls *calls)
{
    pthread_cond_destroy(&calls->done);
    pthread_mutex_destroy(&calls->lock);
}

static enum error_code refuse(struct error *error)
{
    return error_set(error, ERROR_CONNECT, "the collector is stopping");
}

static bool hand_over(struct calls *calls, struct call *call)
{
    bool taken;

    pthread_mutex_lock(&calls->lock);
    taken = !calls->ended;
    if (taken) {
        *(calls->last == NULL ? &calls->first : &calls->last->next) = call;
        calls->last = call;
    }
    pthread_mutex_unlock(&calls->lock);
    return taken;
}

enum error_code calls_wait(struct calls *calls, struct call *call, void (*wake)(void *context), void *context,
                           struct error *error)
{
    call->error = error;
    call->next = NULL;
    call->done = false;
    if (!hand_over(calls, call))
        return refuse(error);
    wake(context);
    pthread_mutex_lock(&calls->lock);
    while (!call->done)
        pthread_cond_wait(&calls->done, &calls->lock);
    pthread_mutex_unlock(&calls->lock);
    return call->code;
}

struct call *calls_next(struct calls *calls)
{
    struct call *call;

    pthread_mutex_lock(&calls->lock);
    call = calls->first;
    if (call != NULL)
        calls->first = call->next;
    if (calls->first == NULL)
        calls->last = NULL;
    pthread_mutex_unlock(&calls->lock);
    return call;
}

void calls_done(struct calls *calls, struct call *call, enum error_code code)
{
    pthread_mutex_lock(&calls->lock);
    call->code = code;
    call->done = true;
    pthread_cond_broadcast(&calls->done);
    pthread_mutex_unlock(&calls->lock);
}

void calls_end(struct calls *calls)
{
    struct call *call;

    pthread_mutex_lock(&calls->lock);
    calls->ended = true;
    pthread_mutex_unlock(&calls->lock);
    while ((call = calls_next(calls)) != NULL)
        calls_done(calls, call, refuse(call->error));
}
