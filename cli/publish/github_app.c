#include "publish/github_app.h"

#include <inttypes.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <string.h>

#include "base/buffer.h"
#include "base/clock.h"

static const char doing[] = "signing for an app";

enum {
    BEFORE_S = 60, /* GitHub's clock may be behind ours */
    VALID_S = 540, /* ten minutes are the most */
    KEY_BITS_LEAST = 2048
};

static void free_key(EVP_PKEY **key)
{
    EVP_PKEY_free(*key);
}

static void free_bytes(BIO **bytes)
{
    BIO_free(*bytes);
}

static void free_context(EVP_MD_CTX **context)
{
    EVP_MD_CTX_free(*context);
}

/* In place of OpenSSL's own, which would ask at the terminal. */
static int refuse_password(char *buffer, int size, int writes, void *context)
{
    (void)buffer;
    (void)size;
    (void)writes;
    (void)context;
    return -1;
}

static enum error_code read_key(EVP_PKEY **ret_key, struct text pem, struct error *error)
{
    CLEANUP(free_bytes) BIO *bytes = BIO_new_mem_buf(pem.bytes, (int)pem.length);
    CLEANUP(free_key) EVP_PKEY *key = NULL;

    if (bytes == NULL)
        return error_memory(error, doing);
    key = PEM_read_bio_PrivateKey(bytes, NULL, refuse_password, NULL);
    if (key == NULL || EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA || EVP_PKEY_get_bits(key) < KEY_BITS_LEAST) {
        error_set(error, ERROR_CONFIG, "its key is no private RSA key in PEM, or it is encrypted");
        return error_hint(error, "GitHub makes one in the settings of the app");
    }
    *ret_key = key;
    key = NULL;
    return ERROR_NONE;
}

/* Base64 as addresses can have it, without padding. */
static void add_base64(struct buffer *output, struct text bytes)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    unsigned held = 0, bits = 0;

    for (size_t i = 0; i < bytes.length; i++) {
        held = (held << 8 | (unsigned char)bytes.bytes[i]) & 0xffff;
        for (bits += 8; bits >= 6; bits -= 6)
            buffer_add_byte(output, (uint8_t)letters[held >> (bits - 6) & 63]);
    }
    if (bits > 0)
        buffer_add_byte(output, (uint8_t)letters[held << (6 - bits) & 63]);
}

static enum error_code sign(EVP_PKEY *key, struct buffer *proof, struct arena *arena, struct error *error)
{
    CLEANUP(free_context) EVP_MD_CTX *context = EVP_MD_CTX_new();
    const unsigned char *bytes = (const unsigned char *)proof->bytes;
    size_t length = (size_t)EVP_PKEY_get_size(key);
    unsigned char *signature = arena_alloc(arena, length);

    if (context == NULL || signature == NULL)
        return error_memory(error, doing);
    if (EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key) != 1 ||
        EVP_DigestSign(context, signature, &length, bytes, proof->length) != 1)
        return error_set(error, ERROR_INTERNAL, "OpenSSL does not sign with the key");
    buffer_add_byte(proof, '.');
    add_base64(proof, (struct text){(const char *)signature, length});
    return ERROR_NONE;
}

static void buffer_erase(struct buffer *buffer)
{
    if (buffer->bytes != NULL)
        explicit_bzero(buffer->bytes, buffer->length);
    buffer_clear(buffer);
}

enum error_code github_app_prove(struct text *ret_proof, const char *app, struct text key, struct arena *arena,
                                 struct error *error)
{
    CLEANUP(free_key) EVP_PKEY *private_key = NULL;
    CLEANUP(buffer_erase) struct buffer proof = {0};
    CLEANUP(buffer_clear) struct buffer claims = {0};
    int64_t now = clock_now() / 1000000;
    char *copy;

    if (read_key(&private_key, key, error) != ERROR_NONE)
        return error->code;
    buffer_printf(&claims, "{\"iat\":%" PRId64 ",\"exp\":%" PRId64 ",\"iss\":\"%s\"}", now - BEFORE_S, now + VALID_S,
                  app);
    add_base64(&proof, TEXT("{\"alg\":\"RS256\",\"typ\":\"JWT\"}"));
    buffer_add_byte(&proof, '.');
    add_base64(&proof, buffer_text(&claims));
    if (buffer_check(&claims, error, doing) != ERROR_NONE || buffer_check(&proof, error, doing) != ERROR_NONE ||
        sign(private_key, &proof, arena, error) != ERROR_NONE || buffer_check(&proof, error, doing) != ERROR_NONE)
        return error->code;
    copy = arena_string(arena, buffer_text(&proof));
    if (copy == NULL)
        return arena_error(arena, error, doing);
    *ret_proof = (struct text){copy, proof.length};
    return ERROR_NONE;
}
