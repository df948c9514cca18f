#include "cli/planted_source.h"

#include "cli/reading.h"
#include "drift/diff.h"

/* How many changes are between them; none: as far as can be seen they are the same. */
static enum error_code count_changes(const struct call *call, const struct snapshot *source,
                                     const struct snapshot *target, uint32_t *ret_count, struct error *error)
{
    struct diff_options options;
    struct diff diff = {0};

    *ret_count = 0;
    if (hash_equal(&source->root, &target->root))
        return ERROR_NONE;
    diff_options_init(&options);
    if (diff_snapshots(&diff, target, source, &options, call->arena, error) != ERROR_NONE)
        return error->code;
    *ret_count = diff.change_count;
    if (diff.change_count == 0 && source->gap_count + target->gap_count == 0)
        *ret_count = 1; /* the roots know better */
    return ERROR_NONE;
}

static void refuse(const struct call *call, uint32_t changes, struct error *error)
{
    error_set(error, ERROR_USAGE,
              "the database of '--source' is not as '%s' was last seen: %u change%s; nothing was made",
              call->settings.planted, changes, changes == 1 ? "" : "s");
    error_hint(error,
               "give the database that the agent watches there; if that has just changed, wait until the agent has "
               "seen it. What differs: driftline diff '%s' REF",
               call->settings.planted);
}

enum error_code planted_source_check(const struct call *call, bool *ret_is_same, struct error *error)
{
    struct reading sides[] = {{.reference = call->settings.source, .label = "source"},
                              {.reference = call->settings.planted, .label = "target"}};
    struct ref_settings settings;
    uint32_t changes = 0;
    enum error_code code;

    *ret_is_same = false;
    if (command_ref_settings(call, &settings, error) != ERROR_NONE ||
        reading_run(sides, LENGTH_OF(sides), &settings, error) != ERROR_NONE)
        return error->code;
    code = count_changes(call, sides[0].snapshot, sides[1].snapshot, &changes, error);
    snapshot_free(sides[0].snapshot);
    snapshot_free(sides[1].snapshot);
    if (code != ERROR_NONE)
        return code;
    *ret_is_same = changes == 0;
    if (changes > 0)
        refuse(call, changes, error);
    return ERROR_NONE;
}
