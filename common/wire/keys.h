/* wire/keys.h - CURVE keys: made by the programs themselves, kept in files that only their user may read.
 *
 * A key pair is two files: PATH (the secret key, mode 0600) and PATH.pub (the public key, for the other side). Both are
 * one line of 40 characters (Z85). A secret key that others may read is refused. Secret keys are erased from memory
 * when they are no longer needed.
 */
#ifndef DRIFTLINE_WIRE_KEYS_H
#define DRIFTLINE_WIRE_KEYS_H

#include <stdint.h>

#include "base/compiler.h"
#include "base/error.h"
#include "base/text.h"

enum { KEY_TEXT_SIZE = 41, KEY_SIZE = 32 };

struct key_pair {
    char public_key[KEY_TEXT_SIZE];
    char secret_key[KEY_TEXT_SIZE];
};

/* Read the pair of PATH; when neither file is there, make one and write both, durably. A public key that is missing is
 * written again, for it follows from the secret one. A secret key that is missing is ERROR_NOT_FOUND, one that others
 * may read ERROR_REFUSED, and two files that are no pair ERROR_CORRUPT. */
enum error_code key_pair_load_or_make(struct key_pair *ret_pair, const char *path, struct error *error) MUST_CHECK;

/* Make a pair that is kept nowhere, for tests and tools. */
enum error_code key_pair_make(struct key_pair *ret_pair, struct error *error) MUST_CHECK;

void key_pair_erase(struct key_pair *pair);

/* A public key as somebody wrote it: 40 characters, blanks around them allowed. What cannot be one is ERROR_USAGE. */
enum error_code key_parse(char ret_key[KEY_TEXT_SIZE], struct text text, struct error *error) MUST_CHECK;

/* Between the 40 characters and the 32 bytes. */
void key_to_bytes(const char key[KEY_TEXT_SIZE], uint8_t ret_bytes[KEY_SIZE]);
void key_from_bytes(const uint8_t bytes[KEY_SIZE], char ret_key[KEY_TEXT_SIZE]);

#endif
