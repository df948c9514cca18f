#include "collector/notify_keeper.h"

enum { MEMORY_LIMIT = 64 * 1024 * 1024 };

enum error_code notify_keeper_init(struct notify_keeper *keeper, struct logger *logger, struct error *error)
{
    *keeper = (struct notify_keeper){.logger = logger};
    return notify_holder_init(&keeper->holder, error);
}

void notify_keeper_clear(struct notify_keeper *keeper)
{
    notify_holder_clear(&keeper->holder);
}

/* Secrets are in an arena of their own, and nothing is left of them but what is in the plan. */
enum error_code notify_keeper_make(const struct collector_settings *settings, struct notify_plan **ret_plan,
                                   struct error *error)
{
    CLEANUP(arena_erase) struct arena arena;
    struct notify_content content;

    arena_init(&arena, MEMORY_LIMIT);
    if (settings_read_notify(settings, &arena, &content, error) != ERROR_NONE)
        return error->code;
    return notify_plan_new(ret_plan, &content, error);
}

void notify_keeper_use(struct notify_keeper *keeper, struct notify_plan *plan)
{
    notify_set(&keeper->holder, plan);
}

static void release(struct notify_plan **plan)
{
    notify_plan_release(*plan);
}

void notify_keeper_refuse(struct notify_keeper *keeper, const struct error *why)
{
    CLEANUP(release) struct notify_plan *before = notify_take(&keeper->holder);
    struct notify_content content = *notify_plan_content(before);
    CLEANUP(arena_free) struct arena arena;
    struct notify_plan *plan = NULL;
    struct error error = {0};
    const char *problem;

    arena_init(&arena, MEMORY_LIMIT);
    problem = why->hint[0] == '\0' ? arena_string(&arena, text_from(why->message))
                                   : arena_printf(&arena, "%s (%s)", why->message, why->hint);
    if (problem == NULL)
        arena_error(&arena, &error, "keeping the configuration");
    else {
        content.problem = text_from(problem);
        if (notify_plan_new(&plan, &content, &error) == ERROR_NONE)
            notify_set(&keeper->holder, plan);
    }
    if (error.code != ERROR_NONE)
        log_failure(keeper->logger, "reload-failed", &error, "notifications do not say so");
}
