/* cli/docs_reading.h - what the readers of facts share; for the files docs_facts*.c only. */
#ifndef DRIFTLINE_CLI_DOCS_READING_H
#define DRIFTLINE_CLI_DOCS_READING_H

#include "cli/answer.h"
#include "cli/docs_facts.h"

/* What is read, and where it goes. */
struct docs_reading {
    const struct call *call;
    const struct reference *reference;
    struct docs_facts *facts;
    struct docs_target *targets; /* of `facts` */
    struct error *error;
};

/* Memory that lives as long as the call, and what to answer when there was none. */
void *docs_reading_room(const struct docs_reading *reading, size_t count, size_t size);
enum error_code docs_reading_failed(const struct docs_reading *reading);

/* One answer about the database. */
enum error_code docs_reading_ask(const struct docs_reading *reading, const char *target, const struct shape *shape,
                                 void *values) MUST_CHECK;

struct docs_texts docs_reading_texts(struct shape_list list);
struct docs_actor docs_reading_actor(const struct answer_actor *who);
enum error_code docs_reading_change(const struct docs_reading *reading, const struct answer_change *change,
                                    struct docs_change *ret_change) MUST_CHECK;

enum error_code docs_reading_contracts(struct docs_reading *reading) MUST_CHECK;

#endif
