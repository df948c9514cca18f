#include "sources/odbc/odbc_drivers.h"

#include <odbcinst.h>
#include <sql.h>
#include <sqlext.h>
#include <stdio.h>
#include <strings.h>

/* What each family's drivers are called, the better ones first; part of a name is enough. */
static const char *const mysql_drivers[] = {"MariaDB Unicode", "MariaDB ODBC", "MariaDB", "MySQL ODBC 9",
                                            "MySQL ODBC 8",    "MySQL ODBC",   "MySQL",   NULL};
static const char *const sqlserver_drivers[] = {"ODBC Driver 18 for SQL Server", "ODBC Driver 17 for SQL Server",
                                                "for SQL Server", "FreeTDS", NULL};

/* MySQL's ANSI driver takes other texts than UTF-8. */
static bool is_fit(const char *name, const char *wanted)
{
    return strcasestr(name, wanted) != NULL && strcasestr(name, "ANSI") == NULL;
}

/* Call for each installed driver until it answers true. */
static bool each_driver(SQLHENV environment, bool (*take)(void *context, const char *name), void *context)
{
    SQLCHAR name[ODBC_DRIVER_NAME_SIZE], attributes[1024];
    SQLSMALLINT name_length, attributes_length;
    SQLUSMALLINT direction = SQL_FETCH_FIRST;

    while (SQL_SUCCEEDED(SQLDrivers(environment, direction, name, sizeof name, &name_length, attributes,
                                    sizeof attributes, &attributes_length))) {
        if (take(context, (const char *)name))
            return true;
        direction = SQL_FETCH_NEXT;
    }
    return false;
}

struct search {
    const char *wanted;
    char *name;
};

static bool take_fit(void *context, const char *name)
{
    const struct search *search = context;

    if (!is_fit(name, search->wanted))
        return false;
    snprintf(search->name, ODBC_DRIVER_NAME_SIZE, "%s", name);
    return true;
}

static bool find_driver(const char *const *wanted, char ret_name[ODBC_DRIVER_NAME_SIZE])
{
    SQLHENV environment = SQL_NULL_HENV;
    bool found = false;

    if (!SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &environment)))
        return false;
    SQLSetEnvAttr(environment, SQL_ATTR_ODBC_VERSION, (SQLPOINTER)(uintptr_t)SQL_OV_ODBC3, 0);
    for (; *wanted != NULL && !found; wanted++) {
        struct search search = {*wanted, ret_name};

        found = each_driver(environment, take_fit, &search);
    }
    SQLFreeHandle(SQL_HANDLE_ENV, environment);
    return found;
}

enum error_code odbc_drivers_choose(const struct odbc_target *target, char ret_name[ODBC_DRIVER_NAME_SIZE],
                                    struct error *error)
{
    struct text given = odbc_target_value(target, "Driver");
    bool mysql = target->family == ODBC_MYSQL;

    if (given.length >= ODBC_DRIVER_NAME_SIZE)
        return error_set(error, ERROR_USAGE, "the name of the driver is too long");
    if (given.length > 0) {
        snprintf(ret_name, ODBC_DRIVER_NAME_SIZE, "%s", given.bytes);
        return ERROR_NONE;
    }
    if (find_driver(mysql ? mysql_drivers : sqlserver_drivers, ret_name))
        return ERROR_NONE;
    error_set(error, ERROR_CONFIG, "no ODBC driver for %s is installed",
              mysql ? "MariaDB and MySQL" : "Microsoft SQL Server");
    return error_hint(error, "install the package %s; `odbcinst -q -d` lists the drivers that are registered",
                      mysql ? "odbc-mariadb" : "tdsodbc (FreeTDS), or msodbcsql18 from Microsoft");
}

/* ---- habits ---- */

/* The library of a driver: a path itself, or what odbcinst.ini says of the name. */
static void find_library(const char *driver, char *ret_library, size_t size)
{
    if (driver[0] == '/' ||
        SQLGetPrivateProfileString(driver, "Driver", "", ret_library, (int)size, "odbcinst.ini") <= 0)
        snprintf(ret_library, size, "%s", driver);
}

struct odbc_habits odbc_drivers_habits(const struct odbc_target *target, const char *driver)
{
    struct text given = odbc_target_value(target, "Driver");
    struct text source = odbc_target_value(target, "DSN");
    char name[ODBC_DRIVER_NAME_SIZE] = "", library[1024];

    if (driver != NULL)
        snprintf(name, sizeof name, "%s", driver);
    else if (given.length > 0)
        snprintf(name, sizeof name, "%.*s", TEXT_ARGS(given));
    else if (source.length > 0)
        SQLGetPrivateProfileString(source.bytes, "Driver", "", name, sizeof name, "odbc.ini");
    find_library(name, library, sizeof library);
    return (struct odbc_habits){
        .narrow = strcasestr(library, "sqlite") != NULL || strcasestr(library, "psqlodbca") != NULL ||
                  strcasestr(name, "ansi") != NULL,
        .narrow_data = strcasestr(library, "maodbc") != NULL,
        .makes_files = strcasestr(library, "sqlite") != NULL,
    };
}
