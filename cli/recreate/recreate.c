#include "recreate/recreate.h"

#include <stdlib.h>

#include "recreate/arrange.h"
#include "recreate/late.h"
#include "recreate/writers.h"
#include "schema/object_list.h"

static const char doing[] = "writing a schema as SQL";

static void (*const writers[])(struct making *making, uint32_t object) = {
    [KIND_SCHEMA] = write_schema,
    [KIND_TABLE] = write_table,
    [KIND_FOREIGN_TABLE] = write_table,
    [KIND_VIEW] = write_view,
    [KIND_MATERIALIZED_VIEW] = write_view,
    [KIND_SEQUENCE] = write_sequence,
    [KIND_FUNCTION] = write_function,
    [KIND_PROCEDURE] = write_procedure,
    [KIND_AGGREGATE] = write_aggregate,
    [KIND_ENUM] = write_enum,
    [KIND_DOMAIN] = write_domain,
    [KIND_COMPOSITE_TYPE] = write_composite_type,
    [KIND_RANGE_TYPE] = write_range_type,
    [KIND_BASE_TYPE] = write_base_type,
    [KIND_CAST] = write_cast,
    [KIND_OPERATOR] = write_operator,
    [KIND_OPERATOR_CLASS] = write_operator_class,
    [KIND_OPERATOR_FAMILY] = write_operator_family,
    [KIND_COLLATION] = write_collation,
    [KIND_CONVERSION] = write_conversion,
    [KIND_TEXT_SEARCH_CONFIGURATION] = write_text_search_configuration,
    [KIND_TEXT_SEARCH_DICTIONARY] = write_text_search_dictionary,
    [KIND_TEXT_SEARCH_PARSER] = write_text_search_parser,
    [KIND_TEXT_SEARCH_TEMPLATE] = write_text_search_template,
    [KIND_LANGUAGE] = write_language,
    [KIND_EXTENSION] = write_extension,
    [KIND_FOREIGN_DATA_WRAPPER] = write_foreign_data_wrapper,
    [KIND_FOREIGN_SERVER] = write_foreign_server,
    [KIND_USER_MAPPING] = write_user_mapping,
    [KIND_EVENT_TRIGGER] = write_event_trigger,
    [KIND_PUBLICATION] = write_publication,
    [KIND_SUBSCRIPTION] = write_subscription,
    [KIND_STATISTICS] = write_statistics,
    [KIND_TRANSFORM] = write_transform,
    [KIND_ACCESS_METHOD] = write_access_method,
    [KIND_DEFAULT_PRIVILEGE] = write_default_privilege,
    [KIND_SYSTEM_PRIVILEGE] = write_system_privilege,
};

static enum error_code load_objects(struct making *making)
{
    struct object_list list;
    struct object *objects;
    struct text *paths;

    if (object_list_make(&list, making->snapshot, making->arena, making->error) != ERROR_NONE)
        return making->error->code;
    objects = arena_array(making->arena, list.count + 1, sizeof *objects);
    paths = arena_array(making->arena, list.count + 1, sizeof *paths);
    making->made_by = arena_array(making->arena, list.count + 1, sizeof *making->made_by);
    making->heritage = arena_array(making->arena, list.count + 1, sizeof *making->heritage);
    if (objects == NULL || paths == NULL || making->made_by == NULL || making->heritage == NULL)
        return arena_error(making->arena, making->error, doing);
    for (size_t i = 0; i < list.count; i++) {
        paths[i] = list.items[i].path;
        making->made_by[i] = STEP_NONE;
        if (snapshot_object(making->snapshot, list.items[i].entry, making->arena, &objects[i], making->error) !=
            ERROR_NONE)
            return making->error->code;
    }
    making->objects = objects;
    making->paths = paths;
    making->object_count = (uint32_t)list.count;
    return names_make(&making->names, objects, making->object_count, making->arena, making->error);
}

/* How many tables a partition hangs under. */
static unsigned depth_of(const struct making *making, uint32_t object)
{
    unsigned depth = 0;

    for (long above = bases_above(making, object); above != NAME_NONE && depth < PARTITION_DEPTH_MAX; depth++)
        above = bases_above(making, (uint32_t)above);
    return depth;
}

/* From the top down: what is said of a table goes to its partitions. */
static void write_all_inherited_triggers(struct making *making)
{
    for (unsigned depth = 0; depth <= PARTITION_DEPTH_MAX; depth++)
        for (uint32_t i = 0; i < making->object_count; i++) {
            const struct object *object = &making->objects[i];

            if (attribute_find(object->attributes, object->attribute_count, TEXT("inherited_triggers")) != NULL &&
                depth_of(making, i) == depth)
                write_inherited_triggers(making, i);
        }
}

static void write_all(struct making *making)
{
    write_settings(making);
    write_missing(making);
    late_find(making);
    for (uint32_t i = 0; i < making->object_count; i++) {
        enum kind kind = making->objects[i].kind;

        if (kind < LENGTH_OF(writers) && writers[kind] != NULL)
            writers[kind](making, i);
        else
            making_note(making, kind, making->paths[i], TEXT("no statement is known that makes it"));
    }
    write_all_inherited_triggers(making);
    late_write(making);
    write_roles(making);
}

static void note_gaps(struct making *making)
{
    for (uint32_t i = 0; i < making->snapshot->gap_count; i++) {
        const struct coverage_gap *gap = &making->snapshot->gaps[i];

        making_note(making, gap->kind, gap->object,
                    making_text(making, "the snapshot does not hold it: %.*s", TEXT_ARGS(gap->reason)));
    }
}

static int compare_notes(const void *a, const void *b)
{
    const struct recreate_note *first = a;
    const struct recreate_note *second = b;
    int order;

    if (first->kind != second->kind)
        return first->kind < second->kind ? -1 : 1;
    order = text_compare(first->object, second->object);
    return order != 0 ? order : text_compare(first->reason, second->reason);
}

enum error_code recreate_make(struct recreate_script *ret_script, const struct snapshot *snapshot,
                              const struct recreate_options *options, struct arena *arena, struct error *error)
{
    struct making making = {.options = options, .snapshot = snapshot, .arena = arena, .error = error};
    struct recreate_script script = {0};
    enum error_code code;

    if (!text_equal(snapshot->info.engine, TEXT("postgresql")))
        return error_set(error, ERROR_UNSUPPORTED, "a schema of '%.*s' cannot be written as SQL of PostgreSQL",
                         TEXT_ARGS(snapshot->info.engine));
    code = load_objects(&making);
    if (code == ERROR_NONE) {
        write_all(&making);
        note_gaps(&making);
        code = making_check(&making);
    }
    buffer_clear(&making.sql);
    if (code != ERROR_NONE)
        return code;
    if (arrange(&making, &script) != ERROR_NONE)
        return error->code;
    if (making.note_count > 0)
        qsort(making.notes, making.note_count, sizeof *making.notes, compare_notes);
    script.notes = making.notes;
    script.note_count = making.note_count;
    *ret_script = script;
    return ERROR_NONE;
}

/* A comment of one line, whatever is in it. */
static void write_comment_text(struct buffer *buffer, struct text text)
{
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.bytes[i];

        buffer_add_byte(buffer, c < ' ' || c == 127 ? ' ' : c);
    }
}

static void write_note(struct buffer *buffer, const struct recreate_note *note)
{
    const struct kind_facts *facts = kind_facts(note->kind);

    buffer_printf(buffer, "--   %s ", facts == NULL ? "?" : note->object.length > 0 ? facts->name : facts->plural);
    write_comment_text(buffer, note->object);
    buffer_add_string(buffer, ": ");
    write_comment_text(buffer, note->reason);
    buffer_add_byte(buffer, '\n');
}

void recreate_write(struct buffer *buffer, const struct recreate_script *script)
{
    if (script->note_count > 0)
        buffer_add_string(buffer, "-- What this does not make as it was:\n");
    for (size_t i = 0; i < script->note_count; i++)
        write_note(buffer, &script->notes[i]);
    for (size_t i = 0; i < script->statement_count; i++) {
        buffer_add_string(buffer, i > 0 || script->note_count > 0 ? "\n" : "");
        buffer_add_text(buffer, script->statements[i].sql);
    }
}
