#include "store/tokens.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "base/hash.h"
#include "store/rows.h"
#include "store_sql.h"

enum { SECRET_BYTES = 32 };

static const char secret_prefix[] = "dl_";
static const int64_t HOUR_US = INT64_C(3600) * 1000 * 1000;

static const char *const rights_names[] = {
    [TOKEN_READ] = "read", [TOKEN_GATE] = "gate", [TOKEN_OPERATE] = "operate", [TOKEN_ADMIN] = "admin"};

const char *token_rights_name(enum token_rights rights)
{
    return rights_names[rights];
}

bool token_rights_from_name(struct text name, enum token_rights *ret_rights)
{
    for (unsigned rights = TOKEN_READ; rights < LENGTH_OF(rights_names); rights++)
        if (text_equal(name, text_from(rights_names[rights]))) {
            *ret_rights = (enum token_rights)rights;
            return true;
        }
    return false;
}

/* ---- secrets ---- */

static enum error_code make_secret(char ret_secret[TOKEN_TEXT_SIZE], struct error *error)
{
    unsigned char bytes[SECRET_BYTES];
    char *end = ret_secret;

    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
        return error_set(error, ERROR_INTERNAL, "the system gives no random bytes: %s", strerror(errno));
    end += sprintf(end, "%s", secret_prefix);
    for (size_t i = 0; i < sizeof bytes; i++)
        end += sprintf(end, "%02x", bytes[i]);
    explicit_bzero(bytes, sizeof bytes);
    return ERROR_NONE;
}

static enum error_code hash_secret(struct text secret, struct hash *ret_hash, struct error *error)
{
    struct hasher *hasher = NULL;

    if (hasher_new(&hasher, error) != ERROR_NONE)
        return error->code;
    hasher_begin(hasher);
    hasher_update(hasher, secret);
    *ret_hash = hasher_end(hasher);
    hasher_free(hasher);
    return ERROR_NONE;
}

/* ---- rows ---- */

enum error_code tokens_make(struct database *database, const struct token_row *token, char ret_secret[TOKEN_TEXT_SIZE],
                            struct error *error)
{
    struct statement *statement = NULL;
    char secret[TOKEN_TEXT_SIZE];
    struct hash hash;
    enum error_code code;

    if (make_secret(secret, error) != ERROR_NONE || hash_secret(text_from(secret), &hash, error) != ERROR_NONE ||
        database_prepare(database, store_sql_token_add, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_text(statement, ":name", text_or_empty(token->name));
    statement_bind_hash(statement, ":hash", &hash);
    statement_bind_number(statement, ":rights", token->rights);
    statement_bind_number(statement, ":created_at", token->created_at);
    statement_bind_text(statement, ":created_by", text_or_empty(token->created_by));
    bind_number_or_null(statement, ":expires_at", token->expires_at);
    code = statement_run(statement, error);
    if (code == ERROR_NONE)
        memcpy(ret_secret, secret, sizeof secret);
    explicit_bzero(secret, sizeof secret);
    if (code == ERROR_CONFLICT)
        return error_set(error, code, "there is a token '%.*s' already", TEXT_ARGS(token->name));
    return code;
}

enum error_code tokens_remove(struct database *database, struct text name, struct error *error)
{
    struct statement *statement = NULL;

    if (database_prepare(database, store_sql_token_remove, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_text(statement, ":name", text_or_empty(name));
    if (statement_run(statement, error) != ERROR_NONE)
        return error->code;
    if (database_changes(database) > 0)
        return ERROR_NONE;
    error_set(error, ERROR_NOT_FOUND, "there is no token '%.*s'", TEXT_ARGS(name));
    return error_hint(error, "`driftline-collector token list` lists those that there are");
}

static enum error_code read_token(struct statement *statement, struct token_row *token, struct arena *arena,
                                  struct error *error)
{
    int64_t rights = statement_number(statement, 2);
    const struct row_text texts[] = {{1, &token->name}, {4, &token->created_by}};

    if (rights < TOKEN_READ || rights > TOKEN_ADMIN)
        return error_set(error, ERROR_CORRUPT, "a token of the store has unknown rights");
    token->id = statement_number(statement, 0);
    token->rights = (enum token_rights)rights;
    token->created_at = statement_number(statement, 3);
    token->expires_at = statement_number(statement, 5);
    token->last_used = statement_number(statement, 6);
    return row_copy(statement, texts, LENGTH_OF(texts), arena, error);
}

enum error_code tokens_list(struct database *database, struct arena *arena, struct token_row **ret_tokens,
                            size_t *ret_count, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    struct row_list list = {.arena = arena, .size = sizeof **ret_tokens};
    bool row = true;

    if (database_prepare(database, store_sql_token_list, &statement, error) != ERROR_NONE)
        return error->code;
    while (statement_step(statement, &row, error) == ERROR_NONE && row) {
        struct token_row *token = row_list_add(&list, error);

        if (token == NULL || read_token(statement, token, arena, error) != ERROR_NONE)
            return error->code;
    }
    if (row)
        return error->code;
    *ret_tokens = list.items;
    *ret_count = list.count;
    return ERROR_NONE;
}

/* ---- checking ---- */

/* Looking for the hash tells nobody how near a guess was: whoever could see the time of it would have to find hashes.
 */
enum error_code tokens_check(struct database *database, struct text secret, int64_t now, struct arena *arena,
                             struct token_row *ret_token, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    struct token_row token = {0};
    struct hash hash;
    bool found = false;

    if (secret.length != TOKEN_TEXT_SIZE - 1 || !text_starts_with(secret, text_from(secret_prefix)))
        return error_set(error, ERROR_REFUSED, "that is no token");
    if (hash_secret(secret, &hash, error) != ERROR_NONE ||
        database_prepare(database, store_sql_token_of_hash, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_hash(statement, ":hash", &hash);
    if (statement_step(statement, &found, error) != ERROR_NONE)
        return error->code;
    if (!found)
        return error_set(error, ERROR_REFUSED, "the token is not known");
    if (read_token(statement, &token, arena, error) != ERROR_NONE)
        return error->code;
    if (token.expires_at != 0 && token.expires_at <= now)
        return error_set(error, ERROR_REFUSED, "the token '%.*s' has expired", TEXT_ARGS(token.name));
    *ret_token = token;
    return ERROR_NONE;
}

enum error_code tokens_used(struct database *database, int64_t id, int64_t at, struct error *error)
{
    struct statement *statement = NULL;

    if (database_prepare(database, store_sql_token_used, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":id", id);
    statement_bind_number(statement, ":hour", at - at % HOUR_US);
    return statement_run(statement, error);
}
