#include "notify/notify_plan.h"

#include <stdatomic.h>

#include "base/memory.h"

enum { PLAN_LIMIT = 64 * 1024 * 1024 };

static const char doing[] = "keeping what is notified";

struct notify_plan {
    struct arena arena;
    struct notify_content content;
    struct sink *sinks;
    atomic_uint users;
};

/* ---- copying ---- */

/* NULL when memory ran out. */
static const struct text *copy_texts(struct arena *arena, const struct text *texts, size_t count)
{
    struct text *copies = arena_array(arena, count, sizeof *copies);

    for (size_t i = 0; copies != NULL && i < count; i++) {
        copies[i] = (struct text){arena_string(arena, texts[i]), texts[i].length};
        if (copies[i].bytes == NULL)
            return NULL;
    }
    return copies;
}

static enum error_code copy_text(struct arena *arena, struct text from, struct text *ret_to, struct error *error)
{
    char *copy = arena_string(arena, from);

    if (copy == NULL)
        return arena_error(arena, error, doing);
    *ret_to = (struct text){copy, from.length};
    return ERROR_NONE;
}

/* A list that is to be replaced by its copy. */
struct list {
    const struct text **texts;
    size_t count;
};

static enum error_code copy_lists(struct arena *arena, const struct list *lists, size_t count, struct error *error)
{
    for (size_t i = 0; i < count; i++) {
        *lists[i].texts = copy_texts(arena, *lists[i].texts, lists[i].count);
        if (*lists[i].texts == NULL)
            return arena_error(arena, error, doing);
    }
    return ERROR_NONE;
}

/* Secrets are left empty until they are copied: what is erased at the end is never the caller's. */
static enum error_code copy_sink(struct arena *arena, const struct sink *from, struct sink *to, struct error *error)
{
    *to = *from;
    to->url = to->secret = to->password = (struct text){"", 0};
    const struct {
        struct text from;
        struct text *to;
    } texts[] = {{from->name, &to->name},
                 {from->url, &to->url},
                 {from->secret, &to->secret},
                 {from->user, &to->user},
                 {from->password, &to->password},
                 {from->from, &to->from},
                 {from->channel, &to->channel},
                 {from->repository, &to->repository},
                 {from->path, &to->path},
                 {from->facility, &to->facility},
                 {from->ca, &to->ca}};
    const struct list lists[] = {
        {&to->to, to->to_count}, {&to->labels, to->label_count}, {&to->command, to->command_count}};

    for (size_t i = 0; i < LENGTH_OF(texts); i++)
        if (copy_text(arena, texts[i].from, texts[i].to, error) != ERROR_NONE)
            return error->code;
    return copy_lists(arena, lists, LENGTH_OF(lists), error);
}

static enum error_code copy_quiet(struct arena *arena, struct route *route, struct error *error)
{
    struct quiet_time *copies = arena_array(arena, route->quiet_count, sizeof *copies);

    if (copies == NULL)
        return arena_error(arena, error, doing);
    for (size_t i = 0; i < route->quiet_count; i++) {
        copies[i] = route->quiet[i];
        if (freeze_copy(&copies[i].window, arena, error) != ERROR_NONE)
            return error->code;
    }
    route->quiet = copies;
    return ERROR_NONE;
}

static enum error_code copy_route(struct arena *arena, struct route *route, struct error *error)
{
    const struct list lists[] = {{&route->filter.databases, route->filter.database_count},
                                 {&route->filter.environments, route->filter.environment_count},
                                 {&route->owners, route->owner_count},
                                 {&route->contracts, route->contract_count},
                                 {&route->objects, route->object_count},
                                 {&route->sinks, route->sink_count},
                                 {&route->escalate_to, route->escalate_count}};

    if (copy_text(arena, route->name, &route->name, error) != ERROR_NONE ||
        copy_lists(arena, lists, LENGTH_OF(lists), error) != ERROR_NONE)
        return error->code;
    return copy_quiet(arena, route, error);
}

static enum error_code copy_content(struct notify_plan *plan, const struct notify_content *content, struct error *error)
{
    struct arena *arena = &plan->arena;
    struct route *routes = arena_array(arena, content->route_count, sizeof *routes);

    plan->sinks = arena_array(arena, content->sink_count, sizeof *plan->sinks);
    if (routes == NULL || plan->sinks == NULL)
        return arena_error(arena, error, doing);
    plan->content = (struct notify_content){.sinks = plan->sinks, .routes = routes};
    for (size_t i = 0; i < content->sink_count; i++) {
        plan->content.sink_count = i + 1;
        if (copy_sink(arena, &content->sinks[i], &plan->sinks[i], error) != ERROR_NONE)
            return error->code;
    }
    for (size_t i = 0; i < content->route_count; i++) {
        routes[i] = content->routes[i];
        if (copy_route(arena, &routes[i], error) != ERROR_NONE)
            return error->code;
    }
    plan->content.route_count = content->route_count;
    if (copy_text(arena, content->link, &plan->content.link, error) != ERROR_NONE)
        return error->code;
    return copy_text(arena, content->problem, &plan->content.problem, error);
}

/* ---- making and sharing ---- */

/* The plan's own copies, which nobody else may write to. */
static void erase(struct text secret)
{
    if (secret.length > 0)
        explicit_bzero((char *)secret.bytes, secret.length);
}

static void discard(struct notify_plan **plan)
{
    if (*plan == NULL)
        return;
    for (size_t i = 0; i < (*plan)->content.sink_count; i++) {
        erase((*plan)->sinks[i].url);
        erase((*plan)->sinks[i].secret);
        erase((*plan)->sinks[i].password);
    }
    arena_free(&(*plan)->arena);
    mem_free(*plan);
}

enum error_code notify_plan_new(struct notify_plan **ret_plan, const struct notify_content *content,
                                struct error *error)
{
    CLEANUP(discard) struct notify_plan *plan = mem_alloc(sizeof *plan);

    if (plan == NULL)
        return error_memory(error, doing);
    *plan = (struct notify_plan){.sinks = NULL};
    atomic_init(&plan->users, 1);
    arena_init(&plan->arena, PLAN_LIMIT);
    if (copy_content(plan, content, error) != ERROR_NONE)
        return error->code;
    *ret_plan = plan;
    plan = NULL;
    return ERROR_NONE;
}

void notify_plan_release(struct notify_plan *plan)
{
    if (plan != NULL && atomic_fetch_sub_explicit(&plan->users, 1, memory_order_acq_rel) == 1)
        discard(&plan);
}

/* ---- asking ---- */

const struct notify_content *notify_plan_content(const struct notify_plan *plan)
{
    return &plan->content;
}

const struct sink *notify_plan_sink(const struct notify_plan *plan, struct text name)
{
    for (size_t i = 0; i < plan->content.sink_count; i++)
        if (text_equal(plan->content.sinks[i].name, name))
            return &plan->content.sinks[i];
    return NULL;
}

const struct route *notify_plan_route(const struct notify_plan *plan, struct text name)
{
    for (size_t i = 0; i < plan->content.route_count; i++)
        if (text_equal(plan->content.routes[i].name, name))
            return &plan->content.routes[i];
    return NULL;
}

/* ---- the one in use ---- */

enum error_code notify_holder_init(struct notify_holder *holder, struct error *error)
{
    const struct notify_content nothing = {.sink_count = 0};

    pthread_mutex_init(&holder->lock, NULL);
    holder->current = NULL;
    return notify_plan_new(&holder->current, &nothing, error);
}

void notify_holder_clear(struct notify_holder *holder)
{
    notify_plan_release(holder->current);
    holder->current = NULL;
    pthread_mutex_destroy(&holder->lock);
}

void notify_set(struct notify_holder *holder, struct notify_plan *plan)
{
    struct notify_plan *before;

    pthread_mutex_lock(&holder->lock);
    before = holder->current;
    holder->current = plan;
    pthread_mutex_unlock(&holder->lock);
    notify_plan_release(before);
}

struct notify_plan *notify_take(struct notify_holder *holder)
{
    struct notify_plan *plan;

    pthread_mutex_lock(&holder->lock);
    plan = holder->current;
    atomic_fetch_add_explicit(&plan->users, 1, memory_order_relaxed);
    pthread_mutex_unlock(&holder->lock);
    return plan;
}
