#include "collector/policy_keeper.h"

#include "base/clock.h"
#include "contract/contract_file.h"

enum { KEPT_LIMIT = 256 * 1024 * 1024, READ_LIMIT = 256 * 1024 * 1024 };

/* What is wrong with the folder may be over without anything in it being another: memory was short, a right was given
 * further up. So it is read again after a while. */
#define AGAIN_US INT64_C(60000000)

static const char doing[] = "keeping the configuration";

enum error_code policy_keeper_init(struct policy_keeper *keeper, struct logger *logger, struct error *error)
{
    *keeper = (struct policy_keeper){.logger = logger, .since = clock_now()};
    arena_init(&keeper->arena, KEPT_LIMIT);
    return policy_holder_init(&keeper->holder, error);
}

void policy_keeper_clear(struct policy_keeper *keeper)
{
    policy_holder_clear(&keeper->holder);
    arena_free(&keeper->arena);
}

/* ---------------------------------------------------------------- contracts */

/* Read the contracts of the file and of the folder as one set. */
static enum error_code read_contracts(struct policy_keeper *keeper, struct arena *arena, struct contract_set *ret_set,
                                      struct error *error)
{
    struct collector_settings settings = {.contracts_folder = keeper->folder};

    settings.policy.contracts.set = keeper->inside;
    keeper->read_at = clock_elapsed();
    if (keeper->folder != NULL)
        keeper->mark = contract_folder_mark(keeper->folder); /* before: what changes meanwhile is seen next time */
    return settings_read_contracts(&settings, arena, ret_set, error);
}

/* What is wrong, and what to do. */
static enum error_code keep_problem(struct text *problem, int64_t *since, const struct error *why, struct arena *arena)
{
    const char *message = why->hint[0] == '\0' ? arena_string(arena, text_from(why->message))
                                               : arena_printf(arena, "%s (%s)", why->message, why->hint);

    if (message == NULL)
        return ERROR_MEMORY;
    if (problem->length == 0)
        *since = clock_now();
    *problem = text_from(message);
    return ERROR_NONE;
}

static bool is_same(const struct policy_contracts *before, const struct policy_contracts *now)
{
    return before->known == now->known && text_equal(before->problem, now->problem) &&
           before->set.count == now->set.count && hash_equal(&before->set.fingerprint, &now->set.fingerprint);
}

/* Log what has become of them. */
static void tell(struct policy_keeper *keeper, const struct policy_contracts *before,
                 const struct policy_contracts *now, const struct error *why)
{
    if (is_same(before, now))
        return;
    if (now->problem.length == 0) {
        if (before->problem.length > 0 || before->set.count + now->set.count > 0)
            log_write(keeper->logger, LOG_LEVEL_INFO, "contracts",
                      LOG_FIELDS(log_number("count", (int64_t)now->set.count)));
        return;
    }
    log_failure(keeper->logger, "contracts-failed", why,
                now->known ? "keeping the contracts as they were" : "the gate lets nothing pass without them");
}

/* Make the contracts of a policy those that are there now; those before stay when they are not in order. */
static enum error_code renew_contracts(struct policy_keeper *keeper, struct policy_contracts *contracts,
                                       const struct policy_contracts *before, struct arena *arena, struct error *error)
{
    struct error why = {0};

    *contracts = *before;
    if (read_contracts(keeper, arena, &contracts->set, &why) == ERROR_NONE) {
        contracts->known = true;
        contracts->problem = (struct text){"", 0};
        contracts->problem_since = 0;
    } else {
        contracts->set = before->set;
        if (keep_problem(&contracts->problem, &contracts->problem_since, &why, arena) != ERROR_NONE)
            return arena_error(arena, error, doing);
    }
    tell(keeper, before, contracts, &why);
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- policies */

static enum error_code replace(struct policy_keeper *keeper, const struct policy_content *content, struct error *error)
{
    struct policy *policy = NULL;

    if (policy_new(&policy, content, error) != ERROR_NONE)
        return error->code;
    policy_set(&keeper->holder, policy);
    return ERROR_NONE;
}

static void release(struct policy **policy)
{
    policy_release(*policy);
}

/* Remember what the next look at the folder needs of the settings. */
static enum error_code keep_settings(struct policy_keeper *keeper, const struct collector_settings *settings,
                                     struct error *error)
{
    struct policy_keeper next = *keeper;

    arena_init(&next.arena, KEPT_LIMIT);
    next.folder =
        settings->contracts_folder == NULL ? NULL : arena_string(&next.arena, text_from(settings->contracts_folder));
    if (settings->contracts_folder != NULL && next.folder == NULL)
        arena_error(&next.arena, error, doing);
    else if (contract_set_copy(&next.inside, &settings->policy.contracts.set, &next.arena, error) == ERROR_NONE) {
        arena_free(&keeper->arena);
        keeper->arena = next.arena;
        keeper->folder = next.folder;
        keeper->inside = next.inside;
        return ERROR_NONE;
    }
    arena_free(&next.arena);
    return error->code;
}

enum error_code policy_keeper_use(struct policy_keeper *keeper, const struct collector_settings *settings,
                                  struct error *error)
{
    CLEANUP(release) struct policy *before = policy_take(&keeper->holder);
    struct policy_content content = settings->policy;
    CLEANUP(arena_free) struct arena arena;

    content.fleet.listening_since = keeper->since;
    arena_init(&arena, READ_LIMIT);
    if (keep_settings(keeper, settings, error) != ERROR_NONE ||
        renew_contracts(keeper, &content.contracts, &policy_content(before)->contracts, &arena, error) != ERROR_NONE)
        return error->code;
    return replace(keeper, &content, error);
}

void policy_keeper_refuse(struct policy_keeper *keeper, const struct error *why)
{
    CLEANUP(release) struct policy *before = policy_take(&keeper->holder);
    struct policy_content content = *policy_content(before);
    CLEANUP(arena_free) struct arena arena;
    struct error error = {0};

    arena_init(&arena, READ_LIMIT);
    log_failure(keeper->logger, "reload-failed", why, "keeping the configuration as it was");
    if (keep_problem(&content.problem, &content.problem_since, why, &arena) != ERROR_NONE)
        arena_error(&arena, &error, doing);
    else
        (void)!replace(keeper, &content, &error);
    if (error.code != ERROR_NONE)
        log_failure(keeper->logger, "reload-failed", &error, "readiness does not say so");
}

void policy_keeper_look(struct policy_keeper *keeper)
{
    CLEANUP(release) struct policy *before = policy_take(&keeper->holder);
    const struct policy_contracts *contracts = &policy_content(before)->contracts;
    struct policy_content content = *policy_content(before);
    CLEANUP(arena_free) struct arena arena;
    struct error error = {0};
    struct hash mark;

    arena_init(&arena, READ_LIMIT);
    if (keeper->folder == NULL)
        return;
    mark = contract_folder_mark(keeper->folder);
    if (hash_equal(&mark, &keeper->mark) &&
        (contracts->problem.length == 0 || clock_elapsed() - keeper->read_at < AGAIN_US))
        return;
    if (renew_contracts(keeper, &content.contracts, contracts, &arena, &error) != ERROR_NONE ||
        (!is_same(contracts, &content.contracts) && replace(keeper, &content, &error) != ERROR_NONE))
        log_failure(keeper->logger, "contracts-failed", &error, "keeping the contracts as they were");
}
