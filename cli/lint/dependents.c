#include "lint/dependents.h"

#include "lint/lexer.h"

static const char doing[] = "looking for what depends on it";

enum { MOST_NAMED = 5 };

struct dependent {
    enum kind kind;           /* KIND_VIEW, KIND_MATERIALIZED_VIEW, KIND_FUNCTION, KIND_PROCEDURE or KIND_FOREIGN_KEY */
    struct text path;         /* of a foreign key that of its table */
    struct text name;         /* of a foreign key */
    struct text content;      /* what it says; of a foreign key the path that it refers to */
    struct text_span columns; /* that a foreign key refers to */
};

struct dependents {
    struct dependent *items;
    size_t count, room;
};

/* ---- collecting ---- */

static void add(struct linter *linter, struct dependents *list, const struct dependent *dependent)
{
    if (linter_grow(linter, &list->items, list->count, &list->room, sizeof *dependent))
        list->items[list->count++] = *dependent;
}

static struct text path_of(struct linter *linter, const struct object *object)
{
    CLEANUP(buffer_clear) struct buffer path = {0};

    path_write(&path, object->kind, &object->path);
    if (path.failed)
        linter_fail(linter, error_memory(linter->error, doing));
    return linter_text(linter, buffer_text(&path));
}

static void add_foreign_keys(struct linter *linter, struct dependents *list, const struct object *object)
{
    for (uint32_t i = 0; i < object->part_count; i++) {
        const struct part *part = &object->parts[i];
        const struct attribute *columns;

        if (part->kind != KIND_FOREIGN_KEY)
            continue;
        columns = attribute_find(part->attributes, part->attribute_count, TEXT("referenced_columns"));
        add(linter, list,
            &(struct dependent){.kind = KIND_FOREIGN_KEY,
                                .path = path_of(linter, object),
                                .name = part->name,
                                .content = attribute_value(part->attributes, part->attribute_count, TEXT("references")),
                                .columns = columns == NULL ? (struct text_span){NULL, 0}
                                                           : (struct text_span){columns->items, columns->count}});
    }
}

static void add_content(struct linter *linter, struct dependents *list, const struct object *object, const char *name)
{
    struct text content = attribute_value(object->attributes, object->attribute_count, text_from(name));

    if (content.length > 0)
        add(linter, list,
            &(struct dependent){.kind = object->kind, .path = path_of(linter, object), .content = content});
}

static void add_object(struct linter *linter, struct dependents *list, const struct trie_entry *entry)
{
    struct object object;

    if (snapshot_object(linter->world.target, entry, linter->arena, &object, linter->error) != ERROR_NONE) {
        linter_fail(linter, linter->error->code);
        return;
    }
    if (entry->kind == KIND_TABLE) {
        add_foreign_keys(linter, list, &object);
        return;
    }
    add_content(linter, list, &object, "definition");
    add_content(linter, list, &object, "body");
}

static bool is_interesting(enum kind kind)
{
    return kind == KIND_TABLE || kind == KIND_VIEW || kind == KIND_MATERIALIZED_VIEW || kind == KIND_FUNCTION ||
           kind == KIND_PROCEDURE;
}

static const struct dependents *collect(struct linter *linter)
{
    const struct trie *home = snapshot_home(linter->world.target, KIND_TABLE); /* that of all these kinds */
    struct dependents *list = arena_alloc(linter->arena, sizeof *list);

    if (list == NULL) {
        linter_fail(linter, arena_error(linter->arena, linter->error, doing));
        return NULL;
    }
    for (uint32_t i = 0; i < home->count && linter->code == ERROR_NONE; i++)
        if (is_interesting(home->entries[i].kind))
            add_object(linter, list, &home->entries[i]);
    return list;
}

/* ---- asking ---- */

/* Bodies of functions are strings to SQL, but not to us: their text is what counts. */
static bool uses(const struct dependent *dependent, const struct step *step)
{
    struct text column = step->object_kind == KIND_COLUMN ? step->name : (struct text){"", 0};
    struct text name = step->name;

    if (dependent->kind == KIND_FOREIGN_KEY) {
        if (step->relation == NULL || !text_equal(dependent->content, step->relation->path) ||
            text_equal(dependent->path, step->relation->path))
            return false;
        for (size_t i = 0; column.length > 0 && i < dependent->columns.count; i++)
            if (text_equal(dependent->columns.items[i], column))
                return true;
        return column.length == 0;
    }
    if (step->relation != NULL)
        name = step->relation->name;
    else if (memchr(name.bytes, '(', name.length) != NULL)
        name.length = (size_t)((const char *)memchr(name.bytes, '(', name.length) - name.bytes);
    return !text_equal(dependent->path, step->object) && lexer_mentions(dependent->content, name) &&
           (column.length == 0 || lexer_mentions(dependent->content, column));
}

static enum lint_rule_number rule_of(enum kind kind)
{
    return kind == KIND_FOREIGN_KEY                              ? RULE_USED_BY_FOREIGN_KEY
           : kind == KIND_VIEW || kind == KIND_MATERIALIZED_VIEW ? RULE_USED_BY_VIEW
                                                                 : RULE_USED_BY_FUNCTION;
}

static void write_dependent(struct buffer *output, const struct dependent *dependent)
{
    buffer_add_text(output, dependent->path);
    if (dependent->kind != KIND_FOREIGN_KEY)
        return;
    buffer_add_string(output, " (");
    buffer_add_text(output, dependent->name);
    buffer_add_byte(output, ')');
}

static void check_one(struct linter *linter, const struct step *step, enum lint_rule_number rule)
{
    CLEANUP(buffer_clear) struct buffer names = {0};
    size_t count = 0;

    for (size_t i = 0; i < linter->dependents->count; i++) {
        const struct dependent *dependent = &linter->dependents->items[i];

        if (rule_of(dependent->kind) != rule || !uses(dependent, step))
            continue;
        if (count < MOST_NAMED) {
            buffer_add_string(&names, count > 0 ? ", " : "");
            write_dependent(&names, dependent);
        }
        count++;
    }
    if (count > MOST_NAMED)
        buffer_printf(&names, " and %zu more", count - MOST_NAMED);
    if (names.failed)
        linter_fail(linter, error_memory(linter->error, doing));
    if (count == 0 || names.failed)
        return;
    linter_detail(linter, "%.*s", TEXT_ARGS(buffer_text(&names)));
    linter_add(linter, rule, step, step->place);
}

static bool takes_away(const struct step *step)
{
    switch (step->kind) {
    case STEP_DROP_TABLE:
    case STEP_DROP_VIEW:
    case STEP_DROP_COLUMN:
        return true;
    case STEP_RENAME_TABLE:
    case STEP_RENAME_VIEW:
    case STEP_RENAME_COLUMN:
    case STEP_MOVE_TABLE:
    case STEP_DROP_FUNCTION:
    case STEP_RENAME_FUNCTION:
        return true;
    default:
        return false;
    }
}

/* Views and foreign keys follow a new name by themselves; texts of functions do not. */
static bool follows(const struct step *step)
{
    return step->kind == STEP_RENAME_TABLE || step->kind == STEP_RENAME_VIEW || step->kind == STEP_RENAME_COLUMN ||
           step->kind == STEP_MOVE_TABLE || step->kind == STEP_RENAME_FUNCTION || step->kind == STEP_DROP_FUNCTION;
}

void dependents_check(struct linter *linter, const struct step *step)
{
    if (linter->world.target == NULL || !takes_away(step) || linter->code != ERROR_NONE ||
        (step->relation != NULL && step->relation->state != THING_THERE))
        return;
    if (linter->dependents == NULL)
        linter->dependents = collect(linter);
    if (linter->dependents == NULL)
        return;
    if (!follows(step)) {
        check_one(linter, step, RULE_USED_BY_VIEW);
        check_one(linter, step, RULE_USED_BY_FOREIGN_KEY);
    }
    check_one(linter, step, RULE_USED_BY_FUNCTION);
}
