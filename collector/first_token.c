#include "collector/first_token.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "store/tokens.h"

enum { MEMORY = 16 * 1024 * 1024, NUMBERS = 1000 };

static const char doing[] = "making the first token";

static bool is_valid_admin(const struct token_row *token, int64_t now)
{
    return token->rights == TOKEN_ADMIN && (token->expires_at == 0 || token->expires_at > now);
}

/* `admin`, or, when a token of lesser rights has that name, `admin-2`, `admin-3` … */
static const char *free_name(const struct token_row *tokens, size_t count, struct arena *arena)
{
    for (unsigned number = 1; number <= NUMBERS; number++) {
        const char *name = number == 1 ? "admin" : arena_printf(arena, "admin-%u", number);
        bool taken = false;

        for (size_t i = 0; i < count && name != NULL; i++)
            taken = taken || text_equal(tokens[i].name, text_from(name));
        if (!taken)
            return name;
    }
    return NULL;
}

static enum error_code write_secret(const char *folder, const char *secret, struct arena *arena, struct error *error)
{
    const char *path = arena_printf(arena, "%s/admin.token", folder);
    const char *line = arena_printf(arena, "%s\n", secret);

    if (path == NULL || line == NULL)
        return arena_error(arena, error, doing);
    return file_write_private(path, text_from(line), error);
}

static enum error_code make(struct database *database, const char *folder, const char *name, struct arena *arena,
                            struct error *error)
{
    const struct token_row token = {
        .name = text_from(name), .rights = TOKEN_ADMIN, .created_at = clock_now(), .created_by = TEXT("first start")};
    char secret[TOKEN_TEXT_SIZE] = "";
    enum error_code code = database_begin(database, error);

    if (code == ERROR_NONE)
        code = tokens_make(database, &token, secret, error);
    if (code == ERROR_NONE)
        code = write_secret(folder, secret, arena, error);
    if (code == ERROR_NONE)
        code = database_commit(database, error);
    else
        database_rollback(database);
    explicit_bzero(secret, sizeof secret);
    return code == ERROR_NONE ? code : error_context(error, "%s", doing);
}

enum error_code first_token_make(struct database *database, const char *folder, bool *ret_made, struct error *error)
{
    CLEANUP(arena_free) struct arena arena;
    struct token_row *tokens = NULL;
    int64_t now = clock_now();
    const char *name;
    size_t count = 0;

    arena_init(&arena, MEMORY);
    if (tokens_list(database, &arena, &tokens, &count, error) != ERROR_NONE)
        return error->code;
    *ret_made = false;
    for (size_t i = 0; i < count; i++)
        if (is_valid_admin(&tokens[i], now))
            return ERROR_NONE;
    name = free_name(tokens, count, &arena);
    if (name == NULL)
        return arena_error(&arena, error, doing);
    if (make(database, folder, name, &arena, error) != ERROR_NONE)
        return error->code;
    *ret_made = true;
    return ERROR_NONE;
}
