/* Comparisons whose reports are kept in golden/, and fed to other programs' checkers. */
#ifndef DRIFTLINE_TEST_REPORT_SAMPLE_H
#define DRIFTLINE_TEST_REPORT_SAMPLE_H

#include "base/arena.h"
#include "drift/diff.h"
#include "drift/report.h"

struct report_sample {
    const char *name, *from, *to;
    bool other_canonical_version;
};

/* Ends with a row whose name is NULL. */
extern const struct report_sample report_samples[];

/* A sample that was built and compared; a failure fails the test. The diff lives in the arena. */
struct sample_report {
    struct arena arena;
    struct snapshot *from, *to;
    struct diff diff;
    struct report report;
};

void sample_report_init(struct sample_report *sample, const struct report_sample *source);
void sample_report_clear(struct sample_report *sample);

#endif
