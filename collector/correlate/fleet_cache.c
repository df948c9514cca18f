#include "correlate/fleet_cache.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>

#include "base/memory.h"
#include "correlate/fleet_policy.h"
#include "schema/load.h"
#include "store/nodes.h"

enum { FIRST_CAPACITY = 64, VERSION_SIZE = 12 };

/* Levels are part of the question: they are others when another environment would change. */
struct question {
    struct fleet_side sides[2];
    struct hash levels;
};

struct slot {
    bool used;
    struct question question;
    struct fleet_pair pair;
};

struct fleet_cache {
    pthread_mutex_t lock;
    struct slot *slots; /* open addressing */
    uint32_t count;
    uint32_t limit;
    uint32_t capacity;   /* a power of two, at least twice the count; or 0 */
    struct hash options; /* digest of those that all of it was compared under */
    struct hasher *hasher;
};

enum error_code fleet_cache_new(struct fleet_cache **ret_cache, struct error *error)
{
    return fleet_cache_new_of(ret_cache, FLEET_CACHE_LIMIT, error);
}

enum error_code fleet_cache_new_of(struct fleet_cache **ret_cache, uint32_t limit, struct error *error)
{
    struct fleet_cache *cache = mem_alloc(sizeof *cache);

    if (cache == NULL)
        return error_memory(error, "making a cache");
    *cache = (struct fleet_cache){.limit = limit};
    if (hasher_new(&cache->hasher, error) != ERROR_NONE) {
        mem_free(cache);
        return error->code;
    }
    pthread_mutex_init(&cache->lock, NULL);
    *ret_cache = cache;
    return ERROR_NONE;
}

void fleet_cache_free(struct fleet_cache *cache)
{
    if (cache == NULL)
        return;
    pthread_mutex_destroy(&cache->lock);
    hasher_free(cache->hasher);
    mem_free(cache->slots);
    mem_free(cache);
}

/* ---- options ---- */

static void forget_all(struct fleet_cache *cache)
{
    mem_free(cache->slots);
    cache->slots = NULL;
    cache->count = cache->capacity = 0;
}

enum error_code fleet_cache_use(struct fleet_cache *cache, const struct fleet_policy *policy, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer bytes = {0};
    struct hash digest;

    if (cache == NULL)
        return ERROR_NONE;
    fleet_policy_write_compare(&bytes, policy);
    if (buffer_check(&bytes, error, "looking at the fleet") != ERROR_NONE)
        return error->code;
    pthread_mutex_lock(&cache->lock);
    digest = hasher_digest(cache->hasher, 0, buffer_text(&bytes));
    if (!hash_equal(&digest, &cache->options)) {
        forget_all(cache);
        cache->options = digest;
    }
    pthread_mutex_unlock(&cache->lock);
    return ERROR_NONE;
}

/* ---- finding and keeping ---- */

static bool same_side(const struct fleet_side *a, const struct fleet_side *b)
{
    return a->major == b->major && hash_equal(&a->root, &b->root);
}

static bool same_question(const struct question *a, const struct question *b)
{
    return same_side(&a->sides[0], &b->sides[0]) && same_side(&a->sides[1], &b->sides[1]) &&
           hash_equal(&a->levels, &b->levels);
}

/* The slot of a question, or the free one where it belongs. */
static struct slot *probe(struct slot *slots, uint32_t capacity, const struct question *question)
{
    uint32_t first, second, third, at;

    memcpy(&first, question->sides[0].root.bytes, sizeof first);
    memcpy(&second, question->sides[1].root.bytes + sizeof first, sizeof second);
    memcpy(&third, question->levels.bytes, sizeof third);
    for (at = (first ^ second ^ third) & (capacity - 1); slots[at].used; at = (at + 1) & (capacity - 1))
        if (same_question(&slots[at].question, question))
            break;
    return &slots[at];
}

static bool grow(struct fleet_cache *cache)
{
    uint32_t capacity = cache->capacity == 0 ? (uint32_t)FIRST_CAPACITY : cache->capacity * 2;
    struct slot *slots = mem_alloc(capacity * sizeof *slots);

    if (slots == NULL)
        return false;
    memset(slots, 0, capacity * sizeof *slots);
    for (uint32_t i = 0; i < cache->capacity; i++)
        if (cache->slots[i].used)
            *probe(slots, capacity, &cache->slots[i].question) = cache->slots[i];
    mem_free(cache->slots);
    cache->slots = slots;
    cache->capacity = capacity;
    return true;
}

static bool find(struct fleet_cache *cache, const struct question *question, struct fleet_pair *ret_pair)
{
    const struct slot *slot;
    bool found;

    pthread_mutex_lock(&cache->lock);
    slot = cache->capacity == 0 ? NULL : probe(cache->slots, cache->capacity, question);
    found = slot != NULL && slot->used;
    if (found)
        *ret_pair = slot->pair;
    pthread_mutex_unlock(&cache->lock);
    return found;
}

static void keep(struct fleet_cache *cache, const struct question *question, const struct fleet_pair *pair)
{
    pthread_mutex_lock(&cache->lock);
    if (cache->count == cache->limit)
        forget_all(cache);
    if (cache->count < cache->capacity / 2 || grow(cache)) {
        struct slot *slot = probe(cache->slots, cache->capacity, question);

        cache->count += !slot->used;
        *slot = (struct slot){true, *question, *pair};
    }
    pthread_mutex_unlock(&cache->lock);
}

/* ---- comparing ---- */

static bool same_place(const struct uncovered *a, const struct uncovered *b)
{
    return a->kind == b->kind && text_equal(a->object, b->object);
}

/* What a reader is told of all that is not covered: what two versions of a server keep from being compared, if there is
 * any, since it says something of both sides. */
static const struct uncovered *most_telling(const struct diff *diff)
{
    for (uint32_t i = 0; i < diff->uncovered_count; i++)
        if (diff->uncovered[i].side == SIDE_BOTH)
            return &diff->uncovered[i];
    return &diff->uncovered[0];
}

/* Name one thing that was not covered; both sides may lack it. */
static void say_unknown(struct fleet_pair *pair, const struct diff *diff)
{
    const struct uncovered *told;
    bool only = true;

    if (diff->unknown_reason.length > 0) {
        snprintf(pair->unknown, sizeof pair->unknown, "%.*s", TEXT_ARGS(diff->unknown_reason));
        return;
    }
    if (diff->uncovered_count == 0)
        return;
    told = most_telling(diff);
    for (uint32_t i = 0; i < diff->uncovered_count; i++)
        only = only && same_place(told, &diff->uncovered[i]);
    snprintf(pair->unknown, sizeof pair->unknown, "%s%s%.*s%s not covered: %.*s", kind_name(told->kind),
             told->object.length > 0 ? " " : "", TEXT_ARGS(told->object), only ? "" : " and others",
             TEXT_ARGS(told->reason));
    pair->rendered_apart = told->side == SIDE_BOTH;
}

/* A comparison goes by the versions of the servers, which nodes do not know. */
static void set_version(struct snapshot *snapshot, const struct fleet_side *side, char version[VERSION_SIZE])
{
    if (side->major == 0)
        return;
    snprintf(version, VERSION_SIZE, "%" PRIu32, side->major);
    snapshot->info.server_version = text_from(version);
}

static enum error_code compare_sides(struct database *database, const struct fleet_policy *policy,
                                     const struct fleet_side sides[2], struct fleet_pair *ret_pair, struct error *error)
{
    const struct node_source nodes = nodes_source(database);
    char versions[2][VERSION_SIZE];
    struct snapshot *from = NULL, *to = NULL;
    CLEANUP(arena_free) struct arena arena;
    struct fleet_pair pair = {0};
    struct diff diff;
    enum error_code code;

    arena_init(&arena, policy->memory_limit);
    code = snapshot_load_changed(&from, &to, &sides[0].root, &sides[1].root, &nodes, policy->memory_limit, error);
    if (code == ERROR_NONE) {
        set_version(from, &sides[0], versions[0]);
        set_version(to, &sides[1], versions[1]);
        code = diff_snapshots(&diff, from, to, &policy->compare, &arena, error);
    }
    if (code == ERROR_NONE) {
        pair.verdict = diff.verdict;
        pair.is_comparable = diff.unknown_reason.length == 0;
        pair.change_count = diff.change_count;
        memcpy(pair.summary, diff.summary, sizeof pair.summary);
        say_unknown(&pair, &diff);
        *ret_pair = pair;
    }
    snapshot_free(from);
    snapshot_free(to);
    return code;
}

/* Two snapshots that cannot be compared must not take the view of all others: that is an answer, too. One that a repair
 * may change is not remembered. */
static enum error_code work_out(struct database *database, const struct fleet_policy *policy,
                                const struct fleet_side sides[2], struct fleet_pair *ret_pair, bool *ret_final,
                                struct error *error)
{
    enum error_code code = compare_sides(database, policy, sides, ret_pair, error);

    *ret_final = code != ERROR_CORRUPT;
    if (code != ERROR_CORRUPT && code != ERROR_UNSUPPORTED && code != ERROR_LIMIT)
        return code;
    *ret_pair = (struct fleet_pair){.verdict = VERDICT_UNKNOWN};
    snprintf(ret_pair->unknown, sizeof ret_pair->unknown, "%.*s", FLEET_REASON_SIZE - 1, error->message);
    return ERROR_NONE;
}

enum error_code fleet_cache_compare(struct fleet_cache *cache, struct database *database,
                                    const struct fleet_policy *policy, const struct fleet_side sides[2],
                                    struct fleet_pair *ret_pair, struct error *error)
{
    struct question question = {{sides[0], sides[1]}, policy->levels};
    struct fleet_side *pair = question.sides;
    bool final;

    if (pair[0].major == pair[1].major || pair[0].major == 0 || pair[1].major == 0)
        pair[0].major = pair[1].major = 0; /* versions matter where they differ */
    if (cache != NULL && find(cache, &question, ret_pair))
        return ERROR_NONE;
    if (work_out(database, policy, pair, ret_pair, &final, error) != ERROR_NONE)
        return error->code;
    if (cache != NULL && final)
        keep(cache, &question, ret_pair);
    return ERROR_NONE;
}
