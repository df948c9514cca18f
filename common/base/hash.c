#include "base/hash.h"

#include <openssl/evp.h>
#include <stdlib.h>

#include "base/memory.h"

struct hasher {
    EVP_MD *algorithm; /* fetched once: the implicit fetch costs more than the hash of a small object */
    EVP_MD_CTX *context;
};

enum error_code hasher_new(struct hasher **ret_hasher, struct error *error)
{
    struct hasher *hasher = mem_alloc(sizeof *hasher);

    if (hasher == NULL)
        return error_memory(error, "preparing SHA-256");
    hasher->algorithm = EVP_MD_fetch(NULL, "SHA256", NULL);
    hasher->context = EVP_MD_CTX_new();
    if (hasher->algorithm == NULL || hasher->context == NULL ||
        EVP_DigestInit_ex2(hasher->context, hasher->algorithm, NULL) != 1) {
        hasher_free(hasher);
        return error_set(error, ERROR_INTERNAL, "OpenSSL offers no SHA-256");
    }
    *ret_hasher = hasher;
    return ERROR_NONE;
}

void hasher_free(struct hasher *hasher)
{
    if (hasher == NULL)
        return;
    EVP_MD_CTX_free(hasher->context);
    EVP_MD_free(hasher->algorithm);
    mem_free(hasher);
}

/* A digest that cannot be computed must never become a wrong one. OpenSSL fails here only on broken memory. */
static void require(int answer)
{
    if (answer != 1)
        abort();
}

void hasher_begin(struct hasher *hasher)
{
    require(EVP_DigestInit_ex2(hasher->context, NULL, NULL));
}

void hasher_update(struct hasher *hasher, struct text bytes)
{
    require(EVP_DigestUpdate(hasher->context, bytes.bytes, bytes.length));
}

struct hash hasher_end(struct hasher *hasher)
{
    struct hash hash;
    unsigned size = 0;

    require(EVP_DigestFinal_ex(hasher->context, hash.bytes, &size));
    require(size == HASH_SIZE);
    return hash;
}

struct hash hasher_digest(struct hasher *hasher, uint8_t domain, struct text bytes)
{
    hasher_begin(hasher);
    hasher_update(hasher, (struct text){(const char *)&domain, 1});
    hasher_update(hasher, bytes);
    return hasher_end(hasher);
}

enum error_code hash_keyed(struct text key, struct text bytes, struct hash *ret_hash, struct error *error)
{
    const char *key_bytes = key.length == 0 ? "" : key.bytes; /* OpenSSL takes NULL for "no key yet" */
    struct hash hash;
    size_t size = 0;

    if (EVP_Q_mac(NULL, "HMAC", NULL, "SHA256", NULL, key_bytes, key.length, (const unsigned char *)bytes.bytes,
                  bytes.length, hash.bytes, sizeof hash.bytes, &size) == NULL ||
        size != HASH_SIZE)
        return error_set(error, ERROR_INTERNAL, "OpenSSL could not compute an HMAC");
    *ret_hash = hash;
    return ERROR_NONE;
}

void hash_to_hex(const struct hash *hash, char ret_hex[HASH_HEX_SIZE])
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < HASH_SIZE; i++) {
        ret_hex[2 * i] = digits[hash->bytes[i] >> 4];
        ret_hex[2 * i + 1] = digits[hash->bytes[i] & 15];
    }
    ret_hex[2 * HASH_SIZE] = '\0';
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool hash_from_hex(struct text hex, struct hash *ret_hash)
{
    struct hash hash;

    if (hex.length != 2 * HASH_SIZE)
        return false;
    for (size_t i = 0; i < HASH_SIZE; i++) {
        int high = hex_digit(hex.bytes[2 * i]), low = hex_digit(hex.bytes[2 * i + 1]);

        if (high < 0 || low < 0)
            return false;
        hash.bytes[i] = (uint8_t)(high * 16 + low);
    }
    *ret_hash = hash;
    return true;
}
