/* Rust: an enum with its labels for each enum, a struct for each record. Only the standard library is needed: what it
 * has no type for is a String, in the form that the database gives it.
 */
#include "codegen/filter.h"
#include "codegen/language.h"
#include "codegen/letters.h"
#include "template_rust.h"

static void literal(struct buffer *output, struct text text, const struct filter_place *place)
{
    (void)place;
    buffer_add_byte(output, '"');
    while (text.length > 0) {
        size_t length;
        uint32_t character = letter_read(text, &length);

        if (character == '"' || character == '\\')
            buffer_add_byte(output, '\\');
        if (filter_is_hidden(character))
            buffer_printf(output, "\\u{%x}", (unsigned)character);
        else
            letter_write(output, character);
        text = (struct text){text.bytes + length, text.length - length};
    }
    buffer_add_byte(output, '"');
}

static const struct filter filters[] = {
    {"literal", literal}, {"comment", filter_line_comment}, {"line", filter_one_line}, {"raw", filter_raw}, {0}};

static const char *const reserved[] = {
    "Self",  "abstract", "as",      "async",  "await",   "become", "box",   "break", "const",    "continue", "crate",
    "do",    "dyn",      "else",    "enum",   "extern",  "false",  "final", "fn",    "for",      "if",       "impl",
    "in",    "let",      "loop",    "macro",  "match",   "mod",    "move",  "mut",   "override", "priv",     "pub",
    "ref",   "return",   "self",    "static", "struct",  "super",  "trait", "true",  "try",      "type",     "typeof",
    "union", "unsafe",   "unsized", "use",    "virtual", "where",  "while", "yield", NULL,
};

static const char *const reserved_types[] = {"Clone", "Copy",   "Debug", "Default", "Eq",        "Err",
                                             "Hash",  "None",   "Ok",    "Option",  "PartialEq", "Result",
                                             "Some",  "String", "Vec",   NULL};

static const struct language_construct constructs[] = {{"enum", template_rust_enum},
                                                       {"table", template_rust_table},
                                                       {"enums", template_rust_enums},
                                                       {"module", template_rust_module},
                                                       {"version", template_rust_version},
                                                       {"package", template_rust_package},
                                                       {0}};

static const struct language_file files[] = {{"mod.rs", "package", NULL, NULL, NULL},
                                             {"enums.rs", "enums", "enum", NULL, NULL},
                                             {"tables.rs", "module", NULL, "table", NULL},
                                             {"schema_version.rs", "version", NULL, NULL, NULL},
                                             {0}};

const struct language language_rust = {
    .name = "rust",
    .title = "Rust",
    .marks = TREE_MARKS_SLASHES,
    .line_comment = "///",
    .types =
        {
            [CODE_BOOLEAN] = {"bool", NULL},
            [CODE_INT8] = {"i8", NULL},
            [CODE_INT16] = {"i16", NULL},
            [CODE_INT32] = {"i32", NULL},
            [CODE_INT64] = {"i64", NULL},
            [CODE_UINT8] = {"u8", NULL},
            [CODE_UINT16] = {"u16", NULL},
            [CODE_UINT32] = {"u32", NULL},
            [CODE_UINT64] = {"u64", NULL},
            [CODE_FLOAT32] = {"f32", NULL},
            [CODE_FLOAT64] = {"f64", NULL},
            [CODE_BYTES] = {"Vec<u8>", NULL},
        },
    .text = "String",
    .unknown = {"String", NULL},
    .array = "Vec<@>",
    .range = "String",
    .nullable = "Option<@>",
    .type_names = {WORDS_PASCAL, "T", true},
    .field_names = {WORDS_SNAKE, "field_", false},
    .member_names = {WORDS_PASCAL, "Value", true},
    .reserved_format = "@_",
    .reserved = reserved,
    .reserved_types = reserved_types,
    .filters = filters,
    .constructs = constructs,
    .files = files,
};
