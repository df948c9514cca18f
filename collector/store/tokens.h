/* store/tokens.h - who may ask the HTTP API, and what. A token is 256 random bits, shown once; only its SHA-256 is
 * kept: so much chance needs no slow hash. */
#ifndef DRIFTLINE_STORE_TOKENS_H
#define DRIFTLINE_STORE_TOKENS_H

#include "store/store.h"

/* Each includes those before it. */
enum token_rights { TOKEN_READ = 1, TOKEN_GATE = 2, TOKEN_OPERATE = 3, TOKEN_ADMIN = 4 };

const char *token_rights_name(enum token_rights rights); /* "read" … */
bool token_rights_from_name(struct text name, enum token_rights *ret_rights);

struct token_row {
    int64_t id;
    struct text name;
    enum token_rights rights;
    int64_t created_at;
    struct text created_by;
    int64_t expires_at; /* 0: never */
    int64_t last_used;  /* 0: never; to the hour */
};

enum { TOKEN_TEXT_SIZE = sizeof "dl_" + 64 }; /* dl_ and 64 hexadecimal digits */

/* Make a token. ERROR_CONFLICT when there is one of the name. */
enum error_code tokens_make(struct database *database, const struct token_row *token, char ret_secret[TOKEN_TEXT_SIZE],
                            struct error *error) MUST_CHECK;
enum error_code tokens_remove(struct database *database, struct text name, struct error *error) MUST_CHECK;
enum error_code tokens_list(struct database *database, struct arena *arena, struct token_row **ret_tokens,
                            size_t *ret_count, struct error *error) MUST_CHECK;

/* The token of a secret that somebody presented; ERROR_REFUSED when there is none, or it has expired. */
enum error_code tokens_check(struct database *database, struct text secret, int64_t now, struct arena *arena,
                             struct token_row *ret_token, struct error *error) MUST_CHECK;

/* Note that a token was used; written at most once an hour, so who uses it may say so each time. */
enum error_code tokens_used(struct database *database, int64_t id, int64_t at, struct error *error) MUST_CHECK;

#endif
