/* capture/postgres_install.h - capture in a PostgreSQL database is installed, asked and removed.
 *
 * What is run are the files of deploy/sql/postgresql/, which people can read and run by hand. Failure and threads: as
 * for capture_ops (capture/capture_install.h).
 */
#ifndef DRIFTLINE_CAPTURE_POSTGRES_INSTALL_H
#define DRIFTLINE_CAPTURE_POSTGRES_INSTALL_H

#include "capture/capture_install.h"

enum { POSTGRES_CAPTURE_VERSION = 2 }; /* of what the files install */

enum error_code postgres_install(const char *ref, const struct source_settings *settings,
                                 const struct capture_install *install, struct error *error);
enum error_code postgres_uninstall(const char *ref, const struct source_settings *settings, struct error *error);
enum error_code postgres_capture_status(const char *ref, const struct source_settings *settings, struct arena *arena,
                                        struct capture_status *ret_status, struct error *error);
void postgres_install_script(const struct capture_install *install, struct buffer *ret_sql);

#endif
