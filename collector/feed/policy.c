#include "feed/policy.h"

#include "base/memory.h"

enum { POLICY_LIMIT = 64 * 1024 * 1024 };

static const char doing[] = "keeping a policy";

struct held_policy {
    struct arena arena;
    struct fleet_policy policy;
    struct fleet_cache *cache;
    unsigned users; /* the holder is one */
};

/* ---- copying ---- */

static enum error_code copy_text(struct arena *arena, struct text *text, struct error *error)
{
    char *copy = arena_copy(arena, text->length == 0 ? "" : text->bytes, text->length);

    if (copy == NULL)
        return arena_error(arena, error, doing);
    text->bytes = copy;
    return ERROR_NONE;
}

static enum error_code copy_path(struct arena *arena, const struct text **path, size_t count, struct error *error)
{
    struct text *copy = arena_array(arena, count, sizeof *copy);

    if (copy == NULL)
        return arena_error(arena, error, doing);
    for (size_t i = 0; i < count; i++) {
        copy[i] = (*path)[i];
        if (copy_text(arena, &copy[i], error) != ERROR_NONE)
            return error->code;
    }
    *path = copy;
    return ERROR_NONE;
}

static enum error_code copy_databases(struct arena *arena, struct fleet_policy *policy, struct error *error)
{
    struct fleet_path *copy = arena_array(arena, policy->database_count, sizeof *copy);

    if (copy == NULL)
        return arena_error(arena, error, doing);
    for (size_t i = 0; i < policy->database_count; i++) {
        copy[i] = policy->databases[i];
        if (copy_text(arena, &copy[i].database, error) != ERROR_NONE ||
            copy_path(arena, &copy[i].path, copy[i].count, error) != ERROR_NONE)
            return error->code;
    }
    policy->databases = copy;
    return ERROR_NONE;
}

static enum error_code copy_pattern(struct arena *arena, struct ignore_pattern *pattern, struct error *error)
{
    if (copy_text(arena, &pattern->word, error) != ERROR_NONE)
        return error->code;
    return copy_text(arena, &pattern->glob, error);
}

static enum error_code copy_compare(struct arena *arena, struct diff_options *options, struct error *error)
{
    struct ignore_pattern *patterns = arena_array(arena, options->ignore.count, sizeof *patterns);
    struct severity_override *overrides = arena_array(arena, options->override_count, sizeof *overrides);

    if (patterns == NULL || overrides == NULL)
        return arena_error(arena, error, doing);
    for (size_t i = 0; i < options->ignore.count; i++) {
        patterns[i] = options->ignore.patterns[i];
        if (copy_pattern(arena, &patterns[i], error) != ERROR_NONE)
            return error->code;
    }
    for (size_t i = 0; i < options->override_count; i++) {
        overrides[i] = options->overrides[i];
        if (copy_pattern(arena, &overrides[i].pattern, error) != ERROR_NONE)
            return error->code;
    }
    options->ignore.patterns = patterns;
    options->overrides = overrides;
    return ERROR_NONE;
}

static void discard(struct held_policy **held)
{
    if (*held == NULL)
        return;
    fleet_cache_free((*held)->cache);
    arena_free(&(*held)->arena);
    mem_free(*held);
}

static enum error_code copy_policy(struct held_policy **ret_held, const struct fleet_policy *policy,
                                   struct error *error)
{
    CLEANUP(discard) struct held_policy *held = mem_alloc(sizeof *held);

    if (held == NULL)
        return error_memory(error, doing);
    *held = (struct held_policy){.policy = *policy, .users = 1};
    arena_init(&held->arena, POLICY_LIMIT);
    if (copy_path(&held->arena, &held->policy.path, held->policy.path_count, error) != ERROR_NONE ||
        copy_databases(&held->arena, &held->policy, error) != ERROR_NONE ||
        copy_compare(&held->arena, &held->policy.compare, error) != ERROR_NONE ||
        fleet_cache_new(&held->cache, error) != ERROR_NONE)
        return error->code;
    *ret_held = held;
    held = NULL;
    return ERROR_NONE;
}

/* ---- holding ---- */

enum error_code policy_holder_init(struct policy_holder *holder, struct error *error)
{
    struct fleet_policy empty = {.stale_after_us = INT64_MAX, .memory_limit = SIZE_MAX};

    diff_options_init(&empty.compare);
    pthread_mutex_init(&holder->lock, NULL);
    holder->current = NULL;
    return copy_policy(&holder->current, &empty, error);
}

void policy_holder_clear(struct policy_holder *holder)
{
    policy_release(holder, holder->current);
    holder->current = NULL;
    pthread_mutex_destroy(&holder->lock);
}

enum error_code policy_set(struct policy_holder *holder, const struct fleet_policy *policy, struct error *error)
{
    struct held_policy *held = NULL, *before;

    if (copy_policy(&held, policy, error) != ERROR_NONE)
        return error->code;
    pthread_mutex_lock(&holder->lock);
    before = holder->current;
    holder->current = held;
    pthread_mutex_unlock(&holder->lock);
    policy_release(holder, before);
    return ERROR_NONE;
}

struct held_policy *policy_take(struct policy_holder *holder)
{
    struct held_policy *held;

    pthread_mutex_lock(&holder->lock);
    held = holder->current;
    held->users++;
    pthread_mutex_unlock(&holder->lock);
    return held;
}

const struct fleet_policy *policy_of(const struct held_policy *held)
{
    return &held->policy;
}

struct fleet_cache *policy_cache(const struct held_policy *held)
{
    return held->cache;
}

void policy_release(struct policy_holder *holder, struct held_policy *held)
{
    unsigned left;

    if (held == NULL)
        return;
    pthread_mutex_lock(&holder->lock);
    left = --held->users;
    pthread_mutex_unlock(&holder->lock);
    if (left == 0)
        discard(&held);
}
