#include "sources/odbc/odbc_desk.h"

#include <stdint.h>
#include <string.h>

#include "sources/odbc/odbc_wide.h"

static const char doing[] = "talking to an ODBC driver";

enum { INFO_UNITS = 512, LABEL_UNITS = 512 };

void odbc_desk_encode(const struct odbc_desk *desk, struct buffer *buffer, struct text text)
{
    if (desk->habits.narrow) {
        buffer_add_text(buffer, text);
        buffer_add_byte(buffer, 0);
    } else {
        odbc_wide_add(buffer, text);
        odbc_wide_end(buffer);
    }
}

static void failed(struct odbc_desk *desk, SQLSMALLINT type, SQLHANDLE handle)
{
    odbc_diagnostic_take(&desk->diagnostic, type, handle, desk->habits.narrow);
}

static void *number(unsigned value)
{
    return (void *)(uintptr_t)value;
}

/* ---- connecting ---- */

static bool allocate(struct odbc_desk *desk)
{
    if (!SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &desk->environment))) {
        desk->environment = SQL_NULL_HENV;
        error_memory(&desk->error, doing);
        return false;
    }
    SQLSetEnvAttr(desk->environment, SQL_ATTR_ODBC_VERSION, number(SQL_OV_ODBC3), 0);
    if (SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_DBC, desk->environment, &desk->connection)))
        return true;
    desk->connection = SQL_NULL_HDBC;
    failed(desk, SQL_HANDLE_ENV, desk->environment);
    return false;
}

static void do_connect(struct odbc_desk *desk)
{
    SQLRETURN result;

    if (!allocate(desk))
        return;
    if (desk->connect_seconds > 0) /* a driver that does not know it says so, and is watched all the same */
        SQLSetConnectAttr(desk->connection, SQL_ATTR_LOGIN_TIMEOUT, number(desk->connect_seconds), SQL_IS_UINTEGER);
    if (desk->habits.narrow)
        result = SQLDriverConnect(desk->connection, NULL, (SQLCHAR *)desk->string.bytes, SQL_NTS, NULL, 0, NULL,
                                  SQL_DRIVER_NOPROMPT);
    else
        result = SQLDriverConnectW(desk->connection, NULL, (SQLWCHAR *)(void *)desk->string.bytes, SQL_NTS, NULL, 0,
                                   NULL, SQL_DRIVER_NOPROMPT);
    explicit_bzero(desk->string.bytes, desk->string.length);
    desk->connected = SQL_SUCCEEDED(result);
    if (!desk->connected)
        failed(desk, SQL_HANDLE_DBC, desk->connection);
}

/* ---- asking the driver ---- */

static size_t units_before_zero(const SQLWCHAR *units, size_t most)
{
    size_t count = 0;

    while (count < most && units[count] != 0)
        count++;
    return count;
}

static void info_text(struct odbc_desk *desk)
{
    SQLWCHAR units[INFO_UNITS] = {0};
    SQLSMALLINT length = 0;
    SQLRETURN result;

    if (desk->habits.narrow)
        result = SQLGetInfo(desk->connection, desk->info, units, sizeof units - 1, &length);
    else
        result = SQLGetInfoW(desk->connection, desk->info, units, sizeof units - sizeof *units, &length);
    if (!SQL_SUCCEEDED(result))
        return;
    if (desk->habits.narrow)
        buffer_add_string(&desk->text, (const char *)units);
    else
        odbc_wide_to_text(&desk->text, units, units_before_zero(units, INFO_UNITS));
}

/* The driver writes two or four bytes. */
static void info_number(struct odbc_desk *desk)
{
    union {
        SQLUINTEGER large;
        SQLUSMALLINT small;
    } value = {0};
    SQLSMALLINT length = sizeof value.large;

    if (!SQL_SUCCEEDED(SQLGetInfo(desk->connection, desk->info, &value, sizeof value, &length)))
        return;
    desk->number = length == sizeof value.small ? value.small : value.large;
}

/* ---- running ---- */

static void drop_statement(struct odbc_desk *desk)
{
    if (desk->statement != SQL_NULL_HSTMT)
        SQLFreeHandle(SQL_HANDLE_STMT, desk->statement);
    desk->statement = SQL_NULL_HSTMT;
}

static SQLWCHAR *wide(struct odbc_desk *desk, unsigned i)
{
    return desk->argument_given[i] ? (SQLWCHAR *)(void *)desk->arguments[i].bytes : NULL;
}

static SQLCHAR *narrow(struct odbc_desk *desk, unsigned i)
{
    return desk->argument_given[i] ? (SQLCHAR *)desk->arguments[i].bytes : NULL;
}

#define WIDE(i) wide(desk, i), SQL_NTS
#define NARROW(i) narrow(desk, i), SQL_NTS

static SQLRETURN run_wide(struct odbc_desk *desk)
{
    SQLHSTMT statement = desk->statement;

    switch (desk->sort) {
    case ODBC_SQL:
        return SQLExecDirectW(statement, WIDE(0));
    case ODBC_TABLES:
        return SQLTablesW(statement, WIDE(0), WIDE(1), WIDE(2), WIDE(3));
    case ODBC_COLUMNS:
        return SQLColumnsW(statement, WIDE(0), WIDE(1), WIDE(2), WIDE(3));
    case ODBC_PRIMARY_KEYS:
        return SQLPrimaryKeysW(statement, WIDE(0), WIDE(1), WIDE(2));
    case ODBC_FOREIGN_KEYS:
        return SQLForeignKeysW(statement, WIDE(0), WIDE(1), WIDE(2), WIDE(3), WIDE(4), WIDE(5));
    case ODBC_STATISTICS:
        return SQLStatisticsW(statement, WIDE(0), WIDE(1), WIDE(2), (SQLUSMALLINT)desk->options[0],
                              (SQLUSMALLINT)desk->options[1]);
    case ODBC_PROCEDURES:
        return SQLProceduresW(statement, WIDE(0), WIDE(1), WIDE(2));
    case ODBC_PROCEDURE_COLUMNS:
        return SQLProcedureColumnsW(statement, WIDE(0), WIDE(1), WIDE(2), WIDE(3));
    case ODBC_TYPE_INFO:
        return SQLGetTypeInfoW(statement, (SQLSMALLINT)desk->options[0]);
    }
    return SQL_ERROR;
}

static SQLRETURN run_narrow(struct odbc_desk *desk)
{
    SQLHSTMT statement = desk->statement;

    switch (desk->sort) {
    case ODBC_SQL:
        return SQLExecDirect(statement, NARROW(0));
    case ODBC_TABLES:
        return SQLTables(statement, NARROW(0), NARROW(1), NARROW(2), NARROW(3));
    case ODBC_COLUMNS:
        return SQLColumns(statement, NARROW(0), NARROW(1), NARROW(2), NARROW(3));
    case ODBC_PRIMARY_KEYS:
        return SQLPrimaryKeys(statement, NARROW(0), NARROW(1), NARROW(2));
    case ODBC_FOREIGN_KEYS:
        return SQLForeignKeys(statement, NARROW(0), NARROW(1), NARROW(2), NARROW(3), NARROW(4), NARROW(5));
    case ODBC_STATISTICS:
        return SQLStatistics(statement, NARROW(0), NARROW(1), NARROW(2), (SQLUSMALLINT)desk->options[0],
                             (SQLUSMALLINT)desk->options[1]);
    case ODBC_PROCEDURES:
        return SQLProcedures(statement, NARROW(0), NARROW(1), NARROW(2));
    case ODBC_PROCEDURE_COLUMNS:
        return SQLProcedureColumns(statement, NARROW(0), NARROW(1), NARROW(2), NARROW(3));
    case ODBC_TYPE_INFO:
        return SQLGetTypeInfo(statement, (SQLSMALLINT)desk->options[0]);
    }
    return SQL_ERROR;
}

static void take_label(struct odbc_desk *desk, SQLUSMALLINT column)
{
    SQLWCHAR units[LABEL_UNITS] = {0};
    SQLSMALLINT length;

    if (desk->habits.narrow) {
        SQLColAttribute(desk->statement, column, SQL_DESC_LABEL, units, sizeof units - 1, &length, NULL);
        buffer_add_string(&desk->labels, (const char *)units);
    } else {
        SQLColAttributeW(desk->statement, column, SQL_DESC_LABEL, units, sizeof units - sizeof *units, &length, NULL);
        odbc_wide_to_text(&desk->labels, units, units_before_zero(units, LABEL_UNITS));
    }
    buffer_add_byte(&desk->labels, 0);
}

static void describe(struct odbc_desk *desk)
{
    SQLSMALLINT count = 0;

    SQLNumResultCols(desk->statement, &count);
    if (count > ODBC_COLUMNS_MAX) {
        error_set(&desk->error, ERROR_LIMIT, "a result has %d columns, and no more than %d are read", (int)count,
                  ODBC_COLUMNS_MAX);
        return;
    }
    desk->columns = count < 0 ? 0 : (unsigned)count;
    for (unsigned i = 0; i < desk->columns; i++) {
        SQLLEN type = SQL_VARCHAR;

        take_label(desk, (SQLUSMALLINT)(i + 1));
        SQLColAttribute(desk->statement, (SQLUSMALLINT)(i + 1), SQL_DESC_CONCISE_TYPE, NULL, 0, NULL, &type);
        desk->types[i] = (SQLSMALLINT)type;
    }
}

static void do_run(struct odbc_desk *desk)
{
    SQLRETURN result;

    desk->columns = 0;
    buffer_reset(&desk->labels);
    if (!SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_STMT, desk->connection, &desk->statement))) {
        desk->statement = SQL_NULL_HSTMT;
        failed(desk, SQL_HANDLE_DBC, desk->connection);
        return;
    }
    SQLSetStmtAttr(desk->statement, SQL_ATTR_NOSCAN, number(SQL_NOSCAN_ON), SQL_IS_UINTEGER);
    if (desk->query_seconds > 0)
        SQLSetStmtAttr(desk->statement, SQL_ATTR_QUERY_TIMEOUT, number(desk->query_seconds), SQL_IS_UINTEGER);
    result = desk->habits.narrow ? run_narrow(desk) : run_wide(desk);
    if (result == SQL_NO_DATA) /* a statement that changed nothing */
        return;
    if (!SQL_SUCCEEDED(result)) {
        failed(desk, SQL_HANDLE_STMT, desk->statement);
        return;
    }
    describe(desk);
    if (desk->columns > 0 && desk->error.code == ERROR_NONE)
        odbc_desk_fetch(desk);
}

/* ---- ending ---- */

static void do_end(struct odbc_desk *desk)
{
    drop_statement(desk);
    if (desk->connected)
        SQLDisconnect(desk->connection);
    if (desk->connection != SQL_NULL_HDBC)
        SQLFreeHandle(SQL_HANDLE_DBC, desk->connection);
    if (desk->environment != SQL_NULL_HENV)
        SQLFreeHandle(SQL_HANDLE_ENV, desk->environment);
    desk->connection = SQL_NULL_HDBC;
    desk->environment = SQL_NULL_HENV;
    desk->connected = false;
}

static void check_memory(struct odbc_desk *desk)
{
    if (desk->error.code == ERROR_NONE &&
        (desk->labels.failed || desk->bytes.failed || desk->cells.failed || desk->text.failed || desk->raw.failed))
        error_memory(&desk->error, doing);
}

void odbc_desk_do(struct odbc_desk *desk)
{
    desk->error = (struct error){0};
    desk->diagnostic = (struct odbc_diagnostic){0};
    desk->more = false;
    desk->rows = 0;
    buffer_reset(&desk->bytes);
    buffer_reset(&desk->cells);
    buffer_reset(&desk->text);
    desk->number = 0;
    switch (desk->task) {
    case ODBC_TASK_CONNECT:
        do_connect(desk);
        break;
    case ODBC_TASK_INFO:
        if (desk->info_is_text)
            info_text(desk);
        else
            info_number(desk);
        break;
    case ODBC_TASK_RUN:
        do_run(desk);
        break;
    case ODBC_TASK_MORE:
        odbc_desk_fetch(desk);
        break;
    case ODBC_TASK_STOP:
        break;
    case ODBC_TASK_END:
        do_end(desk);
        break;
    }
    check_memory(desk);
    if (!desk->more || desk->error.code != ERROR_NONE || desk->diagnostic.failed)
        drop_statement(desk);
}

void odbc_desk_clear(struct odbc_desk *desk)
{
    if (desk->string.bytes != NULL)
        explicit_bzero(desk->string.bytes, desk->string.length);
    buffer_clear(&desk->string);
    for (size_t i = 0; i < LENGTH_OF(desk->arguments); i++)
        buffer_clear(&desk->arguments[i]);
    buffer_clear(&desk->text);
    buffer_clear(&desk->labels);
    buffer_clear(&desk->bytes);
    buffer_clear(&desk->cells);
    buffer_clear(&desk->raw);
}
