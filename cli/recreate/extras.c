#include "recreate/extras.h"

#include <stdlib.h>
#include <string.h>

enum { CHAIN_MAX = 8 }; /* how far a right may have been passed on */

void extras_put_comment(struct making *making, const struct facts *facts, const char *attribute,
                        const struct subject *subject)
{
    if (!fact_there(facts, attribute))
        return;
    put(making, "COMMENT ON ");
    put(making, subject->word);
    put(making, " ");
    put_text(making, subject->name);
    put(making, " IS ");
    put_literal(making, fact(facts, attribute));
    put(making, ";\n");
}

/* These belong to superusers only. */
static bool is_superusers(enum kind kind)
{
    return kind == KIND_EVENT_TRIGGER || kind == KIND_FOREIGN_DATA_WRAPPER || kind == KIND_SUBSCRIPTION;
}

static void put_owner(struct making *making, const struct facts *facts, const struct subject *subject)
{
    struct text owner = fact(facts, "owner");
    struct text name;

    if (owner.length == 0 || !making->options->owners)
        return;
    name = making_name(making, owner);
    making_role(making, name, is_superusers(facts->kind));
    put(making, "ALTER ");
    put(making, subject->alter);
    put(making, " ");
    put_text(making, subject->name);
    put(making, " OWNER TO ");
    put_text(making, name);
    put(making, ";\n");
}

void extras_put_bonds(struct making *making, const struct facts *facts, const struct subject *subject)
{
    const struct attribute *extensions = fact_list(facts, "depends_on_extensions");

    for (uint32_t i = 0; extensions != NULL && i < extensions->count; i++) {
        put(making, "ALTER ");
        put(making, subject->alter);
        put(making, " ");
        put_text(making, subject->name);
        put(making, " DEPENDS ON EXTENSION ");
        put_text(making, extensions->items[i]);
        put(making, ";\n");
    }
}

void extras_put(struct making *making, const struct facts *facts, const struct subject *subject)
{
    making_quiet(making, true);
    extras_put_comment(making, facts, "comment", subject);
    if (subject->alter != NULL) {
        put_owner(making, facts, subject);
        extras_put_bonds(making, facts, subject);
    }
    making_quiet(making, false);
}

/* What goes into one statement. */
static bool is_together(const struct privilege *a, const struct privilege *b)
{
    return text_equal(a->grantor, b->grantor) && text_equal(a->role, b->role) && text_equal(a->sequence, b->sequence) &&
           a->with_option == b->with_option && a->option_only == b->option_only;
}

static int compare_privileges(const void *a, const void *b)
{
    const struct privilege *first = a;
    const struct privilege *second = b;
    const struct text pairs[][2] = {
        {first->grantor, second->grantor}, {first->sequence, second->sequence}, {first->role, second->role}};
    int order;

    for (size_t i = 0; i < LENGTH_OF(pairs); i++) {
        order = text_compare(pairs[i][0], pairs[i][1]);
        if (order != 0)
            return order;
    }
    if (first->with_option != second->with_option)
        return first->with_option ? 1 : -1;
    if (first->option_only != second->option_only)
        return first->option_only ? 1 : -1;
    order = text_compare(first->privilege, second->privilege);
    return order != 0 ? order : text_compare(first->columns, second->columns);
}

struct granting {
    const char *before; /* "ALTER DEFAULT PRIVILEGES FOR ROLE x " */
    const struct subject *subject;
    struct text column;
    uint32_t object;
    bool revokes;
};

/* One statement for privileges that go together. */
static void put_statement(struct making *making, const struct granting *granting, const struct privilege *first,
                          size_t count)
{
    const struct subject *subject = granting->subject;

    put(making, granting->before);
    put(making, granting->revokes ? "REVOKE " : "GRANT ");
    put(making, first->option_only ? "GRANT OPTION FOR " : "");
    for (size_t i = 0; i < count; i++) {
        put(making, i == 0 ? "" : ", ");
        put_text(making, first[i].privilege);
        if (granting->column.length > 0 && first->sequence.length == 0) {
            put(making, " (");
            put_text(making, granting->column);
            put(making, ")");
        }
        put(making, first[i].columns.length > 0 ? " " : "");
        put_text(making, first[i].columns);
    }
    put(making, " ON ");
    put(making, first->sequence.length > 0 ? "SEQUENCE" : subject->grant_on);
    put(making, subject->name.length > 0 ? " " : "");
    put_text(making, first->sequence.length > 0 ? first->sequence : subject->name);
    put(making, granting->revokes ? " FROM " : " TO ");
    put_role(making, first->role);
    put(making, first->with_option ? " WITH GRANT OPTION;\n" : ";\n");
}

/* The schema in which an object is, or NULL. */
static const struct object *schema_of(const struct making *making, uint32_t object)
{
    const struct path *path = &making->objects[object].path;
    long schema = path->count < 2 ? NAME_NONE : names_find_bare(&making->names, KIND_SCHEMA, path->elements[0]);

    return schema == NAME_NONE ? NULL : &making->objects[schema];
}

static bool may_use(const struct object *schema, struct text role)
{
    const struct attribute *grants = attribute_find(schema->attributes, schema->attribute_count, TEXT("grants"));
    CLEANUP(buffer_clear) struct buffer name = {0};

    rendered_unquote(&name, role);
    if (text_equal(attribute_value(schema->attributes, schema->attribute_count, TEXT("owner")), buffer_text(&name)))
        return true;
    for (uint32_t i = 0; grants != NULL && i < grants->count; i++) {
        struct privilege privilege = privilege_read(grants->items[i]);

        if (text_equal(privilege.privilege, TEXT("USAGE")) &&
            (text_equal(privilege.role, role) || text_equal(privilege.role, TEXT("PUBLIC"))))
            return true;
    }
    return false;
}

static void put_usage(struct making *making, const struct object *schema, const char *before, const char *between,
                      struct text role)
{
    put(making, before);
    put_name(making, schema->path.elements[0]);
    put(making, between);
    put_text(making, role);
    put(making, ";\n");
}

/* Who passed on a right must be able to name what it is about, even if he may no longer. */
static void put_as(struct making *making, const struct granting *granting, const struct privilege *first, size_t count)
{
    const struct object *schema = schema_of(making, granting->object);
    bool lends = schema != NULL && first->grantor.length > 0 && !may_use(schema, first->grantor);

    if (first->grantor.length == 0) {
        put_statement(making, granting, first, count);
        return;
    }
    if (lends)
        put_usage(making, schema, "GRANT USAGE ON SCHEMA ", " TO ", first->grantor);
    put(making, "SET ROLE ");
    put_role(making, first->grantor);
    put(making, ";\n");
    put_statement(making, granting, first, count);
    put(making, "RESET ROLE;\n");
    if (lends)
        put_usage(making, schema, "REVOKE USAGE ON SCHEMA ", " FROM ", first->grantor);
}

static size_t group_length(const struct privilege *privileges, size_t count, size_t at)
{
    size_t end = at + 1;

    while (end < count && is_together(&privileges[at], &privileges[end]))
        end++;
    return end - at;
}

/* Whether who granted this has the right to do so by now: `done` says what was granted. */
static bool is_ready(const struct privilege *privileges, const bool *done, size_t count, size_t at)
{
    if (privileges[at].grantor.length == 0)
        return true;
    for (size_t i = 0; i < count; i++)
        if (done[i] && privileges[i].with_option && text_equal(privileges[i].role, privileges[at].grantor))
            return true;
    return false;
}

/* Rights that were passed on come behind those that allow it. */
static void put_groups(struct making *making, const struct granting *granting, const struct privilege *privileges,
                       size_t count)
{
    bool *done = arena_array(making->arena, count, sizeof *done);

    making->failed = making->failed || done == NULL;
    for (unsigned pass = 0; pass < CHAIN_MAX && done != NULL; pass++)
        for (size_t at = 0; at < count;) {
            size_t length = group_length(privileges, count, at);

            if (!done[at] && (pass + 1 == CHAIN_MAX || is_ready(privileges, done, count, at))) {
                put_as(making, granting, &privileges[at], length);
                memset(done + at, true, length * sizeof *done);
            }
            at += length;
        }
}

static void put_list(struct making *making, const struct granting *granting, const struct attribute *items)
{
    struct privilege *privileges;

    if (items == NULL || items->count == 0)
        return;
    privileges = making->failed ? NULL : arena_array(making->arena, items->count, sizeof *privileges);
    if (privileges == NULL) {
        making->failed = true;
        return;
    }
    for (uint32_t i = 0; i < items->count; i++)
        privileges[i] = privilege_read(items->items[i]);
    qsort(privileges, items->count, sizeof *privileges, compare_privileges);
    put_groups(making, granting, privileges, items->count);
}

void extras_put_privileges(struct making *making, const struct facts *facts, const char *before,
                           const struct subject *subject, struct text column)
{
    struct granting granting = {
        .before = before, .subject = subject, .column = column, .object = facts->object, .revokes = true};

    put_list(making, &granting, fact_list(facts, "revoked"));
    granting.revokes = false;
    put_list(making, &granting, fact_list(facts, "grants"));
}

static void put_labels(struct making *making, const struct facts *facts, const struct subject *subject)
{
    const struct attribute *labels = fact_list(facts, "security_labels");

    for (uint32_t i = 0; labels != NULL && i < labels->count; i++) {
        struct text label = labels->items[i];
        size_t colon = rendered_find(label, TEXT(": "), false);

        if (colon == label.length)
            continue;
        put(making, "SECURITY LABEL FOR ");
        put_name(making, (struct text){label.bytes, colon});
        put(making, " ON ");
        put(making, subject->word);
        put(making, " ");
        put_text(making, subject->name);
        put(making, " IS ");
        put_literal(making, (struct text){label.bytes + colon + 2, label.length - colon - 2});
        put(making, ";\n");
    }
}

void extras_grant(struct making *making, const struct facts *facts, const struct subject *subject, struct text column)
{
    bool has_any = fact_there(facts, "grants");

    has_any = fact_there(facts, "revoked") || has_any;
    has_any = fact_there(facts, "security_labels") || has_any;
    if (!has_any || !making->options->grants)
        return;
    making_begin(making, facts->kind == KIND_SCHEMA ? STAGE_SCHEMA_GRANT : STAGE_GRANT, facts);
    making_quiet(making, true);
    if (subject->grant_on != NULL)
        extras_put_privileges(making, facts, "", subject, column);
    put_labels(making, facts, subject);
    making_need_object(making, facts->object, making_end(making));
}
