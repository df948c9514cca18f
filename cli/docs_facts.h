/* cli/docs_facts.h - what documentation says beyond the schema, asked of the collector. */
#ifndef DRIFTLINE_CLI_DOCS_FACTS_H
#define DRIFTLINE_CLI_DOCS_FACTS_H

#include "base/reference.h"
#include "cli/command.h"
#include "docs/docs_facts.h"

/* Everything about the database of a reference. It lives in the arena of the call. */
enum error_code docs_facts_read(struct docs_facts *ret_facts, const struct call *call,
                                const struct reference *reference, struct error *error) MUST_CHECK;

#endif
