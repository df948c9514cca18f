/* feed/gate_event.h - that the gate was asked for the record, as an event: what it said, not all that it said. */
#ifndef DRIFTLINE_FEED_GATE_EVENT_H
#define DRIFTLINE_FEED_GATE_EVENT_H

#include "gate/gate.h"
#include "store/gate_runs.h"

/* In the transaction that keeps the run, whose number is set by then. */
enum error_code gate_event_add(struct database *database, const struct gate_run_row *run,
                               const struct gate_answer *gate, struct error *error) MUST_CHECK;

#endif
