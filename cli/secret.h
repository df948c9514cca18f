/* cli/secret.h - passwords inside command-line arguments: found, hidden from `ps`, kept out of messages.
 *
 * Every user of a machine can read the arguments of every process. What looks like a secret is therefore overwritten in
 * the argument list itself, after a copy was taken: the password of `scheme://user:password@host`, and the value of
 * every `…password=`, `…pwd=`, `…token=`, `…secret=` and the like, as URLs and ODBC strings have them. In doubt too
 * much is hidden: only what is displayed loses by it.
 */
#ifndef DRIFTLINE_CLI_SECRET_H
#define DRIFTLINE_CLI_SECRET_H

#include <stddef.h>

#include "base/compiler.h"
#include "base/error.h"

/* Put `*` in place of each secret. The text gets shorter; the bytes that become free are zeroed. */
void secret_hide(char *text);

/* Copy the arguments, then hide the secrets in the originals. The copy ends with NULL like argv. */
enum error_code secret_take_arguments(char ***ret_copy, size_t count, char **arguments, struct error *error) MUST_CHECK;

/* Erase and release the copy; NULL is fine. */
void secret_free_arguments(char **copy);

#endif
