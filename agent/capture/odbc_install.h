/* capture/odbc_install.h - capture in a database that is reached through ODBC is installed and removed.
 *
 * SQL Server gets the files of deploy/sql/sqlserver/. Elsewhere there is nothing to install, which is
 * ERROR_UNSUPPORTED. Failure and threads: as for capture_ops (capture/capture_install.h).
 */
#ifndef DRIFTLINE_CAPTURE_ODBC_INSTALL_H
#define DRIFTLINE_CAPTURE_ODBC_INSTALL_H

#include "capture/capture_install.h"
#include "sources/odbc/odbc_capture.h"

enum error_code odbc_install(const char *ref, const struct source_settings *settings,
                             const struct capture_install *install, struct error *error);
enum error_code odbc_uninstall(const char *ref, const struct source_settings *settings, struct error *error);

/* Of SQL Server. */
void odbc_install_script(const struct capture_install *install, struct buffer *ret_sql);

#endif
