#include "sources/watch.h"

#include <stdbool.h>

#include "base/memory.h"

struct watch {
    const struct source_ops *source;
    struct source_watch looking;
    struct source_mark kept; /* what looks are compared with */
    struct source_mark seen; /* by the last exact look */
    bool has_kept;
    bool has_seen;
};

enum error_code watch_open(struct watch **ret_watch, const char *ref, const struct source_settings *settings,
                           struct error *error)
{
    const struct source_ops *source = source_find(ref);
    struct watch *watch;

    if (source == NULL) /* it may hold a password: it is not repeated */
        return error_set(error, ERROR_USAGE, "the reference names no database that can be watched");
    watch = mem_alloc(sizeof *watch);
    if (watch == NULL)
        return error_memory(error, "watching a database");
    *watch = (struct watch){.source = source, .looking = {.ref = ref, .settings = settings}};
    if (hasher_new(&watch->looking.hasher, error) != ERROR_NONE) {
        mem_free(watch);
        return error->code;
    }
    *ret_watch = watch;
    return ERROR_NONE;
}

static enum watch_answer judge_cheap(const struct watch *watch, const struct source_mark *mark)
{
    if (!watch->has_kept)
        return WATCH_CHANGED;
    return hash_equal(&mark->cheap, &watch->kept.cheap) ? WATCH_SAME : WATCH_MOVED;
}

static enum watch_answer judge_exact(struct watch *watch, const struct source_mark *mark)
{
    watch->seen = *mark;
    watch->has_seen = true;
    if (!watch->has_kept || !hash_equal(&mark->exact, &watch->kept.exact))
        return WATCH_CHANGED;
    watch->kept.cheap = mark->cheap; /* a false alarm is given once */
    return WATCH_SAME;
}

enum error_code watch_look(struct watch *watch, enum watch_depth depth, enum watch_answer *ret_answer,
                           struct error *error)
{
    bool exact = depth == WATCH_EXACT;
    struct source_mark mark = {0};
    enum error_code code = watch->source->look(&watch->looking, exact, &mark, error);

    if (code == ERROR_NONE)
        *ret_answer = exact ? judge_exact(watch, &mark) : judge_cheap(watch, &mark);
    return code;
}

void watch_keep(struct watch *watch)
{
    if (!watch->has_seen)
        return;
    watch->kept = watch->seen;
    watch->has_kept = true;
}

int watch_wake_file(struct watch *watch)
{
    return watch->source->wake_file == NULL ? SOURCE_WAKE_NONE : watch->source->wake_file(&watch->looking);
}

enum error_code watch_mark(struct watch *watch, const struct capture_marking *marking, struct error *error)
{
    return watch->source->mark == NULL ? ERROR_NONE : watch->source->mark(&watch->looking, marking, error);
}

void watch_rest(struct watch *watch)
{
    if (watch->source->rest != NULL)
        watch->source->rest(&watch->looking);
}

void watch_close(struct watch *watch)
{
    if (watch == NULL)
        return;
    watch_rest(watch);
    hasher_free(watch->looking.hasher);
    mem_free(watch);
}
