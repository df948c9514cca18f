/* TypeScript: an object of constants with a type of the same name for each enum, an interface for each record, whose
 * members are called as the columns are. Types are those that JSON and node-postgres give.
 */
#include "codegen/filter.h"
#include "codegen/language.h"
#include "template_typescript.h"

static const struct filter filters[] = {
    {"literal", filter_json}, {"comment", filter_block_comment}, {"line", filter_one_line}, {"raw", filter_raw}, {0}};

static const char *const reserved[] = {
    "abstract", "any",        "arguments", "as",       "async",    "await",      "boolean",   "break",     "case",
    "catch",    "class",      "const",     "continue", "debugger", "declare",    "default",   "delete",    "do",
    "else",     "enum",       "eval",      "export",   "extends",  "false",      "finally",   "for",       "function",
    "if",       "implements", "import",    "in",       "infer",    "instanceof", "interface", "is",        "keyof",
    "let",      "module",     "namespace", "never",    "new",      "null",       "number",    "object",    "package",
    "private",  "protected",  "public",    "readonly", "return",   "static",     "string",    "super",     "switch",
    "symbol",   "this",       "throw",     "true",     "try",      "type",       "typeof",    "undefined", "unique",
    "unknown",  "var",        "void",      "while",    "with",     "yield",      NULL,
};

static const char *const reserved_types[] = {"Array", "Date", "Object", "Record", "Uint8Array", NULL};

static const struct language_construct constructs[] = {{"enum", template_typescript_enum},
                                                       {"table", template_typescript_table},
                                                       {"enums", template_typescript_enums},
                                                       {"module", template_typescript_module},
                                                       {"version", template_typescript_version},
                                                       {"package", template_typescript_package},
                                                       {0}};

static const struct language_file files[] = {{"index.ts", "package", NULL, NULL, NULL},
                                             {"enums.ts", "enums", "enum", NULL, NULL},
                                             {"tables.ts", "module", NULL, "table", NULL},
                                             {"schema_version.ts", "version", NULL, NULL, NULL},
                                             {0}};

const struct language language_typescript = {
    .name = "typescript",
    .title = "TypeScript",
    .marks = TREE_MARKS_SLASHES,
    .line_comment = "//",
    .types =
        {
            [CODE_BOOLEAN] = {"boolean", NULL},
            [CODE_INT8] = {"number", NULL},
            [CODE_INT16] = {"number", NULL},
            [CODE_INT32] = {"number", NULL},
            [CODE_INT64] = {"string", NULL}, /* a number of JavaScript does not hold all of them */
            [CODE_UINT8] = {"number", NULL},
            [CODE_UINT16] = {"number", NULL},
            [CODE_UINT32] = {"number", NULL},
            [CODE_FLOAT32] = {"number", NULL},
            [CODE_FLOAT64] = {"number", NULL},
            [CODE_BYTES] = {"Uint8Array", NULL},
            [CODE_DATE] = {"Date", NULL},
            [CODE_TIMESTAMP] = {"Date", NULL},
            [CODE_TIMESTAMP_ZONE] = {"Date", NULL},
            [CODE_JSON] = {"unknown", NULL},
        },
    .text = "string",
    .unknown = {"unknown", NULL},
    .array = "Array<@>",
    .range = "string",
    .nullable = "@ | null",
    .type_names = {WORDS_PASCAL, "T", false},
    .field_names = {WORDS_AS_THEY_ARE, "field_", false},
    .member_names = {WORDS_UPPER, "VALUE_", false},
    .unicode = true,
    .reserved_format = "@_",
    .reserved = reserved,
    .reserved_types = reserved_types,
    .filters = filters,
    .constructs = constructs,
    .files = files,
};
