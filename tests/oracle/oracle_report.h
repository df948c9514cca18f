/* oracle/oracle_report.h - whether a comparison found what a case of the oracle expects. */
#ifndef DRIFTLINE_ORACLE_REPORT_H
#define DRIFTLINE_ORACLE_REPORT_H

#include <stdbool.h>

#include "base/buffer.h"
#include "drift/diff.h"
#include "oracle/oracle_cases.h"

/* Write what was expected and not found (-), and found and not expected (+). Answers whether there is neither. */
bool oracle_as_expected(const struct oracle_case *now, const struct diff *diff, struct arena *arena,
                        struct buffer *report);

#endif
