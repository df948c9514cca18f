/* fuzz/fuzz.h - the one function of a fuzz target, called by libFuzzer or by replay.c. */
#ifndef DRIFTLINE_FUZZ_H
#define DRIFTLINE_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* Feed the bytes to the code under test. A property that does not hold calls abort(). Answers 0. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

#endif
