/* feed/certificate.h - whether a certificate and a key are what TLS needs, said in words: libmicrohttpd only says no.
 */
#ifndef DRIFTLINE_FEED_CERTIFICATE_H
#define DRIFTLINE_FEED_CERTIFICATE_H

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"

/* PEM texts, each with a NUL behind it, in the arena. */
struct certificate {
    const char *certificate;
    const char *key;
};

/* Read both files. One that cannot be read, that is no PEM of its sort, or a key of another certificate is
 * ERROR_CONFIG. */
enum error_code certificate_read(struct certificate *ret_certificate, const char *certificate_path,
                                 const char *key_path, struct arena *arena, struct error *error) MUST_CHECK;

#endif
