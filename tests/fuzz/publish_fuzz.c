/* What others can write: messages of commits, and bodies of pull requests. A message is ours only if it says which tree
 * it is of; a body that is read can be written in every stage, and what people wrote around ours is then the same. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "publish/publish_commit.h"
#include "publish/publish_text.h"

static void check_message(struct text bytes)
{
    struct publish_commit commit = {.message = bytes};
    struct publish_trailer trailer;

    if (publish_commit_is_ours(&commit, "orders", &trailer))
        abort(); /* the commit has no tree */
    memset(commit.tree.digits, 'a', 40);
    if (publish_commit_is_ours(&commit, "orders", &trailer) &&
        memmem(bytes.bytes, bytes.length, "Driftline-Tree: aaaa", 20) == NULL)
        abort();
}

static void check_body(struct text bytes)
{
    struct publish_body read, again;

    if (!publish_body_read(&read, bytes, "orders"))
        return;
    for (unsigned stage = 0; stage < PUBLISH_STAGE_COUNT; stage++) {
        CLEANUP(buffer_clear) struct buffer output = {0}, twice = {0};

        publish_body_restage(&output, bytes, "orders", (enum publish_stage)stage);
        if (output.failed || !publish_body_read(&again, buffer_text(&output), "orders") || again.stage != stage ||
            !hash_equal(&again.plan, &read.plan) || !text_equal(again.before, read.before) ||
            !text_equal(again.after, read.after))
            abort();
        publish_body_restage(&twice, buffer_text(&output), "orders", (enum publish_stage)stage);
        if (!text_equal(buffer_text(&twice), buffer_text(&output)) ||
            !publish_body_equal(buffer_text(&twice), buffer_text(&output)))
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct text bytes = {(const char *)data, size};

    check_message(bytes);
    check_body(bytes);
    return 0;
}
