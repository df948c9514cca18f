/* sources/postgres/postgres_capture_install.h - capture in a PostgreSQL database is installed, asked and removed.
 *
 * What is run are the files of deploy/sql/postgresql/, which people can read and run by hand. Failure and threads: as
 * for capture_ops (sources/capture.h).
 */
#ifndef DRIFTLINE_SOURCES_POSTGRES_POSTGRES_CAPTURE_INSTALL_H
#define DRIFTLINE_SOURCES_POSTGRES_POSTGRES_CAPTURE_INSTALL_H

#include "sources/capture.h"

enum { POSTGRES_CAPTURE_VERSION = 2 }; /* of what the files install */

enum error_code postgres_capture_install(const char *ref, const struct source_settings *settings,
                                         const struct capture_install *install, struct error *error);
enum error_code postgres_capture_uninstall(const char *ref, const struct source_settings *settings,
                                           struct error *error);
enum error_code postgres_capture_status(const char *ref, const struct source_settings *settings, struct arena *arena,
                                        struct capture_status *ret_status, struct error *error);
void postgres_capture_script(const struct capture_install *install, struct buffer *ret_sql);

#endif
