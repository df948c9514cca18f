#include "ingest/follow_up.h"

enum { EXPIRE_US = 1000 * 1000, RETRY_US = 10 * 1000 * 1000 };

enum error_code follow_up_init(struct follow_up *follow_up, struct database *database, struct logger *logger,
                               struct error *error)
{
    *follow_up = (struct follow_up){.database = database, .logger = logger};
    return correlator_new(&follow_up->correlator, database, error);
}

void follow_up_clear(struct follow_up *follow_up)
{
    correlator_free(follow_up->correlator);
    follow_up->correlator = NULL;
}

void follow_up_use(struct follow_up *follow_up, struct policy_holder *holder)
{
    struct policy *policy;

    if (holder == NULL)
        return;
    policy = policy_take(holder);
    if (correlator_use(follow_up->correlator, policy))
        follow_up->is_behind = true;
    policy_release(policy);
}

bool follow_up_is_due(const struct follow_up *follow_up, const struct moment *moment)
{
    return moment->elapsed >= follow_up->retry_at && correlator_is_behind(follow_up->correlator);
}

/* ---- what is done ---- */

typedef enum error_code (*follow_up_work)(struct follow_up *follow_up, const struct moment *moment,
                                          struct error *error);

static enum error_code catch_up(struct follow_up *follow_up, const struct moment *moment, struct error *error)
{
    bool more = false;

    if (correlator_catch_up(follow_up->correlator, moment->now, &more, error) != ERROR_NONE)
        return error->code;
    follow_up->is_behind = more;
    return ERROR_NONE;
}

static enum error_code expire(struct follow_up *follow_up, const struct moment *moment, struct error *error)
{
    bool any = false;

    return correlator_expire(follow_up->correlator, moment->now, &any, error);
}

static enum error_code fail(struct follow_up *follow_up, const struct moment *moment, struct error *error)
{
    database_rollback(follow_up->database);
    correlator_forget(follow_up->correlator);
    follow_up->retry_at = moment->elapsed + RETRY_US;
    if (error->code == ERROR_FULL || error->code == ERROR_IO)
        return error->code;
    log_failure(follow_up->logger, "correlation-failed", error, "trying again later");
    return ERROR_NONE;
}

static enum error_code in_transaction(struct follow_up *follow_up, follow_up_work work, const struct moment *moment,
                                      struct error *error)
{
    if (database_begin(follow_up->database, error) != ERROR_NONE || work(follow_up, moment, error) != ERROR_NONE ||
        database_commit(follow_up->database, error) != ERROR_NONE)
        return fail(follow_up, moment, error);
    return ERROR_NONE;
}

enum error_code follow_up_run(struct follow_up *follow_up, const struct moment *moment, struct error *error)
{
    if (moment->elapsed < follow_up->retry_at)
        return ERROR_NONE;
    if (moment->elapsed >= follow_up->expire_at) {
        follow_up->expire_at = moment->elapsed + EXPIRE_US;
        if (in_transaction(follow_up, expire, moment, error) != ERROR_NONE)
            return error->code;
    }
    return follow_up_is_due(follow_up, moment) ? in_transaction(follow_up, catch_up, moment, error) : ERROR_NONE;
}
