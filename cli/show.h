/* cli/show.h - a schema as `show` prints it: overview, lists, single objects, figures; for people and as JSON.
 *
 * The writers for people append to a buffer, whose failure is sticky; those for JSON answer NULL when memory runs out.
 */
#ifndef DRIFTLINE_CLI_SHOW_H
#define DRIFTLINE_CLI_SHOW_H

#include "base/buffer.h"
#include "cli/json.h"
#include "schema/object_list.h"
#include "schema/snapshot.h"
#include "schema/statistics.h"

/* One object in full, or one part of it. */
struct shown {
    struct text path; /* dotted, of the object or part */
    const struct object *object;
    const struct part *part; /* NULL: the whole object */
};

/* One line of a list. */
struct shown_name {
    enum kind kind;
    struct text path;
};

struct shown_names {
    struct shown_name *items; /* sorted by kind, then path */
    size_t count;
};

/* What the snapshot is and what it does not cover. */
void show_write_header(struct buffer *buffer, const struct snapshot *snapshot);

/* How many there are of each kind. */
void show_write_kinds(struct buffer *buffer, const struct statistics *statistics);

/* Names below the plural of their kind. */
void show_write_names(struct buffer *buffer, const struct shown_names *names);

void show_write_object(struct buffer *buffer, const struct shown *shown);
void show_write_statistics(struct buffer *buffer, const struct statistics *statistics);

json_t *show_json_kinds(const uint32_t counts[KIND_NUMBERS]);
json_t *show_json_names(const struct shown_names *names);
json_t *show_json_object(const struct shown *shown);
json_t *show_json_statistics(const struct statistics *statistics);

#endif
