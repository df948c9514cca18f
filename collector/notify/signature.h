/* notify/signature.h - proves to a receiver that a webhook comes from us and was not changed on its way: Standard
 * Webhooks 1.0 (https://www.standardwebhooks.com).
 *
 * The signature is HMAC-SHA-256 over "ID.SECONDS.BODY", as "v1,<base64>". A secret that begins with "whsec_" is base64
 * of the key; every other one is the key itself.
 */
#ifndef DRIFTLINE_NOTIFY_SIGNATURE_H
#define DRIFTLINE_NOTIFY_SIGNATURE_H

#include <stdint.h>

#include "base/arena.h"

enum { SIGNATURE_KEY_LEAST = 16 /* bytes of a key */ };

/* Whether a secret can be used: ERROR_CONFIG says why it cannot, without quoting it. */
enum error_code signature_check(struct text secret, struct error *error) MUST_CHECK;

/* The value of the header `webhook-signature`, in the arena. */
enum error_code signature_make(struct text secret, struct text id, int64_t seconds, struct text body,
                               struct arena *arena, struct text *ret_signature, struct error *error) MUST_CHECK;

#endif
