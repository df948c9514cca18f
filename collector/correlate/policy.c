#include "correlate/policy.h"

#include <stdatomic.h>

#include "base/memory.h"
#include "correlate/fleet_policy.h"
#include "correlate/policy_copy.h"

enum { POLICY_LIMIT = 256 * 1024 * 1024 };

static const char doing[] = "keeping a policy";

struct policy {
    struct arena arena;
    struct policy_content content;
    struct fleet_cache *cache;
    struct hash fingerprint;
    atomic_uint users;
};

/* ---- its fingerprint ---- */

static void write_path(struct buffer *bytes, const struct text *path, size_t count)
{
    buffer_add_varint(bytes, count);
    for (size_t i = 0; i < count; i++) {
        buffer_add_varint(bytes, path[i].length);
        buffer_add_text(bytes, path[i]);
    }
}

static void write_fingerprint(struct buffer *bytes, const struct policy_content *content)
{
    const struct fleet_policy *fleet = &content->fleet;

    fleet_policy_write_compare(bytes, fleet);
    write_path(bytes, fleet->path, fleet->path_count);
    buffer_add_varint(bytes, fleet->database_count);
    for (size_t i = 0; i < fleet->database_count; i++) {
        write_path(bytes, &fleet->databases[i].database, 1);
        write_path(bytes, fleet->databases[i].path, fleet->databases[i].count);
    }
    buffer_add_byte(bytes, content->contracts.known);
    buffer_add(bytes, content->contracts.set.fingerprint.bytes, HASH_SIZE);
}

static enum error_code set_fingerprint(struct policy *policy, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer bytes = {0};
    struct hasher *hasher = NULL;

    write_fingerprint(&bytes, &policy->content);
    if (buffer_check(&bytes, error, doing) != ERROR_NONE || hasher_new(&hasher, error) != ERROR_NONE)
        return error->code;
    policy->fingerprint = hasher_digest(hasher, 0, buffer_text(&bytes));
    policy->content.fleet.fingerprint = policy->fingerprint;
    hasher_free(hasher);
    return ERROR_NONE;
}

/* ---- making and sharing ---- */

static void discard(struct policy **policy)
{
    if (*policy == NULL)
        return;
    fleet_cache_free((*policy)->cache);
    arena_free(&(*policy)->arena);
    mem_free(*policy);
}

/* Levels that hold everywhere are what is compared with where no place is known. */
static enum error_code spread_severities(struct policy *policy, struct error *error)
{
    struct policy_content *content = &policy->content;

    if (content->severity_count == 0)
        return ERROR_NONE;
    content->fleet.severities = content->severities;
    content->fleet.severity_count = content->severity_count;
    return fleet_policy_options(&content->fleet, (struct text){"", 0}, (struct text){"", 0}, &policy->arena,
                                &content->fleet.compare, error);
}

enum error_code policy_new(struct policy **ret_policy, const struct policy_content *content, struct error *error)
{
    CLEANUP(discard) struct policy *policy = mem_alloc(sizeof *policy);

    if (policy == NULL)
        return error_memory(error, doing);
    *policy = (struct policy){.content = *content};
    atomic_init(&policy->users, 1);
    arena_init(&policy->arena, POLICY_LIMIT);
    if (policy_copy(&policy->content, &policy->arena, error) != ERROR_NONE ||
        spread_severities(policy, error) != ERROR_NONE || set_fingerprint(policy, error) != ERROR_NONE ||
        fleet_cache_new(&policy->cache, error) != ERROR_NONE)
        return error->code;
    *ret_policy = policy;
    policy = NULL;
    return ERROR_NONE;
}

struct policy *policy_share(struct policy *policy)
{
    atomic_fetch_add_explicit(&policy->users, 1, memory_order_relaxed);
    return policy;
}

void policy_release(struct policy *policy)
{
    if (policy != NULL && atomic_fetch_sub_explicit(&policy->users, 1, memory_order_acq_rel) == 1)
        discard(&policy);
}

/* ---- asking ---- */

const struct policy_content *policy_content(const struct policy *policy)
{
    return &policy->content;
}

struct fleet_cache *policy_cache(const struct policy *policy)
{
    return policy->cache;
}

const struct hash *policy_fingerprint(const struct policy *policy)
{
    return &policy->fingerprint;
}

enum error_code policy_options(const struct policy *policy, struct text database, struct text environment,
                               struct arena *arena, struct diff_options *ret_options, struct error *error)
{
    return fleet_policy_options(&policy->content.fleet, database, environment, arena, ret_options, error);
}

struct fleet_path policy_path(const struct policy *policy, struct text database)
{
    return fleet_policy_path(&policy->content.fleet, database);
}

/* ---- the one in use ---- */

enum error_code policy_holder_init(struct policy_holder *holder, struct error *error)
{
    struct policy_content content = {
        .fleet = {.stale_after_us = INT64_MAX, .memory_limit = SIZE_MAX},
        .gate = {.block = (1U << SEVERITY_COUNT) - 1},
    };

    diff_options_init(&content.fleet.compare);
    pthread_mutex_init(&holder->lock, NULL);
    holder->current = NULL;
    return policy_new(&holder->current, &content, error);
}

void policy_holder_clear(struct policy_holder *holder)
{
    policy_release(holder->current);
    holder->current = NULL;
    pthread_mutex_destroy(&holder->lock);
}

void policy_set(struct policy_holder *holder, struct policy *policy)
{
    struct policy *before;

    pthread_mutex_lock(&holder->lock);
    before = holder->current;
    holder->current = policy;
    pthread_mutex_unlock(&holder->lock);
    policy_release(before);
}

struct policy *policy_take(struct policy_holder *holder)
{
    struct policy *policy;

    pthread_mutex_lock(&holder->lock);
    policy = policy_share(holder->current);
    pthread_mutex_unlock(&holder->lock);
    return policy;
}
