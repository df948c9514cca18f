/* event/event_data.h - JSON that was stored, taken apart.
 *
 * Jansson does not tell a text that is no JSON from memory that ran out while it read one. What fails is read a second
 * time: if it is JSON then, it was the memory.
 */
#ifndef DRIFTLINE_EVENT_EVENT_DATA_H
#define DRIFTLINE_EVENT_EVENT_DATA_H

#include <jansson.h>

#include "base/compiler.h"
#include "base/error.h"
#include "base/text.h"

/* A new reference. ERROR_CORRUPT: it is no JSON; ERROR_MEMORY: `doing` could not be done. */
enum error_code event_data_read(struct text json, const char *doing, json_t **ret_value,
                                struct error *error) MUST_CHECK;

#endif
