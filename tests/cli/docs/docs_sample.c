#include "docs_sample.h"

#include "cli/ref.h"
#include "support/cmocka.h"
#include "support/directory.h"

static struct snapshot *read_script(struct test_directory *directory, const char *path, unsigned steps_back)
{
    struct ref_settings settings = {.collector = {.url = NULL}};
    struct snapshot *snapshot = NULL;
    struct error error = {0};
    const char *reference = steps_back == 0 ? arena_printf(&directory->arena, "dummy:%s", path)
                                            : arena_printf(&directory->arena, "dummy:%s~%u", path, steps_back);

    source_settings_init(&settings.source);
    if (ref_snapshot(&snapshot, reference, &settings, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    return snapshot;
}

struct snapshot *docs_sample(unsigned steps_back)
{
    CLEANUP(test_directory_remove) struct test_directory directory;

    test_directory_make(&directory);
    return read_script(&directory, test_source_path(&directory, "tests/cli/docs/data/shop.yaml"), steps_back);
}

struct snapshot *docs_sample_of(struct text script)
{
    CLEANUP(test_directory_remove) struct test_directory directory;

    test_directory_make(&directory);
    return read_script(&directory, test_directory_write(&directory, "script.yaml", script), 0);
}
