/* The SQL files of PostgreSQL, as far as they can be looked at without a server. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "sources/catalog.h"
#include "support/cmocka.h"

extern const struct catalog_file postgres_files[];

static const long versions[] = {120000, 130000, 140000, 150000, 160000, 170000, 180000};

static struct catalog_query parsed(const struct catalog_file *file)
{
    struct catalog_query query = {0};
    struct error error = {0};

    if (catalog_query_parse(&query, file, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    return query;
}

/* The statement with its texts and quoted names replaced by blanks; false: a quote never ends. */
static bool blank_quotes(char *sql)
{
    for (char *at = sql; *at != '\0'; at++) {
        char quote = *at;

        if (quote != '\'' && quote != '"')
            continue;
        for (*at++ = ' '; *at != '\0' && *at != quote; at++)
            *at = ' ';
        if (*at == '\0')
            return false;
        *at = ' ';
    }
    return true;
}

static bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool has_word(const char *sql, const char *word)
{
    size_t length = strlen(word);

    for (const char *at = sql; *at != '\0'; at++)
        if (strncasecmp(at, word, length) == 0 && !is_word_byte(at[length]) && (at == sql || !is_word_byte(at[-1])))
            return true;
    return false;
}

/* A SELECT or WITH with a star behind it. */
static bool selects_everything(const char *sql)
{
    for (const char *at = sql; (at = strcasestr(at, "select")) != NULL;) {
        at += strlen("select");
        at += strspn(at, " \n\t");
        if (*at == '*')
            return true;
    }
    return strstr(sql, ".*") != NULL;
}

static bool is_balanced(const char *sql, char open, char close)
{
    long depth = 0;

    for (; *sql != '\0' && depth >= 0; sql++)
        depth += (*sql == open) - (*sql == close);
    return depth == 0;
}

static void check_statement(const struct catalog_query *query, long version)
{
    static const char *const forbidden[] = {"insert", "update", "delete", "merge", "truncate", "create", "drop",
                                            "alter",  "grant",  "revoke", "copy",  "call",     "do",     "set",
                                            "lock",   "vacuum", "notify", "into",  "begin",    "commit"};
    CLEANUP(buffer_clear) struct buffer buffer = {0};
    const char *name = query->file->name;
    char *sql;

    catalog_query_sql(&buffer, query, version);
    buffer_add_byte(&buffer, '\0');
    sql = buffer.bytes;
    if (strstr(sql, "--[") != NULL)
        fail_msg("%s, %ld: a condition is left", name, version);
    if (!blank_quotes(sql))
        fail_msg("%s, %ld: a quote never ends", name, version);
    if (strncmp(sql, "SELECT", 6) != 0 && strncmp(sql, "WITH", 4) != 0)
        fail_msg("%s, %ld: begins with neither SELECT nor WITH", name, version);
    if (!is_balanced(sql, '(', ')') || !is_balanced(sql, '[', ']'))
        fail_msg("%s, %ld: unbalanced", name, version);
    if (selects_everything(sql))
        fail_msg("%s, %ld: SELECT *", name, version);
    if (strchr(sql, ';') != NULL)
        fail_msg("%s, %ld: more than one statement", name, version);
    for (size_t i = 0; i < LENGTH_OF(forbidden); i++)
        if (has_word(sql, forbidden[i]))
            fail_msg("%s, %ld: %s", name, version, forbidden[i]);
}

static void test_every_file_is_one_reading_statement_for_every_version(void **state)
{
    unsigned files = 0;

    (void)state;
    for (const struct catalog_file *file = postgres_files; file->name != NULL; file++, files++) {
        struct catalog_query query = parsed(file);
        bool served = false;

        for (size_t i = 0; i < LENGTH_OF(versions); i++)
            if (versions[i] >= query.min_version && versions[i] <= query.max_version) {
                check_statement(&query, versions[i]);
                served = true;
            }
        if (!served)
            fail_msg("%s is for no version that is supported", file->name);
    }
    assert_true(files > 50);
}

/* So that the checks above would notice. */
static void test_the_checks_find_what_they_look_for(void **state)
{
    char open[] = "SELECT 'a";
    char quoted[] = "SELECT 'insert (' AS \"drop)\"";

    (void)state;
    assert_false(blank_quotes(open));
    assert_true(blank_quotes(quoted));
    assert_false(has_word(quoted, "insert") || has_word(quoted, "drop"));
    assert_true(is_balanced(quoted, '(', ')'));
    assert_true(has_word("a; drop table", "drop") && !has_word("attisdropped", "drop"));
    assert_true(selects_everything("SELECT\n  * FROM t") && selects_everything("SELECT t.* FROM t"));
    assert_false(selects_everything("SELECT a * b FROM t"));
    assert_false(is_balanced("(", '(', ')') || is_balanced(")(", '(', ')'));
}

static bool is_of_others(enum kind kind)
{
    static const enum kind others[] = {KIND_EVENT,
                                       KIND_SYNONYM,
                                       KIND_TABLE_TYPE,
                                       KIND_XML_SCHEMA_COLLECTION,
                                       KIND_ROLE,
                                       KIND_PARTITION_FUNCTION,
                                       KIND_PARTITION_SCHEME};

    for (size_t i = 0; i < LENGTH_OF(others); i++)
        if (others[i] == kind)
            return true;
    return false;
}

/* Every top-level kind that PostgreSQL has is read by some file, or is what a row of another file may be. */
static void test_every_kind_is_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < kind_table_count; i++) {
        char quoted[64];
        bool found = is_of_others(kind_table[i].kind);

        snprintf(quoted, sizeof quoted, "'%s'", kind_table[i].name);
        for (const struct catalog_file *file = postgres_files; file->name != NULL; file++)
            found = found || parsed(file).kind == kind_table[i].kind || strstr(file->sql, quoted) != NULL;
        if (!found)
            fail_msg("no file reads the kind %s", kind_table[i].name);
    }
}

/* A set is sorted under its name wherever it comes from, so no other file may give an ordered list that name. */
static void test_no_name_is_a_set_here_and_a_list_there(void **state)
{
    (void)state;
    for (const struct catalog_file *file = postgres_files; file->name != NULL; file++)
        for (const char *end = file->sql; (end = strstr(end, "{}\"")) != NULL; end++) {
            const char *begin = end;
            char list[128];

            while (begin[-1] != '"')
                begin--;
            snprintf(list, sizeof list, "\"%.*s[]\"", (int)(end - begin) - (end[-1] == '!'), begin);
            for (const struct catalog_file *other = postgres_files; other->name != NULL; other++)
                if (strstr(other->sql, list) != NULL)
                    fail_msg("%s is a set in %s and a list in %s", list, file->name, other->name);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_file_is_one_reading_statement_for_every_version),
        cmocka_unit_test(test_the_checks_find_what_they_look_for),
        cmocka_unit_test(test_every_kind_is_named),
        cmocka_unit_test(test_no_name_is_a_set_here_and_a_list_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
