#include "cli/asked.h"

#include <stdlib.h>

#include "base/file.h"
#include "support/cmocka.h"

static const char token[] = "dl_s3cret";

int asked_set_up(void **state)
{
    static struct test_directory directory;

    test_directory_make(&directory);
    unsetenv("DRIFTLINE_CONFIG");
    setenv("DRIFTLINE_TOKEN", token, 1);
    *state = &directory;
    return 0;
}

int asked_tear_down(void **state)
{
    unsetenv("DRIFTLINE_COLLECTOR");
    unsetenv("DRIFTLINE_TOKEN");
    test_directory_remove(*state);
    return 0;
}

struct test_process asked_run(struct test_directory *directory, const char *const *arguments,
                              const struct test_reply *replies, size_t count, const char **ret_requests)
{
    struct test_server server;
    struct test_process process;

    test_server_start(&server, replies, count);
    setenv("DRIFTLINE_COLLECTOR", server.url, 1);
    process = run_driftline(arguments, &directory->arena);
    *ret_requests = arena_string(&directory->arena, text_from(test_server_stop(&server)));
    test_server_clear(&server);
    assert_non_null(*ret_requests);
    assert_null(strstr(process.output.bytes, token));
    assert_null(strstr(process.errors.bytes, token));
    return process;
}

static void check_part(struct text whole, const char *expected)
{
    if (expected == NULL)
        assert_string_equal(whole.bytes, "");
    else if (strstr(whole.bytes, expected) == NULL)
        fail_msg("no '%s' in:\n%s", expected, whole.bytes);
}

void asked_check(const struct test_process *process, int status, const char *output, const char *errors)
{
    if (process->status != status)
        fail_msg("status %d, not %d: %s", process->status, status, process->errors.bytes);
    check_part(process->output, output);
    check_part(process->errors, errors);
}

struct text asked_sample(struct test_directory *directory, const char *name)
{
    const char *path = test_source_path(directory, arena_printf(&directory->arena, "tests/cli/data/answers/%s", name));
    struct error error = {0};
    struct text content = {0};

    assert_int_equal(file_read(path, 1024 * 1024, &directory->arena, &content, &error), ERROR_NONE);
    return content;
}

struct test_reply asked_json(struct test_directory *directory, struct text body)
{
    return test_reply_http(&directory->arena, "200 OK", ASKED_JSON_TYPE, body);
}
