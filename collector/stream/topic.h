/* stream/topic.h - under which topic the ZeroMQ feed publishes an event, and which number was last under each.
 *
 * A topic is `type.database.environment.severity`: "drift-opened.orders.prod.critical". What is empty is `-`; in names
 * `.` is `%2E` and `%` is `%25`, so that a prefix that ends with a dot stands for whole names.
 *
 * The map remembers a bounded number of topics: the one that was not used for the longest is forgotten first, and is
 * then like one that there never was.
 *
 * Threads: a map belongs to one.
 */
#ifndef DRIFTLINE_STREAM_TOPIC_H
#define DRIFTLINE_STREAM_TOPIC_H

#include "base/buffer.h"
#include "store/events.h"

void topic_write(const struct event_row *event, struct buffer *output);

struct topic_map;

enum error_code topic_map_new(struct topic_map **ret_map, uint32_t limit, struct error *error) MUST_CHECK;
void topic_map_free(struct topic_map *map); /* NULL is fine */

/* The number that was last under a topic, 0: none that is known; from now on it is `number`. What there is no memory
 * for is forgotten. */
int64_t topic_map_put(struct topic_map *map, struct text topic, int64_t number);

/* Visit topics whose last number is larger than `after`, the newest first, `limit` at most. Answers whether these were
 * all. */
typedef void (*topic_visit)(void *context, struct text topic, int64_t number);
bool topic_map_newer(const struct topic_map *map, int64_t after, uint32_t limit, topic_visit visit, void *context);

/* Forget all. */
void topic_map_clear(struct topic_map *map);

#endif
