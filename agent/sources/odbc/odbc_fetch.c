/* Rows and their values, of any length. */
#include <stdint.h>
#include <string.h>

#include "sources/odbc/odbc_desk.h"
#include "sources/odbc/odbc_wide.h"

enum { BATCH_ROWS = 512, BATCH_BYTES = 256 * 1024, CHUNK_UNITS = 16 * 1024 };

/* How the values of a column are fetched. */
struct form {
    SQLSMALLINT type;
    size_t zero; /* bytes that the driver puts behind a text */
};

static struct form form_of(const struct odbc_desk *desk, unsigned column)
{
    switch (desk->types[column]) {
    case SQL_BINARY:
    case SQL_VARBINARY:
    case SQL_LONGVARBINARY:
        return (struct form){SQL_C_BINARY, 0};
    default:
        return desk->habits.narrow || desk->habits.narrow_data ? (struct form){SQL_C_CHAR, 1}
                                                               : (struct form){SQL_C_WCHAR, sizeof(SQLWCHAR)};
    }
}

/* The length of a text whose length the driver does not say. */
static size_t length_to_zero(const char *bytes, size_t most, size_t zero)
{
    static const char zeros[sizeof(SQLWCHAR)];

    for (size_t i = 0; zero > 0 && i + zero <= most; i += zero)
        if (memcmp(bytes + i, zeros, zero) == 0)
            return i;
    return most;
}

/* A driver may fill a chunk less than it could, to keep a character whole. What it says is left before and after tells
 * how much it really gave. */
static void correct(struct buffer *raw, size_t room, SQLLEN left_before, SQLLEN left)
{
    if (left_before > left && left >= 0 && (size_t)(left_before - left) < room)
        raw->length -= room - (size_t)(left_before - left);
}

enum found { FOUND_VALUE, FOUND_ABSENT, FOUND_FAILURE };

/* The whole value of a column, as the driver gives it, into `raw`. */
static enum found take_raw(struct odbc_desk *desk, unsigned column, struct form form)
{
    SQLWCHAR units[CHUNK_UNITS];
    const char *chunk = (const char *)units;
    size_t room = sizeof units - form.zero;
    SQLLEN left_before = SQL_NO_TOTAL;

    buffer_reset(&desk->raw);
    for (;;) {
        SQLLEN left = SQL_NO_TOTAL;
        SQLRETURN result =
            SQLGetData(desk->statement, (SQLUSMALLINT)(column + 1), form.type, units, sizeof units, &left);

        if (result == SQL_NO_DATA) /* the chunk before was the last, and full */
            return FOUND_VALUE;
        if (!SQL_SUCCEEDED(result)) {
            odbc_diagnostic_take(&desk->diagnostic, SQL_HANDLE_STMT, desk->statement, desk->habits.narrow);
            return FOUND_FAILURE;
        }
        if (left == SQL_NULL_DATA)
            return FOUND_ABSENT;
        correct(&desk->raw, room, left_before, left);
        if (left >= 0 && (size_t)left <= room) {
            buffer_add(&desk->raw, chunk, (size_t)left);
            return FOUND_VALUE;
        }
        if (result == SQL_SUCCESS) {
            buffer_add(&desk->raw, chunk, length_to_zero(chunk, room, form.zero));
            return FOUND_VALUE;
        }
        buffer_add(&desk->raw, chunk, room);
        left_before = left;
        if (desk->raw.failed || desk->raw.length > desk->limit)
            return FOUND_FAILURE;
    }
}

static void add_hex(struct buffer *buffer, struct text bytes)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < bytes.length; i++) {
        buffer_add_byte(buffer, (uint8_t)digits[(unsigned char)bytes.bytes[i] >> 4]);
        buffer_add_byte(buffer, (uint8_t)digits[bytes.bytes[i] & 15]);
    }
}

/* From the driver's form into ours, behind the values that are there. */
static void add_value(struct odbc_desk *desk, struct form form)
{
    struct text raw = buffer_text(&desk->raw);

    if (form.type == SQL_C_WCHAR && raw.length > 0)
        odbc_wide_to_text(&desk->bytes, (const SQLWCHAR *)(const void *)raw.bytes, raw.length / sizeof(SQLWCHAR));
    else if (form.type == SQL_C_BINARY)
        add_hex(&desk->bytes, raw);
    else
        buffer_add_text(&desk->bytes, raw);
}

static bool take_value(struct odbc_desk *desk, unsigned column)
{
    struct form form = form_of(desk, column);
    struct odbc_cell cell = {.offset = desk->bytes.length, .length = SIZE_MAX};

    switch (take_raw(desk, column, form)) {
    case FOUND_FAILURE:
        if (desk->raw.length > desk->limit)
            error_set(&desk->error, ERROR_LIMIT, "a value is longer than the limit of %zu bytes", desk->limit);
        return false;
    case FOUND_ABSENT:
        break;
    case FOUND_VALUE:
        add_value(desk, form);
        cell.length = desk->bytes.length - cell.offset;
        break;
    }
    buffer_add(&desk->cells, &cell, sizeof cell);
    return !desk->cells.failed && !desk->bytes.failed;
}

void odbc_desk_fetch(struct odbc_desk *desk)
{
    while (desk->rows < BATCH_ROWS && desk->bytes.length < BATCH_BYTES) {
        SQLRETURN result = SQLFetch(desk->statement);

        if (result == SQL_NO_DATA)
            return;
        if (!SQL_SUCCEEDED(result)) {
            odbc_diagnostic_take(&desk->diagnostic, SQL_HANDLE_STMT, desk->statement, desk->habits.narrow);
            return;
        }
        for (unsigned column = 0; column < desk->columns; column++)
            if (!take_value(desk, column))
                return;
        desk->rows++;
    }
    desk->more = true;
}
