/* Python: a package with an Enum class for each enum and a TypedDict for each record, with dataclasses and Pydantic
 * models beside them if they are wanted.
 *
 * What agent/sources/python reads back is the first line of each docstring, and `Annotated` beside each field that is
 * not called as its column is; both must stay as they are.
 */
#include "base/compiler.h"
#include "codegen/codegen_options.h"
#include "codegen/filter.h"
#include "codegen/language.h"
#include "codegen/letters.h"
#include "template_python.h"

/* ---- filters ---- */

static void write_escape(struct buffer *output, uint32_t character)
{
    if (character == '\n')
        buffer_add_string(output, "\\n");
    else if (character == '\t')
        buffer_add_string(output, "\\t");
    else if (character < 0x100)
        buffer_printf(output, "\\x%02x", (unsigned)character);
    else
        buffer_printf(output, character < 0x10000 ? "\\u%04x" : "\\U%08x", (unsigned)character);
}

/* What may stand in any string in double quotes. */
static void write_character(struct buffer *output, uint32_t character)
{
    if (character == '"' || character == '\\')
        buffer_add_byte(output, '\\');
    if (filter_is_hidden(character))
        write_escape(output, character);
    else
        letter_write(output, character);
}

static void write_literal(struct buffer *output, struct text text)
{
    while (text.length > 0) {
        size_t length;
        uint32_t character = letter_read(text, &length);

        text = (struct text){text.bytes + length, text.length - length};
        write_character(output, character);
    }
}

static void literal(struct buffer *output, struct text text, const struct filter_place *place)
{
    (void)place;
    buffer_add_byte(output, '"');
    write_literal(output, text);
    buffer_add_byte(output, '"');
}

/* By which a field says what its column is really called. */
static void marker(struct buffer *output, struct text text, const struct filter_place *place)
{
    (void)place;
    buffer_add_string(output, "\"column: ");
    write_literal(output, text);
    buffer_add_byte(output, '"');
}

/* The inside of a string between three double quotes. */
static void write_docstring(struct buffer *output, struct text text, const struct filter_place *place, bool one_line)
{
    while (text.length > 0) {
        size_t length;
        uint32_t character = letter_read(text, &length);

        text = (struct text){text.bytes + length, text.length - length};
        if (character == '\n' && !one_line) {
            buffer_add_byte(output, '\n');
            if (text.length > 0 && text.bytes[0] != '\n')
                buffer_add_text(output, place->indent);
            continue;
        }
        write_character(output, character);
    }
}

static void docstring(struct buffer *output, struct text text, const struct filter_place *place)
{
    write_docstring(output, text, place, false);
}

static void docstring_line(struct buffer *output, struct text text, const struct filter_place *place)
{
    write_docstring(output, text, place, true);
}

static const struct filter filters[] = {
    {"literal", literal},
    {"marker", marker},
    {"docstring", docstring},
    {"docstring_line", docstring_line},
    {"comment", filter_line_comment},
    {"line", filter_one_line},
    {"raw", filter_raw},
    {0},
};

/* ---- names ---- */

static const char *const reserved[] = {
    "False", "None",     "True",  "and",    "as",   "assert", "async",  "await",    "break",
    "class", "continue", "def",   "del",    "elif", "else",   "except", "finally",  "for",
    "from",  "global",   "if",    "import", "in",   "is",     "lambda", "nonlocal", "not",
    "or",    "pass",     "raise", "return", "try",  "while",  "with",   "yield",    NULL,
};

static const char *const reserved_types[] = {
    "Annotated", "Any", "BaseModel", "Enum", "Field", "IntEnum", "NotRequired", "TypedDict", NULL,
};

/* Names by which a class that is no TypedDict would hide what its other fields are made of, and those that Pydantic
 * keeps for itself. What begins like the prefix that they get has it, too, so that no two become one. */
static bool is_awkward(struct text field)
{
    static const char *const names[] = {
        "Annotated", "Any", "UUID", "annotations", "bool", "bytes", "dataclass", "datetime", "decimal", "dict", "float",
        "int", "list", "object", "property", "str", "tuple", "uuid",
        /* Pydantic's */
        "Config", "construct", "copy", "fields", "from_orm", "json", "model_computed_fields", "model_config",
        "model_construct", "model_copy", "model_dump", "model_dump_json", "model_extra", "model_fields",
        "model_fields_set", "model_json_schema", "model_parametrized_name", "model_post_init", "model_rebuild",
        "model_validate", "model_validate_json", "mro", "parse_file", "parse_obj", "parse_raw", "register", "schema",
        "schema_json", "update_forward_refs", "validate"};

    for (size_t i = 0; i < LENGTH_OF(names); i++)
        if (text_equal(field, text_from(names[i])))
            return true;
    return field.bytes[0] == '_' || text_starts_with(field, TEXT("field_"));
}

static bool wants_dataclasses(const struct codegen_options *options)
{
    return options->dataclasses;
}

static bool wants_pydantic(const struct codegen_options *options)
{
    return options->pydantic;
}

static const struct language_construct constructs[] = {
    {"enum", template_python_enum},
    {"table", template_python_table},
    {"dataclass", template_python_dataclass},
    {"model", template_python_model},
    {"enums", template_python_enums},
    {"module", template_python_module},
    {"dataclasses", template_python_dataclasses},
    {"models", template_python_models},
    {"version", template_python_version},
    {"package", template_python_package},
    {0},
};

static const struct language_file files[] = {
    {"__init__.py", "package", NULL, NULL, NULL},
    {"enums.py", "enums", "enum", NULL, NULL},
    {"tables.py", "module", NULL, "table", NULL},
    {"records.py", "dataclasses", NULL, "dataclass", wants_dataclasses},
    {"models.py", "models", NULL, "model", wants_pydantic},
    {"schema_version.py", "version", NULL, NULL, NULL},
    {0},
};

#define DATETIME "import datetime"
#define ANY "from typing import Any"

const struct language language_python = {
    .name = "python",
    .title = "Python",
    .marks = TREE_MARKS_HASH,
    .line_comment = "#",
    .types =
        {
            [CODE_BOOLEAN] = {"bool", NULL},
            [CODE_INT8] = {"int", NULL},
            [CODE_INT16] = {"int", NULL},
            [CODE_INT32] = {"int", NULL},
            [CODE_INT64] = {"int", NULL},
            [CODE_UINT8] = {"int", NULL},
            [CODE_UINT16] = {"int", NULL},
            [CODE_UINT32] = {"int", NULL},
            [CODE_UINT64] = {"int", NULL},
            [CODE_FLOAT32] = {"float", NULL},
            [CODE_FLOAT64] = {"float", NULL},
            [CODE_DECIMAL] = {"decimal.Decimal", "import decimal"},
            [CODE_BYTES] = {"bytes", NULL},
            [CODE_DATE] = {"datetime.date", DATETIME},
            [CODE_TIME] = {"datetime.time", DATETIME},
            [CODE_TIME_ZONE] = {"datetime.time", DATETIME},
            [CODE_TIMESTAMP] = {"datetime.datetime", DATETIME},
            [CODE_TIMESTAMP_ZONE] = {"datetime.datetime", DATETIME},
            [CODE_INTERVAL] = {"datetime.timedelta", DATETIME},
            [CODE_JSON] = {"dict[str, Any]", ANY},
        },
    .text = "str",
    .unknown = {"Any", ANY},
    .array = "list[@]",
    .range = "str",
    .nullable = "@ | None",
    .type_names = {WORDS_PASCAL, "T", false},
    .field_names = {WORDS_AS_THEY_ARE, "field_", false},
    .member_names = {WORDS_UPPER, "VALUE_", false},
    .unicode = true,
    .reserved_format = "@_",
    .reserved = reserved,
    .reserved_types = reserved_types,
    .is_awkward = is_awkward,
    .filters = filters,
    .constructs = constructs,
    .files = files,
};
