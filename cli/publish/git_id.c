#include "publish/git_id.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

bool git_id_read(struct git_id *ret_id, struct text text)
{
    if (text.length != 40 && text.length != 64)
        return false;
    for (size_t i = 0; i < text.length; i++)
        if (memchr("0123456789abcdef", text.bytes[i], 16) == NULL)
            return false;
    *ret_id = (struct git_id){0};
    memcpy(ret_id->digits, text.bytes, text.length);
    return true;
}

bool git_id_equal(const struct git_id *a, const struct git_id *b)
{
    return strcmp(a->digits, b->digits) == 0;
}

static void free_context(EVP_MD_CTX **context)
{
    EVP_MD_CTX_free(*context);
}

enum error_code git_id_of_file(struct git_id *ret_id, struct text content, const struct git_id *example,
                               struct error *error)
{
    CLEANUP(free_context) EVP_MD_CTX *context = EVP_MD_CTX_new();
    const EVP_MD *algorithm = strlen(example->digits) == 64 ? EVP_sha256() : EVP_sha1();
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    char head[32];
    int written = snprintf(head, sizeof head, "blob %zu", content.length) + 1; /* with its NUL */

    if (context == NULL)
        return error_memory(error, "naming a file as git does");
    if (EVP_DigestInit_ex(context, algorithm, NULL) != 1 || EVP_DigestUpdate(context, head, (size_t)written) != 1 ||
        (content.length > 0 && EVP_DigestUpdate(context, content.bytes, content.length) != 1) ||
        EVP_DigestFinal_ex(context, digest, &length) != 1)
        return error_set(error, ERROR_INTERNAL, "OpenSSL does not give the name that git has for a file");
    *ret_id = (struct git_id){0};
    for (unsigned i = 0; i < length; i++)
        snprintf(ret_id->digits + 2 * (size_t)i, 3, "%02x", digest[i]);
    return ERROR_NONE;
}
