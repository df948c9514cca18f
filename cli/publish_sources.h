/* cli/publish_sources.h - what an entry of `publish` is made of: entries of `docs` and `codegen`, and copies of files.
 */
#ifndef DRIFTLINE_CLI_PUBLISH_SOURCES_H
#define DRIFTLINE_CLI_PUBLISH_SOURCES_H

#include "cli/command.h"
#include "publish/publish.h"

struct publish_sources;

/* Find what the target names, and read the files that are copied. No schema is read yet. Everything lives in the arena
 * of the call. What is wrong with the configuration file is ERROR_CONFIG with its place. `number` is the target's. */
enum error_code publish_sources_new(struct publish_sources **ret_sources, const struct call *call,
                                    const struct publish_target *target, unsigned number,
                                    struct error *error) MUST_CHECK;

/* Release the snapshots that were read; NULL is fine. */
void publish_sources_free(struct publish_sources *sources);

struct publish_source publish_sources_source(struct publish_sources *sources);

/* The database and environment of the collector that it is about; both empty when there is none, or several. */
struct reference publish_sources_scope(const struct publish_sources *sources);

#endif
