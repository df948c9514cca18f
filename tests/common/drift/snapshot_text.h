/* A schema as a few lines of text, for tests of comparisons.
 *
 *   @origin db1                                  the database; then the ids below compare
 *   @akin db                                     one of several of an origin: equal ids are one thing, others prove
 * nothing
 *   @server postgresql 15.20                     engine and version of the server; without it a dummy
 *   gap policy reason='permission denied'        a kind that could not be read
 *   gap table 'shop.a' reason='locked'           or one object of it
 *   table shop.orders #10 owner=alice            kind, path, id, attributes of an object
 *     column total #2 type='numeric(12,2)'       two spaces in front: a part of it
 *   function shop.total(integer, text) body='…'  signatures stand in parentheses
 *   enum shop.colour labels=[red|green|blue]     lists
 *   default_privilege 'FOR ROLE a ON TABLES'     names with other characters stand in single quotes
 */
#ifndef DRIFTLINE_TEST_SNAPSHOT_TEXT_H
#define DRIFTLINE_TEST_SNAPSHOT_TEXT_H

#include "drift/diff.h"
#include "schema/snapshot.h"

/* Build it; a mistake in the text fails the test. The caller frees the snapshot. */
struct snapshot *snapshot_from_text(const char *text);

/* Read patterns, one a line, into a list that lives in the arena. */
struct ignore_list ignore_from_text(const char *text, struct arena *arena);

#endif
