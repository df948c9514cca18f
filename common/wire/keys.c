#include "wire/keys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zmq.h>

#include "base/file.h"

enum { KEY_TEXT_LENGTH = KEY_TEXT_SIZE - 1, KEY_FILE_LIMIT = 64, KEY_PATH_SIZE = 4096 };

enum { OTHERS_MAY_READ = S_IRWXG | S_IRWXO };

/* ---- keys as text ---- */

/* Whether it is 40 characters of Z85 that stand for 32 bytes. */
static bool parse(char ret_key[KEY_TEXT_SIZE], struct text text)
{
    struct text key = text_trim(text);
    char copy[KEY_TEXT_SIZE] = "";
    uint8_t bytes[KEY_SIZE];
    bool valid = false;

    if (key.length == KEY_TEXT_LENGTH && memchr(key.bytes, '\0', key.length) == NULL) {
        memcpy(copy, key.bytes, key.length);
        valid = zmq_z85_decode(bytes, copy) != NULL;
    }
    if (valid)
        memcpy(ret_key, copy, sizeof copy);
    explicit_bzero(copy, sizeof copy);
    explicit_bzero(bytes, sizeof bytes);
    return valid;
}

enum error_code key_parse(char ret_key[KEY_TEXT_SIZE], struct text text, struct error *error)
{
    if (parse(ret_key, text))
        return ERROR_NONE;
    /* Without the text: it may be a secret key, with a slip. */
    error_set(error, ERROR_USAGE, "what was given as a public key (%zu characters) is not one", text_trim(text).length);
    return error_hint(error, "a public key is the %d characters of a file that ends in .pub", KEY_TEXT_LENGTH);
}

void key_to_bytes(const char key[KEY_TEXT_SIZE], uint8_t ret_bytes[KEY_SIZE])
{
    zmq_z85_decode(ret_bytes, key);
}

void key_from_bytes(const uint8_t bytes[KEY_SIZE], char ret_key[KEY_TEXT_SIZE])
{
    zmq_z85_encode(ret_key, bytes, KEY_SIZE);
}

/* ---- pairs ---- */

enum error_code key_pair_make(struct key_pair *ret_pair, struct error *error)
{
    if (zmq_curve_keypair(ret_pair->public_key, ret_pair->secret_key) != 0)
        return error_set(error, ERROR_INTERNAL, "making a key pair: %s", zmq_strerror(zmq_errno()));
    return ERROR_NONE;
}

void key_pair_erase(struct key_pair *pair)
{
    explicit_bzero(pair, sizeof *pair);
}

static void close_file(int *file)
{
    if (*file >= 0)
        close(*file);
}

static void erase_content(char (*content)[KEY_FILE_LIMIT])
{
    explicit_bzero(content, sizeof *content);
}

/* Read one key of a file. A missing file is ERROR_NOT_FOUND. No buffer of the C library comes between: it would keep a
 * copy. */
static enum error_code read_key(const char *path, int forbidden_mode, char ret_key[KEY_TEXT_SIZE], struct error *error)
{
    CLEANUP(close_file) int file = open(path, O_RDONLY | O_CLOEXEC);
    CLEANUP(erase_content) char content[KEY_FILE_LIMIT] = "";
    struct stat status;
    ssize_t length;

    if (file < 0)
        return error_set(error,
                         errno == ENOENT   ? ERROR_NOT_FOUND
                         : errno == EACCES ? ERROR_REFUSED
                                           : ERROR_IO,
                         "opening the key file '%s': %s", path, strerror(errno));
    if (fstat(file, &status) != 0 || (length = read(file, content, sizeof content)) < 0)
        return error_set(error, ERROR_IO, "reading the key file '%s': %s", path, strerror(errno));
    if ((status.st_mode & forbidden_mode) != 0) {
        error_set(error, ERROR_REFUSED, "the secret key '%s' may be read by others (mode %03o)", path,
                  status.st_mode & 0777u);
        return error_hint(error, "if nobody copied it, `chmod 600` it; otherwise remove both files of the pair, and "
                                 "enrol the new key that is made");
    }
    if (!parse(ret_key, (struct text){content, (size_t)length}))
        return error_set(error, ERROR_CORRUPT, "the file '%s' does not hold a key, which is one line of %d characters",
                         path, KEY_TEXT_LENGTH);
    return ERROR_NONE;
}

static enum error_code write_key(const char *path, const char *key, bool secret, struct error *error)
{
    char line[KEY_TEXT_SIZE + 1];
    struct text content = {line, KEY_TEXT_SIZE};
    enum error_code code;

    snprintf(line, sizeof line, "%s\n", key);
    code = secret ? file_write_private(path, content, error) : file_write(path, content, error);
    explicit_bzero(line, sizeof line);
    return code;
}

/* The secret key comes first: the public one follows from it, so a pair that was interrupted is completed later. */
static enum error_code make_files(struct key_pair *pair, const char *path, const char *public_path, struct error *error)
{
    if (key_pair_make(pair, error) != ERROR_NONE || write_key(path, pair->secret_key, true, error) != ERROR_NONE)
        return error->code;
    return write_key(public_path, pair->public_key, false, error);
}

/* A pair whose secret key is known: the public key must be the one that belongs to it. */
static enum error_code complete_pair(struct key_pair *pair, const char *path, const char *public_path,
                                     struct error *error)
{
    char written[KEY_TEXT_SIZE];

    if (zmq_curve_public(pair->public_key, pair->secret_key) != 0)
        return error_set(error, ERROR_CORRUPT, "the secret key '%s': %s", path, zmq_strerror(zmq_errno()));
    if (read_key(public_path, 0, written, error) != ERROR_NONE)
        return error->code != ERROR_NOT_FOUND ? error->code : write_key(public_path, pair->public_key, false, error);
    if (strcmp(written, pair->public_key) != 0)
        return error_set(error, ERROR_CORRUPT, "the keys '%s' and '%s' are not a pair", path, public_path);
    return ERROR_NONE;
}

static enum error_code load_or_make(struct key_pair *pair, const char *path, const char *public_path,
                                    struct error *error)
{
    char public_key[KEY_TEXT_SIZE];

    if (read_key(path, OTHERS_MAY_READ, pair->secret_key, error) == ERROR_NONE)
        return complete_pair(pair, path, public_path, error);
    if (error->code != ERROR_NOT_FOUND)
        return error->code;
    if (read_key(public_path, 0, public_key, error) == ERROR_NOT_FOUND)
        return make_files(pair, path, public_path, error);
    error_set(error, ERROR_NOT_FOUND, "the public key '%s' is there, but not its secret key '%s'", public_path, path);
    return error_hint(error, "bring the secret key back, or remove the public one to have a new pair made");
}

enum error_code key_pair_load_or_make(struct key_pair *ret_pair, const char *path, struct error *error)
{
    CLEANUP(key_pair_erase) struct key_pair pair = {0};
    char public_path[KEY_PATH_SIZE];

    if ((size_t)snprintf(public_path, sizeof public_path, "%s.pub", path) >= sizeof public_path)
        return error_set(error, ERROR_LIMIT, "the path of a key is longer than %d bytes", KEY_PATH_SIZE - 5);
    if (load_or_make(&pair, path, public_path, error) != ERROR_NONE)
        return error->code;
    *ret_pair = pair;
    return ERROR_NONE;
}
