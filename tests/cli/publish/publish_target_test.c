#include "publish/publish_target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "support/cmocka.h"

/* What an entry says, in JSON, which is YAML; NULL when it is refused, and then the error says why. */
static const struct publish_target *read(const char *json, struct arena *arena, struct error *error)
{
    struct publish_target *target = arena_alloc(arena, sizeof *target);
    static cyaml_schema_value_t schema;
    struct config_file file = {.path = "x", .text = text_from(json), .arena = arena};
    bool is_good;

    assert_non_null(target);
    schema = publish_entry_schema;
    schema.flags |= CYAML_FLAG_POINTER;
    file.schema = &schema;
    if (config_load_text("x", file.text, &schema, &file.content, error) != ERROR_NONE)
        return NULL;
    is_good = publish_target_read(target, &file, file.content, 0, error) == ERROR_NONE;
    config_file_close(&file);
    return is_good ? target : NULL;
}

static void test_defaults(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    const struct publish_target *target;
    struct error error = {0};

    (void)state;
    arena_init(&arena, 1024 * 1024);
    target = read("{name: docs, repository: acme/shop, token: 'env:TOKEN'}", &arena, &error);
    assert_non_null(target);
    assert_int_equal(target->host, PUBLISH_GITHUB);
    assert_string_equal(target->url, "https://api.github.com");
    assert_string_equal(target->branch, "driftline/docs");
    assert_null(target->base);
    assert_int_equal(target->timeout_ms, 120000);
    assert_int_equal(target->labels.count, 2);
    assert_string_equal(target->labels.items[0], "schema-sync");
    target = read("{name: docs, host: git, repository: ../shop.git}", &arena, &error);
    assert_non_null(target);
    assert_int_equal(target->labels.count, 0);
}

static void test_what_is_refused(void **state)
{
    static const char *const entries[] = {
        "{name: a, repository: acme/shop}",                                            /* no token */
        "{name: a, repository: shop, token: 'env:T'}",                                 /* no owner */
        "{name: a, repository: a/b/c, token: 'env:T'}",                                /* too much */
        "{name: a, repository: ../b, token: 'env:T'}",                                 /* climbs */
        "{name: a, repository: a/b, token: ghp_x}",                                    /* a secret */
        "{name: a, repository: a/b, token: 'env:T', branch: 'x y'}",                   /* no branch */
        "{name: a, repository: a/b, token: 'env:T', branch: a.lock}",                  /* no branch */
        "{name: a, repository: a/b, token: 'env:T', base: driftline/a}",               /* its own base */
        "{name: a, repository: a/b, token: 'env:T', author: {name: '<x>', email: x}}", /* forges a line */
        "{name: a, repository: a/b, token: 'env:T', app: {id: x, installation: 1, key: 'env:K'}}",
        "{name: a, repository: a/b, app: {id: '1', installation: '0', key: 'env:K'}}",
        "{name: a, host: git, repository: x, labels: [a]}",    /* has none */
        "{name: a, host: git, repository: x, token: 'env:T'}", /* not by https */
        "{name: a, host: git, repository: 'https://u:p@x/y'}", /* a secret */
        "{name: a, host: git, repository: 'ext::sh -c x'}",
        "{name: a, host: git, repository: '--upload-pack=x'}",
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(entries); i++) {
        CLEANUP(arena_free) struct arena arena;
        struct error error = {0};

        print_message("  %s\n", entries[i]);
        arena_init(&arena, 1024 * 1024);
        assert_null(read(entries[i], &arena, &error));
        assert_int_equal(error.code, ERROR_CONFIG);
        assert_memory_equal(error.message, "x:1:", 4);
        assert_null(strstr(error.message, "ghp_x"));
        assert_null(strstr(error.message, "u:p@"));
    }
}

/* The keys in the reference are those that there are. */
static void test_the_reference(void **state)
{
    CLEANUP(arena_free) struct arena arena;
    CLEANUP(buffer_clear) struct buffer table = {0};
    struct error error = {0};
    struct text page;
    const char *path;

    (void)state;
    arena_init(&arena, 16 * 1024 * 1024);
    path = arena_printf(&arena, "%s/docs/reference/publish.md", getenv("DRIFTLINE_SOURCE_DIR"));
    assert_non_null(path);
    assert_int_equal(file_read(path, 1024 * 1024, &arena, &page, &error), ERROR_NONE);
    option_write_key_reference(&table, publish_target_keys);
    if (strstr(page.bytes, table.bytes) == NULL) {
        fputs(table.bytes, stderr);
        fail_msg("'%s' has another table of keys", path);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_what_is_refused),
        cmocka_unit_test(test_the_reference),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
