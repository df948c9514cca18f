/* publish/github_app.h - how a GitHub App says who it is: a JSON web token, signed with the app's private key.
 *
 * Failure: messages quote nothing of the key. One that is encrypted is refused; nobody is asked for its password.
 */
#ifndef DRIFTLINE_PUBLISH_GITHUB_APP_H
#define DRIFTLINE_PUBLISH_GITHUB_APP_H

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"
#include "base/text.h"

/* A proof for the app with this number that is good for ten minutes. `key` is an RSA key in PEM. */
enum error_code github_app_prove(struct text *ret_proof, const char *app, struct text key, struct arena *arena,
                                 struct error *error) MUST_CHECK;

#endif
