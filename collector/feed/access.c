#include "feed/access.h"

#include <strings.h>

#include "base/clock.h"

static const int64_t hour_us = INT64_C(3600) * 1000000;

void access_init(struct access *access)
{
    *access = (struct access){0};
    pthread_mutex_init(&access->lock, NULL);
}

void access_clear(struct access *access)
{
    pthread_mutex_destroy(&access->lock);
}

/* ---- checking ---- */

static bool find_secret(const char *header, struct text *ret_secret)
{
    static const char scheme[] = "Bearer ";

    if (header == NULL || strncasecmp(header, scheme, sizeof scheme - 1) != 0)
        return false;
    *ret_secret = text_from(header + sizeof scheme - 1);
    return true;
}

enum error_code access_check(struct database *database, const char *header, unsigned rights, struct arena *arena,
                             struct token_row *ret_token, unsigned *ret_status, struct error *error)
{
    struct text secret = {0};
    struct token_row token;

    *ret_status = 401;
    if (!find_secret(header, &secret)) {
        error_set(error, ERROR_REFUSED, "this needs a token");
        return error_hint(error, "send 'Authorization: Bearer dl_...'; the first token is in admin.token in the "
                                 "collector's data folder");
    }
    if (tokens_check(database, secret, clock_now(), arena, &token, error) != ERROR_NONE) {
        if (error->code == ERROR_REFUSED && error->hint[0] == '\0')
            error_hint(error, "make one with 'driftline-collector token create'");
        return error->code;
    }
    if (token.rights < rights) {
        *ret_status = 403;
        error_set(error, ERROR_REFUSED, "the token '%.*s' has the rights '%s', and this needs '%s'",
                  TEXT_ARGS(token.name), token_rights_name(token.rights), token_rights_name((enum token_rights)rights));
        return error_hint(error, "use a token with more rights");
    }
    *ret_token = token;
    return ERROR_NONE;
}

/* ---- noting ---- */

static bool is_noted(struct access *access, int64_t token, int64_t hour)
{
    bool noted = false;

    pthread_mutex_lock(&access->lock);
    for (size_t i = 0; i < ACCESS_REMEMBERED; i++)
        noted = noted || (access->noted[i].token == token && access->noted[i].hour == hour);
    if (!noted) {
        access->noted[access->next].token = token;
        access->noted[access->next].hour = hour;
        access->next = (access->next + 1) % ACCESS_REMEMBERED;
    }
    pthread_mutex_unlock(&access->lock);
    return noted;
}

static enum error_code note(void *context, struct database *database, struct error *error)
{
    return tokens_used(database, *(const int64_t *)context, clock_now(), error);
}

void access_note(struct access *access, struct core *core, const struct token_row *token)
{
    int64_t hour = clock_now() / hour_us, id = token->id;
    struct error ignored = {0};

    if (token->last_used / hour_us != hour && !is_noted(access, id, hour))
        (void)!core_call(core, note, &id, &ignored);
}
