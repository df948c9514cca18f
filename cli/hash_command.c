#include "cli/command.h"

#include "cli/json.h"
#include "cli/output.h"

/* 0 is the root, then the aspects in their order. */
static const char *hash_choice(size_t number)
{
    return number == 0 ? "all" : settings_aspect_name(number - 1);
}

static const struct option options[] = {
    {"aspect", 0, OPTION_CHOICE, offsetof(struct settings, aspect), "ASPECT", NULL, "all", hash_choice, 0, 0,
     "the hash of this share of the schema"},
    {"format", 0, OPTION_CHOICE, offsetof(struct settings, format), "FORMAT", NULL, "text", settings_text_or_json, 0, 0,
     "print as"},
    {0},
};

static enum error_code run(const struct call *call, int *ret_status, struct error *error)
{
    CLEANUP(snapshot_freep) struct snapshot *snapshot = NULL;
    CLEANUP(buffer_clear) struct buffer output;
    char hex[HASH_HEX_SIZE];

    (void)ret_status;
    buffer_init(&output);
    if (command_read(call, &snapshot, error) != ERROR_NONE)
        return error->code;
    command_warn_gaps(snapshot);
    if (call->settings.format == FORMAT_JSON) {
        if (json_write(&output, json_snapshot(snapshot), error) != ERROR_NONE)
            return error->code;
    } else {
        hash_to_hex(call->settings.aspect == 0
                        ? &snapshot->root
                        : snapshot_aspect_root(snapshot, (enum aspect)(call->settings.aspect - 1)),
                    hex);
        buffer_printf(&output, "%s\n", hex);
    }
    return output_write(NULL, &output, error);
}

static const char *const examples[] = {
    "driftline hash postgres://app@db1/orders",
    "test \"$(driftline hash sqlite:a.db)\" = \"$(driftline hash sqlite:b.db)\"",
    NULL,
};

const struct command command_hash = {
    .name = "hash",
    .syntax = "REF",
    .summary = "print the hash of a schema",
    .text = "Prints 64 hexadecimal digits and a line end. Two schemas have the same hash if\n"
            "and only if they are the same: objects, grants, storage and what could not be\n"
            "read. With `--aspect` it is the hash of that share alone. Where things could\n"
            "not be read, standard error says so.\n",
    .examples = examples,
    .operands = {OPERAND_REF},
    .fewest_operands = 1,
    .options = options,
    .reads_schemas = true,
    .run = run,
};
