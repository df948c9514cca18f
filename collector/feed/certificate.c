#include "feed/certificate.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "base/file.h"

enum { PEM_LIMIT = 1024 * 1024 };

static void free_bio(BIO **bio)
{
    BIO_free(*bio);
}

static void free_certificate(X509 **certificate)
{
    X509_free(*certificate);
}

static void free_key(EVP_PKEY **key)
{
    EVP_PKEY_free(*key);
}

static enum error_code read_file(const char *path, struct arena *arena, struct text *ret_pem, struct error *error)
{
    if (file_read(path, PEM_LIMIT, arena, ret_pem, error) == ERROR_NONE)
        return ERROR_NONE;
    if (error->code != ERROR_MEMORY)
        error->code = ERROR_CONFIG;
    return error_context(error, "reading what TLS needs");
}

/* A key with a password cannot be used by a program that starts by itself; without this OpenSSL would ask at the
 * terminal. */
static int no_password(char *buffer, int size, int writing, void *context)
{
    (void)buffer, (void)size, (void)writing, (void)context;
    return -1;
}

static enum error_code check_pair(X509 *certificate, EVP_PKEY *key, const char *const paths[2], struct error *error)
{
    ERR_clear_error(); /* what was wrong is said below */
    if (certificate == NULL)
        return error_set(error, ERROR_CONFIG, "'%.200s' is not a certificate in the form PEM", paths[0]);
    if (key == NULL) {
        error_set(error, ERROR_CONFIG, "'%.200s' is not a private key in the form PEM", paths[1]);
        return error_hint(error, "one with a password cannot be used either");
    }
    if (X509_check_private_key(certificate, key) == 1)
        return ERROR_NONE;
    ERR_clear_error();
    return error_set(error, ERROR_CONFIG, "the key '%.200s' does not belong to the certificate '%.200s'", paths[1],
                     paths[0]);
}

enum error_code certificate_read(struct certificate *ret_certificate, const char *certificate_path,
                                 const char *key_path, struct arena *arena, struct error *error)
{
    const char *const paths[2] = {certificate_path, key_path};
    CLEANUP(free_certificate) X509 *certificate = NULL;
    CLEANUP(free_key) EVP_PKEY *key = NULL;
    struct text texts[2];

    for (size_t i = 0; i < LENGTH_OF(paths); i++)
        if (read_file(paths[i], arena, &texts[i], error) != ERROR_NONE)
            return error->code;
    CLEANUP(free_bio) BIO *certificate_bio = BIO_new_mem_buf(texts[0].bytes, (int)texts[0].length);
    CLEANUP(free_bio) BIO *key_bio = BIO_new_mem_buf(texts[1].bytes, (int)texts[1].length);
    if (certificate_bio == NULL || key_bio == NULL)
        return error_memory(error, "reading what TLS needs");
    certificate = PEM_read_bio_X509(certificate_bio, NULL, no_password, NULL);
    key = PEM_read_bio_PrivateKey(key_bio, NULL, no_password, NULL);
    if (check_pair(certificate, key, paths, error) != ERROR_NONE)
        return error->code;
    *ret_certificate = (struct certificate){texts[0].bytes, texts[1].bytes};
    return ERROR_NONE;
}
