#include "oracle/oracle_cases.h"

#include <glob.h>
#include <stdlib.h>

#include "base/file.h"
#include "support/cmocka.h"

enum { FILE_LIMIT = 1024 * 1024, EXPECTED_MAX = 64 };

static bool take_field(struct text line, struct text prefix, struct arena *arena, const char **ret_value)
{
    if (!text_starts_with(line, prefix))
        return false;
    line = (struct text){line.bytes + prefix.length, line.length - prefix.length};
    while (line.length > 0 && line.bytes[line.length - 1] == ' ')
        line.length--;
    *ret_value = arena_string(arena, line);
    assert_non_null(*ret_value);
    return true;
}

static int compare_strings(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void expect(struct oracle_case *now, const char *value, struct arena *arena)
{
    if (strcmp(value, "nothing") == 0)
        return;
    if (now->expected == NULL)
        now->expected = arena_array(arena, EXPECTED_MAX, sizeof *now->expected);
    assert_non_null(now->expected);
    assert_true(now->expected_count < EXPECTED_MAX);
    now->expected[now->expected_count++] = value;
}

static void finish(struct oracle_case *now, const char *end)
{
    now->sql.length = (size_t)(end - now->sql.bytes);
    if (now->expected_count > 1)
        qsort(now->expected, now->expected_count, sizeof *now->expected, compare_strings);
    if (now->oracle != ORACLE_AGREES && now->reason == NULL)
        fail_msg("%s: '%s' departs from pg_dump without a reason", now->file, now->title);
}

static struct oracle_case **read_file(const char *path, struct arena *arena, struct oracle_case **end)
{
    const char *file = arena_string(arena, text_from(strrchr(path, '/') + 1));
    struct oracle_case *now = NULL;
    struct error error;
    struct text content;
    const char *value;

    assert_non_null(file);
    assert_int_equal(file_read(path, FILE_LIMIT, arena, &content, &error), ERROR_NONE);
    for (const char *at = content.bytes; *at != '\0';) {
        const char *stop = strchr(at, '\n');
        const char *next = stop == NULL ? at + strlen(at) : stop + 1;
        struct text line = {at, (size_t)((stop == NULL ? next : stop) - at)};

        if (take_field(line, TEXT("-- case:"), arena, &value)) {
            if (now != NULL)
                finish(now, at);
            now = arena_alloc(arena, sizeof *now);
            assert_non_null(now);
            *now = (struct oracle_case){.file = file, .title = value + strspn(value, " ")};
            *end = now;
            end = &now->next;
        } else if (now != NULL && take_field(line, TEXT("-- expect: "), arena, &value)) {
            expect(now, value, arena);
        } else if (now != NULL && take_field(line, TEXT("-- reason: "), arena, &value)) {
            now->reason = value;
        } else if (now != NULL && take_field(line, TEXT("-- oracle: "), arena, &value)) {
            now->oracle = strcmp(value, "same") == 0 ? ORACLE_SAME : ORACLE_CHANGED;
        } else if (now != NULL && now->sql.bytes == NULL) {
            now->sql.bytes = at;
        }
        at = next;
    }
    if (now != NULL)
        finish(now, content.bytes + content.length);
    return end;
}

struct oracle_case *oracle_cases_read(const char *folder, struct arena *arena)
{
    struct oracle_case *first = NULL;
    struct oracle_case **end = &first;
    char *pattern = arena_printf(arena, "%s/*.sql", folder);
    glob_t files;

    assert_non_null(pattern);
    assert_int_equal(glob(pattern, 0, NULL, &files), 0);
    for (size_t i = 0; i < files.gl_pathc; i++)
        end = read_file(files.gl_pathv[i], arena, end);
    globfree(&files);
    return first;
}
