/* agent/sources/listing.h - what a reference reads as, in lines that a test can be compared with.
 *
 *     table public.orders comment='of shops' column_order={id,total}
 *       column id nullable=no type=integer
 *     gap table public.lines: the reason
 *
 * Objects are sorted by kind and path. What nobody declares is left out.
 */
#ifndef DRIFTLINE_TEST_LISTING_H
#define DRIFTLINE_TEST_LISTING_H

#include "agent/sources/contract.h"
#include "base/buffer.h"

/* Read with the default settings; fails the test when that fails. */
void listing_write(struct buffer *listing, const struct contract *contract, const char *ref);

/* Fail the test unless a reference reads as this; the message shows both. */
void listing_check(const struct contract *contract, const char *ref, const char *expected);

#endif
