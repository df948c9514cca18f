/* sources/odbc/odbc_string.h - references and connection strings: read, written, and shown without secrets.
 *
 *   mysql://[user[:password]@]host[:port]/database[?keyword=value&…]     also mariadb://
 *   sqlserver://[user[:password]@]host[:port]/database[?keyword=value&…]
 *   odbc:KEYWORD=value;KEYWORD={value};…
 *
 * Of a URL everything is written into the string in braces where it needs them, so that no value can become a keyword.
 * An odbc: string goes to the driver manager as it was written, but for `DriftlineDialect=`, which is ours, and a
 * password that says where it is (`PWD=env:NAME`, `PWD=file:PATH`).
 * Failure: ERROR_USAGE for what is malformed, without repeating it; ERROR_CONFIG for a secret that is not there.
 */
#ifndef DRIFTLINE_SOURCES_ODBC_STRING_H
#define DRIFTLINE_SOURCES_ODBC_STRING_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/compiler.h"
#include "base/error.h"
#include "base/text.h"

#define ODBC_SCHEME "odbc:"

enum { ODBC_PAIRS_MAX = 64 }; /* keywords of one string */

enum odbc_family { ODBC_ANY, ODBC_MYSQL, ODBC_SQLSERVER };

/* One `KEYWORD=value` of a string. */
struct odbc_pair {
    struct text keyword;
    struct text value; /* without braces */
    struct text raw;   /* the whole, as it was written; empty: it is ours */
};

/* A reference taken apart. All texts live in the arena, and end with a NUL that the length does not count. */
struct odbc_target {
    enum odbc_family family;
    struct text host, port, user, password, database; /* of a URL; a missing one has length 0 */
    bool user_given;
    struct text dialect; /* DriftlineDialect=, or empty */
    struct odbc_pair pairs[ODBC_PAIRS_MAX];
    unsigned pair_count;
};

/* Whether the reference is one of ours is known by its scheme. Fetches secrets. */
enum error_code odbc_target_parse(struct odbc_target *ret_target, const char *ref, struct arena *arena,
                                  struct error *error) MUST_CHECK;

/* The same without fetching secrets: for showing. */
enum error_code odbc_target_take_apart(struct odbc_target *ret_target, const char *ref, struct arena *arena,
                                       struct error *error) MUST_CHECK;

/* The value of a keyword in any case of its letters; an empty text with NULL bytes when there is none. */
struct text odbc_target_value(const struct odbc_target *target, const char *keyword);

/* Whether a keyword asks for encryption: SSLCA, SSLVERIFY, FORCETLS, TLSVERSION … with another value than 0. */
bool odbc_target_wants_tls(const struct odbc_target *target);

/* Append the string for SQLDriverConnect. `driver` is the name of the driver for a URL; NULL for an odbc: string.
 * `connect_seconds` and `read_seconds` are for the drivers of a URL that know them. */
void odbc_target_string(struct buffer *buffer, const struct odbc_target *target, const char *driver,
                        unsigned connect_seconds, unsigned read_seconds);

/* Append `KEYWORD=value;`, in braces where that is needed. */
void odbc_pair_add(struct buffer *buffer, const char *keyword, struct text value);

/* Whether the value of a keyword is a secret by its name: PWD, Password, AccessToken, SSLKeyPassword … */
bool odbc_keyword_is_secret(struct text keyword);

/* Append the reference without its secrets. What is malformed is its scheme and "…". */
void odbc_redact(struct buffer *buffer, const char *ref);

/* Replace every secret of the target in a message by `*`. */
void odbc_target_scrub(const struct odbc_target *target, char *message);

#endif
