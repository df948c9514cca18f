/* event/cloud_event.h - an event as everybody outside gets it: CloudEvents 1.0 in JSON.
 *
 *   {"specversion": "1.0", "id": "1234", "source": "/driftline/<id of the store>", "type": "driftline.drift-opened",
 *    "subject": "orders@prod", "time": "2026-11-21T10:00:00.000Z", "datacontenttype": "application/json",
 *    "dataschema": "/api/v1/events/types/drift-opened", "sequence": "00000000000000001234",
 *    "severity": "critical", "database": "orders", "environment": "prod", "instance": "eu-1", "agent": "orders-db-1",
 *    "summary": "column shop.orders.total differs: bigint is integer in prod, by alice", "data": {…}}
 *
 * What stands below `sequence` are extension attributes; those without a value are left out. `sequence` orders as text.
 * `data` has the schema that collector/event/schemas.json gives for the type.
 */
#ifndef DRIFTLINE_EVENT_CLOUD_EVENT_H
#define DRIFTLINE_EVENT_CLOUD_EVENT_H

#include "drift/report_json_value.h"
#include "store/events.h"

#define CLOUD_EVENT_PREFIX "driftline."

/* As a value. `store` is the id of the store. */
json_t *cloud_event_value(struct json_builder *builder, const struct event_row *event, struct text store,
                          struct arena *arena);

/* As one line of JSON without a line break, added to the buffer. */
enum error_code cloud_event_write(const struct event_row *event, struct text store, struct arena *arena,
                                  struct buffer *output, struct error *error) MUST_CHECK;

#endif
