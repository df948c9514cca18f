/* feed/gate_json.h - what the gate answers, as JSON: what is sent, and what is kept of a run. */
#ifndef DRIFTLINE_FEED_GATE_JSON_H
#define DRIFTLINE_FEED_GATE_JSON_H

#include "feed/json.h"
#include "feed/routes.h"
#include "gate/gate.h"

/* Without a run: `run` is null and `pinned` false. NULL with the error set, or when the builder failed. */
json_t *gate_json_value(struct json_builder *builder, const struct request *request,
                        const struct gate_question *question, const struct gate_answer *gate, struct error *error);

/* Say of an answer which run it was. */
void gate_json_set_run(struct json_builder *builder, json_t *answer, int64_t run, bool pinned);

#endif
