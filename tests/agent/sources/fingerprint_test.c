/* The fingerprint has no blind spot: whatever catalogue the snapshot's queries read, it reads as well, and so do the
 * counts. */
#include "sources/postgres/fingerprint.h"

#include <regex.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "sources/catalog.h"
#include "support/cmocka.h"

extern const struct catalog_file postgres_files[];

static const long versions[] = {120000, 130000, 140000, 150004, 160000, 170000, 180000};

/* What is read in another way than row by row, and the catalogues behind that. */
static const struct {
    const char *view, *catalogue;
} behind[] = {
    {"pg_roles", "pg_authid"},
    {"pg_user_mappings", "pg_user_mapping"},
    {"pg_subscription", "pg_subscription"},
};

/* Whether a list of names, each between characters that are none of a name, has this one. */
static bool names(const char *list, const char *name)
{
    size_t length = strlen(name);

    for (const char *at = list; (at = strstr(at, name)) != NULL; at += length)
        if (strchr("_abcdefghijklmnopqrstuvwxyz", at[length]) == NULL || at[length] == '\0')
            return true;
    return false;
}

static void check_catalogue(const char *name, const char *file, const char *fingerprint, const char *counted)
{
    const char *catalogue = name;
    char words[96];

    snprintf(words, sizeof words, "FROM pg_catalog.%s x", name);
    /* The number of the current database, which stays as long as there is one. */
    if (strcmp(name, "pg_database") == 0)
        return;
    for (size_t i = 0; i < LENGTH_OF(behind); i++)
        if (strcmp(name, behind[i].view) == 0) {
            catalogue = behind[i].catalogue;
            snprintf(words, sizeof words, "pg_catalog.%s ", name);
        }
    if (strstr(fingerprint, words) == NULL)
        fail_msg("%s reads %s, the fingerprint does not", file, name);
    if (!names(counted, catalogue))
        fail_msg("%s reads %s, whose rows are not counted", file, name);
}

/* Every name behind FROM or JOIN, and within the inner query of the subscriptions. */
static unsigned check_query(const char *sql, const char *file, const char *fingerprint, const char *counted)
{
    unsigned found = 0;
    regmatch_t match[3];
    regex_t pattern;

    assert_int_equal(regcomp(&pattern, "(FROM|JOIN)[[:space:]]+pg_catalog\\.(pg_[a-z_]+)[^a-z_(]", REG_EXTENDED), 0);
    for (const char *at = sql; regexec(&pattern, at, LENGTH_OF(match), match, 0) == 0; at += match[2].rm_eo) {
        char name[64];

        snprintf(name, sizeof name, "%.*s", (int)(match[2].rm_eo - match[2].rm_so), at + match[2].rm_so);
        check_catalogue(name, file, fingerprint, counted);
        found++;
    }
    regfree(&pattern);
    return found;
}

static void test_everything_that_is_read_counts(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(versions); i++) {
        CLEANUP(buffer_clear) struct buffer fingerprint = {0};
        CLEANUP(buffer_clear) struct buffer counted = {0};
        unsigned found = 0;

        fingerprint_sql(&fingerprint, versions[i]);
        fingerprint_catalogues(&counted, versions[i]);
        for (const struct catalog_file *file = postgres_files; file->name != NULL; file++) {
            CLEANUP(buffer_clear) struct buffer sql = {0};
            struct catalog_query query;
            struct error error;

            assert_int_equal(catalog_query_parse(&query, file, &error), ERROR_NONE);
            if (versions[i] < query.min_version || versions[i] > query.max_version)
                continue;
            catalog_query_sql(&sql, &query, versions[i]);
            found += check_query(sql.bytes, file->name, fingerprint.bytes, counted.bytes);
        }
        assert_true(found > 100);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_everything_that_is_read_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
