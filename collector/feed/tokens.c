/* GET /api/v1/token, GET and POST /api/v1/tokens, DELETE /api/v1/tokens/{name} */
#include "store/tokens.h"

#include "base/clock.h"
#include "base/reference.h"
#include "feed/audit.h"
#include "feed/body.h"
#include "feed/json.h"
#include "feed/routes.h"

static json_t *token_value(struct json_builder *builder, const struct token_row *token)
{
    json_t *object = json_builder_object(builder);

    json_builder_set(builder, object, "name", json_builder_text(builder, token->name));
    json_builder_set(builder, object, "rights", json_builder_string(builder, token_rights_name(token->rights)));
    json_builder_set(builder, object, "created_at", json_time(builder, token->created_at));
    json_builder_set(builder, object, "created_by", json_builder_text(builder, token->created_by));
    json_builder_set(builder, object, "expires_at", json_time(builder, token->expires_at));
    json_builder_set(builder, object, "last_used", json_time(builder, token->last_used));
    return object;
}

enum error_code get_tokens(const struct request *request, struct answer *answer, struct error *error)
{
    struct json_builder builder = {0};
    struct token_row *tokens = NULL;
    json_t *document, *list;
    size_t count = 0;

    if (tokens_list(request->database, request->arena, &tokens, &count, error) != ERROR_NONE)
        return error->code;
    document = json_builder_object(&builder);
    list = json_builder_array(&builder);
    for (size_t i = 0; i < count && !builder.failed; i++)
        json_builder_append(&builder, list, token_value(&builder, &tokens[i]));
    json_builder_set(&builder, document, "tokens", list);
    return answer_json(answer, &builder, document, error);
}

enum error_code get_own_token(const struct request *request, struct answer *answer, struct error *error)
{
    struct json_builder builder = {0};

    return answer_json(answer, &builder, token_value(&builder, &request->token), error);
}

/* ---- making ---- */

struct making {
    struct token_row token;
    char secret[TOKEN_TEXT_SIZE];
    struct arena *arena;
};

static enum error_code parse_token(const struct request *request, struct token_row *ret_token, struct error *error)
{
    enum { NAME, RIGHTS, EXPIRES_AT };
    struct body_member members[] = {
        [NAME] = {.name = "name", .required = true},
        [RIGHTS] = {.name = "rights", .required = true},
        [EXPIRES_AT] = {.name = "expires_at"},
        {0},
    };
    struct token_row token = {.created_at = clock_now(), .created_by = request->token.name};

    if (body_read(request->body, members, request->arena, error) != ERROR_NONE)
        return error->code;
    token.name = members[NAME].value;
    if (!reference_is_name(token.name))
        return error_set(error, ERROR_USAGE, "'%.*s' cannot be the name of a token",
                         (int)(token.name.length > 80 ? 80 : token.name.length), token.name.bytes);
    if (!token_rights_from_name(members[RIGHTS].value, &token.rights)) {
        error_set(error, ERROR_USAGE, "there are no rights of the name '%.*s'",
                  (int)(members[RIGHTS].value.length > 80 ? 80 : members[RIGHTS].value.length),
                  members[RIGHTS].value.bytes);
        return error_hint(error, "the rights are read, gate, operate and admin");
    }
    if (members[EXPIRES_AT].value.bytes != NULL &&
        (!clock_parse(members[EXPIRES_AT].value, &token.expires_at) || token.expires_at <= token.created_at))
        return error_set(error, ERROR_USAGE, "the member 'expires_at' is not a time to come");
    *ret_token = token;
    return ERROR_NONE;
}

static enum error_code make(void *context, struct database *database, struct error *error)
{
    struct making *making = context;
    const struct audit_entry entry = {.type = EVENT_TOKEN_CREATED,
                                      .by = making->token.created_by,
                                      .token = making->token.name,
                                      .rights = token_rights_name(making->token.rights)};

    if (tokens_make(database, &making->token, making->secret, error) != ERROR_NONE)
        return error->code;
    return audit_add(database, &entry, making->arena, error);
}

enum error_code post_tokens(const struct request *request, struct answer *answer, struct error *error)
{
    struct making making = {.arena = request->arena};
    struct json_builder builder = {0};
    json_t *document;

    if (parse_token(request, &making.token, error) != ERROR_NONE ||
        core_call(request->tools->core, make, &making, error) != ERROR_NONE)
        return error->code;
    document = json_builder_object(&builder);
    json_builder_set(&builder, document, "name", json_builder_text(&builder, making.token.name));
    json_builder_set(&builder, document, "rights",
                     json_builder_string(&builder, token_rights_name(making.token.rights)));
    json_builder_set(&builder, document, "expires_at", json_time(&builder, making.token.expires_at));
    json_builder_set(&builder, document, "token", json_builder_string(&builder, making.secret));
    return answer_json(answer, &builder, document, error);
}

/* ---- removing ---- */

struct removing {
    struct text name;
    struct text by;
    struct arena *arena;
};

static enum error_code remove_token(void *context, struct database *database, struct error *error)
{
    const struct removing *removing = context;
    const struct audit_entry entry = {.type = EVENT_TOKEN_REMOVED, .by = removing->by, .token = removing->name};

    if (tokens_remove(database, removing->name, error) != ERROR_NONE)
        return error->code;
    return audit_add(database, &entry, removing->arena, error);
}

enum error_code delete_tokens(const struct request *request, struct answer *answer, struct error *error)
{
    struct removing removing = {.name = request->name, .by = request->token.name, .arena = request->arena};
    struct json_builder builder = {0};
    json_t *document;

    if (core_call(request->tools->core, remove_token, &removing, error) != ERROR_NONE)
        return error->code;
    document = json_builder_object(&builder);
    json_builder_set(&builder, document, "name", json_builder_text(&builder, request->name));
    return answer_json(answer, &builder, document, error);
}
