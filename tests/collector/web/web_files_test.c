/* The table of files against the folder that it is made of. */
#include "web/web_files.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "support/cmocka.h"

static const char folder[] = "collector/web/files";

static void path_of(const struct web_file *file, char *ret_path, size_t size)
{
    const char *root = getenv("DRIFTLINE_SOURCE_DIR");

    assert_non_null(root);
    assert_true((size_t)snprintf(ret_path, size, "%s/%s/%s", root, folder, file->name) < size);
}

/* Byte by byte what is in the file: no quoting was lost on the way through CMake and C. */
static void test_files_are_what_was_written(void **state)
{
    (void)state;
    for (const struct web_file *file = web_files; file->name != NULL; file++) {
        char path[1024], *content = malloc(file->length + 1);
        FILE *stream;

        print_message("  %s\n", file->name);
        path_of(file, path, sizeof path);
        stream = fopen(path, "rb");
        assert_non_null(stream);
        assert_non_null(content);
        assert_int_equal(fread(content, 1, file->length + 1, stream), file->length);
        assert_memory_equal(content, file->content, file->length);
        assert_int_equal(file->content[file->length], '\0');
        fclose(stream);
        free(content);
    }
}

static void test_tags_are_hashes(void **state)
{
    (void)state;
    for (const struct web_file *file = web_files; file->name != NULL; file++) {
        unsigned char digest[32];
        char tag[sizeof digest * 2 + 3];
        unsigned length = 0;
        size_t end = 1;

        assert_int_equal(EVP_Digest(file->content, file->length, digest, &length, EVP_sha256(), NULL), 1);
        tag[0] = '"';
        for (unsigned i = 0; i < length; i++, end += 2)
            snprintf(tag + end, sizeof tag - end, "%02x", digest[i]);
        tag[end] = '"';
        tag[end + 1] = '\0';
        assert_string_equal(file->tag, tag);
    }
}

static void test_finding(void **state)
{
    (void)state;
    assert_string_equal(web_file_find(TEXT(""), TEXT("index.html"))->name, "index.html");
    assert_string_equal(web_file_find(TEXT("pages/"), TEXT("fleet.js"))->name, "pages/fleet.js");
    assert_string_equal(web_file_find(TEXT(""), TEXT("app.js"))->type, "text/javascript; charset=utf-8");
    assert_null(web_file_find(TEXT(""), TEXT("")));
    assert_null(web_file_find(TEXT(""), TEXT("fleet.js")));
    assert_null(web_file_find(TEXT("pages/"), TEXT("app.js")));
    assert_null(web_file_find(TEXT("pages/"), TEXT("../app.js")));
    assert_null(web_file_find(TEXT(""), TEXT("index.htm")));
}

/* The content policy forbids scripts and styles within pages, and all that is elsewhere: such a line would be dead. */
static void test_nothing_is_inline_or_elsewhere(void **state)
{
    static const char *const forbidden[] = {"http://",        "https://",  "style=\"",  "<style",
                                            "onclick=",       "innerHTML", "outerHTML", "insertAdjacentHTML",
                                            "document.write", "eval(",     "@import"};

    (void)state;
    for (const struct web_file *file = web_files; file->name != NULL; file++)
        for (size_t i = 0; i < LENGTH_OF(forbidden); i++)
            for (const char *found = strstr(file->content, forbidden[i]); found != NULL;
                 found = strstr(found + 1, forbidden[i]))
                if (strncmp(found, "http://www.w3.org/", 18) != 0) /* names of XML vocabularies */
                    fail_msg("%s: %.60s", file->name, found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files_are_what_was_written),
        cmocka_unit_test(test_tags_are_hashes),
        cmocka_unit_test(test_finding),
        cmocka_unit_test(test_nothing_is_inline_or_elsewhere),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
