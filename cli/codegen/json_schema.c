/* JSON Schema (2020-12): one document with a definition for each enum, record and insert. A row is an object as
 * PostgreSQL's row_to_json() makes it: members are called as the columns are.
 */
#include "codegen/filter.h"
#include "codegen/language.h"
#include "template_json_schema.h"

static const struct filter filters[] = {{"literal", filter_json}, {"raw", filter_raw}, {0}};

static const char *const reserved[] = {NULL};

static const struct language_construct constructs[] = {{"enum", template_json_schema_enum},
                                                       {"table", template_json_schema_table},
                                                       {"module", template_json_schema_module},
                                                       {"version", template_json_schema_version},
                                                       {0}};

static const struct language_file files[] = {
    {"schema.json", "module", "enum", "table", NULL}, {"schema_version.json", "version", NULL, NULL, NULL}, {0}};

#define INTEGER(least, most) "{\"type\": \"integer\", \"minimum\": " least ", \"maximum\": " most "}"
#define STRING "{\"type\": \"string\"}"

const struct language language_json_schema = {
    .name = "json-schema",
    .title = "JSON Schema",
    .marks = TREE_MARKS_NONE,
    .types =
        {
            [CODE_BOOLEAN] = {"{\"type\": \"boolean\"}", NULL},
            [CODE_INT8] = {INTEGER("-128", "127"), NULL},
            [CODE_INT16] = {INTEGER("-32768", "32767"), NULL},
            [CODE_INT32] = {INTEGER("-2147483648", "2147483647"), NULL},
            [CODE_INT64] = {"{\"type\": \"integer\"}", NULL},
            [CODE_UINT8] = {INTEGER("0", "255"), NULL},
            [CODE_UINT16] = {INTEGER("0", "65535"), NULL},
            [CODE_UINT32] = {INTEGER("0", "4294967295"), NULL},
            [CODE_UINT64] = {"{\"type\": \"integer\", \"minimum\": 0}", NULL},
            [CODE_FLOAT32] = {"{\"type\": \"number\"}", NULL},
            [CODE_FLOAT64] = {"{\"type\": \"number\"}", NULL},
            [CODE_DECIMAL] = {"{\"type\": \"number\"}", NULL},
            [CODE_DATE] = {"{\"type\": \"string\", \"format\": \"date\"}", NULL},
            [CODE_TIMESTAMP_ZONE] = {"{\"type\": \"string\", \"format\": \"date-time\"}", NULL},
            [CODE_UUID] = {"{\"type\": \"string\", \"format\": \"uuid\"}", NULL},
            [CODE_JSON] = {"{}", NULL},
        },
    .text = STRING,
    .unknown = {"{}", NULL},
    .named = "{\"$ref\": \"#/$defs/@\"}",
    .array = "{\"type\": \"array\", \"items\": @}",
    .range = STRING,
    .nullable = "{\"anyOf\": [@, {\"type\": \"null\"}]}",
    .type_names = {WORDS_PASCAL, "T", false},
    .field_names = {WORDS_AS_THEY_ARE, "field_", false},
    .member_names = {WORDS_UPPER, "VALUE_", false},
    .unicode = false,
    .reserved_format = "@_",
    .reserved = reserved,
    .filters = filters,
    .constructs = constructs,
    .files = files,
};
