/* C: one header with an enum and its labels for each enum, and a struct for each record. Text is a string; what C has
 * no type for is one, too, in the form that the database gives it. What is NULL is said beside the members, in
 * `is_null`.
 */
#include "codegen/filter.h"
#include "codegen/language.h"
#include "template_c.h"

static const struct filter filters[] = {{"literal", filter_c_literal},
                                        {"comment", filter_block_comment},
                                        {"line", filter_one_line},
                                        {"raw", filter_raw},
                                        {0}};

/* Words of C and C++, macros of the standard library, and what structs of ours have beside their columns. */
static const char *const reserved[] = {
    "alignas",   "alignof", "and",           "and_eq",    "asm",      "assert",   "auto",      "bitand",
    "bitor",     "bool",    "break",         "case",      "catch",    "char",     "class",     "compl",
    "complex",   "concept", "const",         "constexpr", "continue", "decltype", "default",   "delete",
    "do",        "double",  "else",          "enum",      "errno",    "explicit", "export",    "extern",
    "false",     "final",   "float",         "for",       "friend",   "goto",     "if",        "inline",
    "int",       "is_null", "is_set",        "linux",     "long",     "mutable",  "namespace", "new",
    "noexcept",  "not",     "not_eq",        "nullptr",   "operator", "or",       "or_eq",     "private",
    "protected", "public",  "register",      "requires",  "restrict", "return",   "short",     "signed",
    "sizeof",    "static",  "static_assert", "stderr",    "stdin",    "stdout",   "struct",    "switch",
    "template",  "this",    "thread_local",  "throw",     "true",     "try",      "typedef",   "typeid",
    "typename",  "typeof",  "union",         "unix",      "unsigned", "using",    "virtual",   "void",
    "volatile",  "while",   "xor",           "xor_eq",    NULL,
};

static const char *const reserved_types[] = {"int16_t",  "int32_t",  "int64_t",  "int8_t",  "ptrdiff_t", "size_t",
                                             "uint16_t", "uint32_t", "uint64_t", "uint8_t", "wchar_t",   NULL};

static const struct language_construct constructs[] = {{"enum", template_c_enum},
                                                       {"table", template_c_table},
                                                       {"module", template_c_module},
                                                       {"version", template_c_version},
                                                       {0}};

static const struct language_file files[] = {
    {"schema.h", "module", "enum", "table", NULL}, {"schema_version.h", "version", NULL, NULL, NULL}, {0}};

#define STRING "const char *"

const struct language language_c = {
    .name = "c",
    .title = "C",
    .marks = TREE_MARKS_SLASHES,
    .line_comment = "//",
    .types =
        {
            [CODE_BOOLEAN] = {"bool", NULL},
            [CODE_INT8] = {"int8_t", NULL},
            [CODE_INT16] = {"int16_t", NULL},
            [CODE_INT32] = {"int32_t", NULL},
            [CODE_INT64] = {"int64_t", NULL},
            [CODE_UINT8] = {"uint8_t", NULL},
            [CODE_UINT16] = {"uint16_t", NULL},
            [CODE_UINT32] = {"uint32_t", NULL},
            [CODE_UINT64] = {"uint64_t", NULL},
            [CODE_FLOAT32] = {"float", NULL},
            [CODE_FLOAT64] = {"double", NULL},
            [CODE_BYTES] = {"struct { size_t count; const uint8_t *items; }", NULL},
        },
    .text = STRING,
    .unknown = {STRING, NULL},
    .array = "struct { size_t count; @ *items; }",
    .range = STRING,
    .nullable = "@",
    .type_names = {WORDS_SNAKE, "t", false},
    .field_names = {WORDS_SNAKE, "field_", false},
    .member_names = {WORDS_UPPER, "VALUE_", false},
    .members_are_shared = true,
    .reserved_format = "@_",
    .reserved = reserved,
    .reserved_types = reserved_types,
    .filters = filters,
    .constructs = constructs,
    .files = files,
};
