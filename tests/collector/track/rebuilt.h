/* collector/track/rebuilt.h - a target's newest root, made again from its first snapshot and the changes that are
 * stored of all others: what a change names is taken from the snapshot that brought it, and nothing else.
 *
 * What could not be read is no change: when the coverage of a kind is another one, its objects are taken as they are;
 * nor is it one that a server of another major version spells something otherwise: then all are. Failure: every
 * function fails the calling test.
 */
#ifndef DRIFTLINE_TEST_REBUILT_H
#define DRIFTLINE_TEST_REBUILT_H

#include "collector/store/history.h"

struct hash rebuilt_root(struct history *history, int64_t target);

#endif
