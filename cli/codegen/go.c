/* Go: a string type with constants for each enum, a struct for each record. Only the standard library is needed. A
 * field is tagged `db` with the name of its column, and `json` where encoding/json takes that name.
 */
#include "codegen/filter.h"
#include "codegen/language.h"
#include "codegen/letters.h"
#include "template_go.h"

static void write_character(struct buffer *output, uint32_t character)
{
    if (character == '"' || character == '\\')
        buffer_add_byte(output, '\\');
    if (filter_is_hidden(character))
        buffer_printf(output, character < 0x10000 ? "\\u%04x" : "\\U%08x", (unsigned)character);
    else
        letter_write(output, character);
}

static void literal(struct buffer *output, struct text text, const struct filter_place *place)
{
    (void)place;
    buffer_add_byte(output, '"');
    while (text.length > 0) {
        size_t length;

        write_character(output, letter_read(text, &length));
        text = (struct text){text.bytes + length, text.length - length};
    }
    buffer_add_byte(output, '"');
}

/* A name that encoding/json takes as it is. */
static bool is_simple(struct text name)
{
    for (size_t i = 0; i < name.length; i++)
        if (!((name.bytes[i] >= 'a' && name.bytes[i] <= 'z') || (name.bytes[i] >= 'A' && name.bytes[i] <= 'Z') ||
              (name.bytes[i] >= '0' && name.bytes[i] <= '9') || name.bytes[i] == '_'))
            return false;
    return name.length > 0;
}

/* The tag of a field: a literal that holds literals. */
static void tag(struct buffer *output, struct text text, const struct filter_place *place)
{
    CLEANUP(buffer_clear) struct buffer inside;

    buffer_init(&inside);
    buffer_add_string(&inside, "db:");
    literal(&inside, text, place);
    if (is_simple(text)) {
        buffer_add_string(&inside, " json:");
        literal(&inside, text, place);
    }
    literal(output, buffer_text(&inside), place);
    output->failed = output->failed || inside.failed;
}

static const struct filter filters[] = {
    {"literal", literal},      {"tag", tag},        {"comment", filter_line_comment},
    {"line", filter_one_line}, {"raw", filter_raw}, {0}};

static const char *const reserved[] = {
    "break", "case",   "chan",   "const",  "continue", "default", "defer",     "else", "fallthrough",
    "for",   "func",   "go",     "goto",   "if",       "import",  "interface", "map",  "package",
    "range", "return", "select", "struct", "switch",   "type",    "var",       NULL,
};

/* What the file of versions declares. */
static const char *const reserved_types[] = {"Counts",       "DatabaseHash", "Differences", "Engine",
                                             "PreviousHash", "SyncedAt",     "Version",     NULL};

static const struct language_construct constructs[] = {{"enum", template_go_enum},       {"table", template_go_table},
                                                       {"enums", template_go_enums},     {"module", template_go_module},
                                                       {"version", template_go_version}, {0}};

static const struct language_file files[] = {{"enums.go", "enums", "enum", NULL, NULL},
                                             {"tables.go", "module", NULL, "table", NULL},
                                             {"schema_version.go", "version", NULL, NULL, NULL},
                                             {0}};

#define TIME "\"time\""

const struct language language_go = {
    .name = "go",
    .title = "Go",
    .marks = TREE_MARKS_SLASHES,
    .line_comment = "//",
    .types =
        {
            [CODE_BOOLEAN] = {"bool", NULL},
            [CODE_INT8] = {"int8", NULL},
            [CODE_INT16] = {"int16", NULL},
            [CODE_INT32] = {"int32", NULL},
            [CODE_INT64] = {"int64", NULL},
            [CODE_UINT8] = {"uint8", NULL},
            [CODE_UINT16] = {"uint16", NULL},
            [CODE_UINT32] = {"uint32", NULL},
            [CODE_UINT64] = {"uint64", NULL},
            [CODE_FLOAT32] = {"float32", NULL},
            [CODE_FLOAT64] = {"float64", NULL},
            [CODE_BYTES] = {"[]byte", NULL},
            [CODE_DATE] = {"time.Time", TIME},
            [CODE_TIMESTAMP] = {"time.Time", TIME},
            [CODE_TIMESTAMP_ZONE] = {"time.Time", TIME},
            [CODE_JSON] = {"json.RawMessage", "\"encoding/json\""},
        },
    .text = "string",
    .unknown = {"any", NULL},
    .array = "[]@",
    .range = "string",
    .nullable = "*@",
    .type_names = {WORDS_PASCAL, "X", true},
    .field_names = {WORDS_PASCAL, "X", true},
    .member_names = {WORDS_PASCAL, "X", true},
    .unicode = true,
    .reserved_format = "@_",
    .reserved = reserved,
    .reserved_types = reserved_types,
    .filters = filters,
    .constructs = constructs,
    .files = files,
};
