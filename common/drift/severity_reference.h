/* drift/severity_reference.h - the page docs/reference/severity.md, written from the table of rules. */
#ifndef DRIFTLINE_DRIFT_SEVERITY_REFERENCE_H
#define DRIFTLINE_DRIFT_SEVERITY_REFERENCE_H

#include "base/buffer.h"

/* Append the whole page. */
void severity_reference_write(struct buffer *output);

#endif
