#include "cli/command.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/json.h"
#include "cli/output.h"
#include "schema/object_list.h"
#include "schema/snapshot_file.h"

enum { LABEL_LIMIT = 64, ROOT_DIGITS = 12 };

static const struct option options[] = {
    {"output", 'o', OPTION_FILE, offsetof(struct settings, output), "FILE", NULL, NULL, NULL, 0, 0,
     "write to FILE, - for standard output; without it to DATABASE-HASH.snap in the current folder"},
    {"format", 0, OPTION_CHOICE, offsetof(struct settings, format), "FORMAT", NULL, "text", settings_text_or_json, 0, 0,
     "what to print about it"},
    {0},
};

/* The last piece of a path, without an ending such as .db. */
static struct text base_name(struct text path)
{
    while (path.length > 0 && path.bytes[path.length - 1] == '/')
        path.length--;
    for (size_t i = path.length; i > 0; i--)
        if (path.bytes[i - 1] == '/') {
            path = (struct text){path.bytes + i, path.length - i};
            break;
        }
    for (size_t i = path.length; i > 1; i--)
        if (path.bytes[i - 1] == '.')
            return (struct text){path.bytes, i - 1};
    return path;
}

/* What to call the database in the name of a file: never a secret, never another folder, never an option. */
static void write_label(struct buffer *buffer, const char *reference, const struct snapshot *snapshot)
{
    struct text label = {"", 0};
    struct error ignored;
    struct ref ref;

    if (ref_parse(&ref, text_from(reference), &ignored) == ERROR_NONE && ref.type != REF_STANDARD_INPUT)
        label = ref_has_database_name(&ref) ? ref_database_name(&ref) : base_name(ref.rest);
    if (label.length == 0 || memchr(label.bytes, '@', label.length) != NULL)
        label = snapshot->info.engine;
    for (size_t i = 0; i < label.length && i < LABEL_LIMIT; i++) {
        char c = label.bytes[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
                     (i > 0 && (c == '-' || c == '.'));

        buffer_add_byte(buffer, (uint8_t)(plain ? c : '_'));
    }
}

static enum error_code choose_name(const struct call *call, const struct snapshot *snapshot, const char **ret_name,
                                   struct error *error)
{
    CLEANUP(buffer_clear) struct buffer label;
    char hex[HASH_HEX_SIZE];
    const char *name = call->settings.output;

    buffer_init(&label);
    if (name == NULL) {
        hash_to_hex(&snapshot->root, hex);
        write_label(&label, call->operands[0], snapshot);
        name = arena_printf(call->arena, "%s-%.*s.snap", buffer_text(&label).bytes, ROOT_DIGITS, hex);
        if (label.failed || name == NULL)
            return arena_error(call->arena, error, "naming the file");
    }
    *ret_name = name;
    return ERROR_NONE;
}

/* For people only: programs read the name or the JSON. */
static void print_summary(const struct snapshot *snapshot, const char *name)
{
    char hex[HASH_HEX_SIZE];
    struct stat status;

    if (!isatty(STDERR_FILENO))
        return;
    hash_to_hex(&snapshot->root, hex);
    fprintf(stderr, "root     %s\nobjects  %u\n", hex, object_list_total(snapshot));
    if (strcmp(name, "-") != 0 && stat(name, &status) == 0)
        fprintf(stderr, "size     %jd bytes\n", (intmax_t)status.st_size);
}

static enum error_code print_result(const struct call *call, const struct snapshot *snapshot, const char *name,
                                    struct error *error)
{
    CLEANUP(buffer_clear) struct buffer output;
    struct stat status;
    json_t *result;

    buffer_init(&output);
    if (call->settings.format == FORMAT_TEXT) {
        if (strcmp(name, "-") == 0)
            return ERROR_NONE;
        buffer_printf(&output, "%s\n", name);
        return output_write(NULL, &output, error);
    }
    result = json_snapshot(snapshot);
    if (!json_add(result, "file", json_text(text_from(name))) ||
        (stat(name, &status) == 0 && !json_add(result, "bytes", json_integer(status.st_size)))) {
        json_decref(result);
        result = NULL;
    }
    if (json_write(&output, result, error) != ERROR_NONE)
        return error->code;
    return output_write(NULL, &output, error);
}

static enum error_code write_file(const struct snapshot *snapshot, const char *name, struct error *error)
{
    if (snapshot_file_write(snapshot, name, error) == ERROR_NONE)
        return ERROR_NONE;
    if (strcmp(name, "-") == 0 && output_has_no_reader())
        return ERROR_NONE;
    return error->code;
}

static enum error_code run(const struct call *call, int *ret_status, struct error *error)
{
    CLEANUP(snapshot_freep) struct snapshot *snapshot = NULL;
    bool to_output = call->settings.output != NULL && strcmp(call->settings.output, "-") == 0;
    const char *name = NULL;

    (void)ret_status;
    if (to_output && call->settings.format == FORMAT_JSON) {
        error_set(error, ERROR_USAGE, "'--output -' and '--format json' both want standard output");
        return error_hint(error, "write the snapshot to a file");
    }
    if (to_output && isatty(STDOUT_FILENO)) {
        error_set(error, ERROR_USAGE, "a snapshot is not for a terminal");
        return error_hint(error, "'driftline show' prints it; '--output FILE' writes it");
    }
    if (command_check_output(call, error) != ERROR_NONE || command_read(call, &snapshot, error) != ERROR_NONE ||
        choose_name(call, snapshot, &name, error) != ERROR_NONE || write_file(snapshot, name, error) != ERROR_NONE)
        return error->code;
    command_warn_gaps(snapshot);
    print_summary(snapshot, name);
    return print_result(call, snapshot, name, error);
}

static const char *const examples[] = {
    "driftline snapshot postgres://app@db1/orders -o orders.snap",
    "driftline snapshot sqlite:app.db -o - | ssh archive 'cat > app.snap'",
    NULL,
};

const struct command command_snapshot = {
    .name = "snapshot",
    .syntax = "REF",
    .summary = "keep a schema as a file",
    .text = "Reads the schema and writes it to a file, which every command takes in place\n"
            "of the database. The file is complete or it is not there. Prints the file's\n"
            "name. What could not be read is recorded in the snapshot and said on standard\n"
            "error.\n",
    .examples = examples,
    .operands = {OPERAND_REF},
    .fewest_operands = 1,
    .options = options,
    .reads_schemas = true,
    .run = run,
};
