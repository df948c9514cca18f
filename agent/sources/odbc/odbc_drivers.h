/* sources/odbc/odbc_drivers.h - which drivers are installed, and what is known of their habits.
 *
 * Drivers differ in what their narrow and wide functions do. What is here was found by trying the real ones
 * (docs/reference/odbc.md).
 * Threads: safe; the driver manager's configuration is read.
 */
#ifndef DRIFTLINE_SOURCES_ODBC_DRIVERS_H
#define DRIFTLINE_SOURCES_ODBC_DRIVERS_H

#include "sources/odbc/odbc_string.h"

/* How a driver is talked to. */
struct odbc_habits {
    bool narrow; /* its narrow functions take and give UTF-8 as it is, its wide ones do not: SQLite, ANSI drivers */
    bool narrow_data; /* texts of results are right only as narrow ones, which are UTF-8: MariaDB */
    bool makes_files; /* a file that is not there comes into being: SQLite */
};

enum { ODBC_DRIVER_NAME_SIZE = 256 };

/* The name of an installed driver for a URL: the one that `driver=` in it names, else the first that fits. None:
 * ERROR_CONFIG, with the packages to install. */
enum error_code odbc_drivers_choose(const struct odbc_target *target, char ret_name[ODBC_DRIVER_NAME_SIZE],
                                    struct error *error) MUST_CHECK;

/* The habits of the driver that a string names, directly or by its data source. `driver`: as for odbc_target_string().
 */
struct odbc_habits odbc_drivers_habits(const struct odbc_target *target, const char *driver);

#endif
