/* docs_sample.h - schemas that tests of documentation are about. */
#ifndef DRIFTLINE_TESTS_CLI_DOCS_DOCS_SAMPLE_H
#define DRIFTLINE_TESTS_CLI_DOCS_DOCS_SAMPLE_H

#include "docs/docs_model.h"

enum { SAMPLE_MEMORY = 256 * 1024 * 1024 };

/* The snapshot of a step of data/shop.yaml: 0 is the last, 1 the one before it. Fails the test. */
struct snapshot *docs_sample(unsigned steps_back);

/* The same of a script. */
struct snapshot *docs_sample_of(struct text script);

#endif
