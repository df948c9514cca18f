/* base/hash.h - SHA-256 with one context that is used again and again, and digests keyed by a secret.
 *
 * Every hash is taken over a domain byte and the bytes, so that bytes of one sort never pass for another's.
 * Threads: a hasher belongs to one thread at a time.
 */
#ifndef DRIFTLINE_BASE_HASH_H
#define DRIFTLINE_BASE_HASH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/error.h"
#include "base/text.h"

enum { HASH_SIZE = 32, HASH_HEX_SIZE = 2 * HASH_SIZE + 1 };

struct hash {
    uint8_t bytes[HASH_SIZE];
};

struct hasher; /* opaque: an OpenSSL context and its algorithm */

/* A hasher, or ERROR_MEMORY / ERROR_INTERNAL when OpenSSL has none to give. */
enum error_code hasher_new(struct hasher **ret_hasher, struct error *error) MUST_CHECK;
void hasher_free(struct hasher *hasher);

/* SHA-256 of the domain byte followed by the bytes. Cannot fail: a failure inside OpenSSL aborts the program. */
struct hash hasher_digest(struct hasher *hasher, uint8_t domain, struct text bytes);

/* The same in pieces, without a domain byte: for the checksum of a file. */
void hasher_begin(struct hasher *hasher);
void hasher_update(struct hasher *hasher, struct text bytes);
struct hash hasher_end(struct hasher *hasher);

/* HMAC-SHA-256 of the bytes under a key. */
enum error_code hash_keyed(struct text key, struct text bytes, struct hash *ret_hash, struct error *error) MUST_CHECK;

static inline bool hash_equal(const struct hash *a, const struct hash *b)
{
    return memcmp(a->bytes, b->bytes, HASH_SIZE) == 0;
}

/* 64 lower-case digits and a NUL. */
void hash_to_hex(const struct hash *hash, char ret_hex[HASH_HEX_SIZE]);

/* Exactly 64 digits, in lower or upper case; false when the text is something else, and the result is left alone. */
bool hash_from_hex(struct text hex, struct hash *ret_hash);

#endif
