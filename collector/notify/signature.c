#include "notify/signature.h"

#include <inttypes.h>
#include <openssl/evp.h>
#include <string.h>

#include "base/buffer.h"
#include "base/hash.h"

enum { KEY_LIMIT = 1024 };

/* Erased when it goes out of scope. */
struct key {
    unsigned char bytes[KEY_LIMIT];
    size_t length;
};

static void key_erase(struct key *key)
{
    explicit_bzero(key, sizeof *key);
}

static enum error_code decode(struct text base64, struct key *key, struct error *error)
{
    size_t padding = 0;
    int length;

    while (padding < base64.length && padding < 2 && base64.bytes[base64.length - 1 - padding] == '=')
        padding++;
    if (base64.length == 0 || base64.length % 4 != 0 || base64.length / 4 * 3 > KEY_LIMIT)
        return error_set(error, ERROR_CONFIG, "what follows 'whsec_' is not the base64 of a key");
    length = EVP_DecodeBlock(key->bytes, (const unsigned char *)base64.bytes, (int)base64.length);
    if (length < (int)padding)
        return error_set(error, ERROR_CONFIG, "what follows 'whsec_' is not the base64 of a key");
    key->length = (size_t)length - padding;
    return ERROR_NONE;
}

static enum error_code read_key(struct text secret, struct key *key, struct error *error)
{
    struct text prefix = TEXT("whsec_");

    if (text_starts_with(secret, prefix)) {
        struct text base64 = {secret.bytes + prefix.length, secret.length - prefix.length};

        if (decode(base64, key, error) != ERROR_NONE)
            return error->code;
    } else {
        if (secret.length > KEY_LIMIT)
            return error_set(error, ERROR_CONFIG, "the secret is longer than %d bytes", KEY_LIMIT);
        if (secret.length > 0)
            memcpy(key->bytes, secret.bytes, secret.length);
        key->length = secret.length;
    }
    if (key->length >= SIGNATURE_KEY_LEAST)
        return ERROR_NONE;
    error_set(error, ERROR_CONFIG, "the secret is shorter than %d bytes", SIGNATURE_KEY_LEAST);
    return error_hint(error, "`echo \"whsec_$(openssl rand -base64 32)\"` makes one");
}

enum error_code signature_check(struct text secret, struct error *error)
{
    CLEANUP(key_erase) struct key key = {.length = 0};

    return read_key(secret, &key, error);
}

enum error_code signature_make(struct text secret, struct text id, int64_t seconds, struct text body,
                               struct arena *arena, struct text *ret_signature, struct error *error)
{
    CLEANUP(key_erase) struct key key = {.length = 0};
    CLEANUP(buffer_clear) struct buffer signed_bytes = {0};
    char base64[4 * (HASH_SIZE + 2) / 3 + 1];
    const char *signature;
    struct hash hash;

    if (read_key(secret, &key, error) != ERROR_NONE)
        return error->code;
    buffer_printf(&signed_bytes, "%.*s.%" PRId64 ".", TEXT_ARGS(id), seconds);
    buffer_add_text(&signed_bytes, body);
    if (buffer_check(&signed_bytes, error, "signing a message") != ERROR_NONE ||
        hash_keyed((struct text){(const char *)key.bytes, key.length}, buffer_text(&signed_bytes), &hash, error) !=
            ERROR_NONE)
        return error->code;
    EVP_EncodeBlock((unsigned char *)base64, hash.bytes, HASH_SIZE);
    signature = arena_printf(arena, "v1,%s", base64);
    if (signature == NULL)
        return arena_error(arena, error, "signing a message");
    *ret_signature = text_from(signature);
    return ERROR_NONE;
}
