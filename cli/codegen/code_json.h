/* codegen/code_json.h - what templates see.
 *
 * Everything is always there, so that a template that asks for what is not is wrong. (f): foreign, needs a filter.
 *
 *   language, title
 *   options         dataclasses, pydantic (true or false), package
 *   schema_version  version ("2026-11-21"), synced_at ("2026-11-21T10:00:00Z"), hash, previous_hash (or ""),
 *                   differences (a number), is_first (they are not known: nothing was generated before), engine (f),
 *                   counts: list of kind, plural, count
 *   enums           list of: name, path (f), comment (f), first_name (what it would be called if nobody else were,
 *                   or ""), has_details (comment or first_name), is_lookup, is_number, code,
 *                   labels: list of name, enum (its name), value (f), number (of is_number, or null), called (f)
 *   records         list of: name (of the row), base, insert_name (or ""), kind ("table"), title ("materialized view"),
 *                   is_table, is_view, is_composite, path (f), comment (f), first_name, has_details, code,
 *                   columns, insert_columns, required_columns (of an insert, not optional): lists of columns;
 *                   has_renamed, has_optional, has_nullable: whether one of them is
 *   a column        name, column (f), renamed (the two differ), comment (f), database_type (f), nullable,
 *                   has_default, generated, optional (may be left out of an insert), is_key,
 *                   awkward (as the language's table says, or called as a type is), aliased (renamed or awkward),
 *                   type (without null), full_type (with it), and of what that is made:
 *                   shape ("scalar", "enum", "record", "array", "range", "wish"), is_scalar, is_enum, is_record,
 *                   is_array, is_range, scalar ("int32" …; of an array or range that of the element),
 *                   element_type (or "")
 *
 * `code` is what a construct made of the item, without its last line feed, as soon as there is one; else it is empty.
 * In the template of a whole file also: file.path, imports (lines, sorted, each once), used_enums (list of names): what
 * the columns of its records need; has_renamed, has_optional, has_nullable: whether any of them is. A file without
 * records needs nothing. In the template of one enum or record its members are there without a prefix.
 */
#ifndef DRIFTLINE_CODEGEN_CODE_JSON_H
#define DRIFTLINE_CODEGEN_CODE_JSON_H

#include <jansson.h>

#include "base/compiler.h"
#include "base/error.h"
#include "codegen/code_model.h"
#include "codegen/code_version.h"

/* Make it. The caller releases it. */
enum error_code code_json_make(json_t **ret_json, const struct code_model *model, const struct code_model_input *input,
                               const struct code_version *version, struct error *error) MUST_CHECK;

/* Append a type as the language writes it. */
void code_type_write(struct buffer *output, const struct code_type *type, const struct language *language);

/* Put the lines that a type needs into a set (an object whose keys they are). */
bool code_type_imports(const struct code_type *type, const struct language *language, json_t *imports);

#endif
