#include <stdlib.h>
#include <string.h>

#include "recreate/extras.h"
#include "recreate/writers.h"

/* Texts are rendered for exactly these. */
void write_settings(struct making *making)
{
    making_begin(making, STAGE_SETTINGS, NULL);
    put(making, "SET client_encoding = 'UTF8';\n"
                "SET standard_conforming_strings = on;\n"
                "SET check_function_bodies = off;\n"
                "SET search_path = '';\n"
                "SET client_min_messages = warning;\n"
                "SET default_tablespace = '';\n"
                "SET default_table_access_method = heap;\n"
                "SET DateStyle = ISO;\n"
                "SET IntervalStyle = postgres;\n"
                "SET TimeZone = 'UTC';\n"
                "SET lc_monetary = 'C';\n"
                "SET lc_numeric = 'C';\n"
                "SET lc_time = 'C';\n"
                "SET xmloption = content;\n");
    making_end(making);
}

static int compare_roles(const void *a, const void *b)
{
    const struct named_role *first = a;
    const struct named_role *second = b;
    int order = text_compare(first->name, second->name);

    return order != 0 ? order : (int)second->superuser - (int)first->superuser;
}

static void write_role(struct making *making, const struct named_role *role)
{
    CLEANUP(buffer_clear) struct buffer body = {0};
    CLEANUP(buffer_clear) struct buffer name = {0};

    rendered_unquote(&name, role->name);
    making_begin(making, STAGE_ROLE, NULL);
    making->current.kind = KIND_ROLE;
    making->current.path = role->name;
    put(making, "SELECT FROM pg_catalog.pg_roles WHERE rolname = ");
    put_literal(making, buffer_text(&name));
    buffer_printf(&body, "\nBEGIN\n  IF NOT EXISTS (%.*s) THEN\n    CREATE ROLE %.*s%s;\n  END IF;\nEND ",
                  TEXT_ARGS(buffer_text(&making->sql)), TEXT_ARGS(role->name), role->superuser ? " SUPERUSER" : "");
    making->failed = making->failed || name.failed || body.failed;
    buffer_reset(&making->sql);
    put(making, "DO ");
    put_body(making, buffer_text(&body));
    put(making, ";\n");
    making_end(making);
}

static int compare_texts(const void *a, const void *b)
{
    return text_compare(*(const struct text *)a, *(const struct text *)b);
}

/* Within the server's own folder: where the real one is, is not part of a schema. */
static void write_tablespaces(struct making *making)
{
    if (making->tablespace_count > 0)
        qsort(making->tablespaces, making->tablespace_count, sizeof *making->tablespaces, compare_texts);
    for (size_t i = 0; i < making->tablespace_count; i++) {
        if (i > 0 && text_equal(making->tablespaces[i - 1], making->tablespaces[i]))
            continue;
        making_begin(making, STAGE_ROLE, NULL);
        put(making, "SET allow_in_place_tablespaces = on;\nCREATE TABLESPACE ");
        put_text(making, making->tablespaces[i]);
        put(making, " LOCATION '';\n");
        making_end(making);
    }
}

/* Roles that the server has from the start are named pg_…; nobody can make one of that name. */
void write_roles(struct making *making)
{
    if (making->role_count > 0)
        qsort(making->roles, making->role_count, sizeof *making->roles, compare_roles);
    for (size_t i = 0; i < making->role_count; i++)
        if ((i == 0 || !text_equal(making->roles[i - 1].name, making->roles[i].name)) &&
            !text_starts_with(making->roles[i].name, TEXT("pg_")))
            write_role(making, &making->roles[i]);
    write_tablespaces(making);
}

/* The schema public comes with every database, and everybody may use it. */
void write_schema(struct making *making, uint32_t object)
{
    struct facts facts = making_object(making, object);
    struct subject subject = {"SCHEMA", "SCHEMA", "SCHEMA", facts.name};
    bool is_public = text_equal(facts.name, TEXT("public"));

    making_begin(making, STAGE_SCHEMA, &facts);
    if (is_public) {
        put(making, "CREATE SCHEMA IF NOT EXISTS public;\n");
        if (!fact_there(&facts, "comment"))
            put(making, "COMMENT ON SCHEMA public IS NULL;\n");
    } else {
        put(making, "CREATE SCHEMA ");
        put_text(making, facts.name);
        put(making, ";\n");
    }
    extras_put(making, &facts, &subject);
    if (is_public && making->options->grants)
        put(making, "REVOKE ALL ON SCHEMA public FROM PUBLIC;\n");
    making_end_object(making);
    extras_grant(making, &facts, &subject, TEXT(""));
    making_finish(making, &facts);
}

/* What CREATE DATABASE brings, if the schema has it no more. */
void write_missing(struct making *making)
{
    if (names_find_bare(&making->names, KIND_SCHEMA, TEXT("public")) == NAME_NONE) {
        making_begin(making, STAGE_SCHEMA, NULL);
        put(making, "DROP SCHEMA IF EXISTS public;\n");
        making_end(making);
    }
    if (names_find_bare(&making->names, KIND_EXTENSION, TEXT("plpgsql")) == NAME_NONE) {
        making_begin(making, STAGE_EXTENSION, NULL);
        put(making, "DROP EXTENSION IF EXISTS plpgsql;\n");
        making_end(making);
    }
}

/* Whether `part` is one of the words that `_` separates in `name`: hstore and plperl are in hstore_plperl. */
static bool is_part_of(struct text part, struct text name)
{
    for (size_t at = 0; at + part.length <= name.length; at++)
        if (memcmp(name.bytes + at, part.bytes, part.length) == 0 && (at == 0 || name.bytes[at - 1] == '_') &&
            (at + part.length == name.length || name.bytes[at + part.length] == '_'))
            return true;
    return false;
}

/* Which extensions one requires is not known; those that bind two together are named after both. */
static void need_required(struct making *making, uint32_t object, uint32_t step)
{
    struct text name = making->objects[object].path.elements[0];

    for (uint32_t i = 0; i < making->object_count; i++) {
        struct text other = making->objects[i].path.elements[0];

        if (making->objects[i].kind == KIND_EXTENSION && i != object && is_part_of(other, name))
            making_need_object(making, i, step);
    }
}

void write_extension(struct making *making, uint32_t object)
{
    struct facts facts = making_object(making, object);
    struct subject subject = {"EXTENSION", NULL, NULL, facts.name};
    struct text schema = fact(&facts, "installed_in");
    CLEANUP(buffer_clear) struct buffer bare = {0};

    rendered_unquote(&bare, schema);
    making_begin(making, STAGE_EXTENSION, &facts);
    put(making, "CREATE EXTENSION IF NOT EXISTS ");
    put_text(making, facts.name);
    if (text_equal(schema, TEXT("pg_catalog")) ||
        names_find_bare(&making->names, KIND_SCHEMA, buffer_text(&bare)) != NAME_NONE)
        put_fact(making, &facts, "installed_in", " WITH SCHEMA ");
    if (fact_there(&facts, "version")) {
        put(making, " VERSION ");
        put_literal(making, fact(&facts, "version"));
    }
    put(making, " CASCADE;\n");
    if (!fact_there(&facts, "comment")) {
        put(making, "COMMENT ON EXTENSION ");
        put_text(making, facts.name);
        put(making, " IS NULL;\n");
    }
    extras_put(making, &facts, &subject);
    need_required(making, object, making_end_object(making));
    extras_grant(making, &facts, &subject, TEXT(""));
    making_finish(making, &facts);
}

void write_language(struct making *making, uint32_t object)
{
    struct facts facts = making_object(making, object);
    struct subject subject = {"LANGUAGE", "LANGUAGE", "LANGUAGE", facts.name};

    making_begin(making, STAGE_LANGUAGE, &facts);
    making->current.names_routines = true;
    put(making, fact_is(&facts, "trusted", "yes") ? "CREATE TRUSTED LANGUAGE " : "CREATE LANGUAGE ");
    put_text(making, facts.name);
    put_fact(making, &facts, "handler", " HANDLER ");
    put_fact(making, &facts, "inline_handler", " INLINE ");
    put_fact(making, &facts, "validator", " VALIDATOR ");
    put(making, ";\n");
    extras_put(making, &facts, &subject);
    making_end_object(making);
    extras_grant(making, &facts, &subject, TEXT(""));
    making_finish(making, &facts);
}

void write_access_method(struct making *making, uint32_t object)
{
    struct facts facts = making_object(making, object);
    struct subject subject = {"ACCESS METHOD", NULL, NULL, facts.name};

    making_begin(making, STAGE_ACCESS_METHOD, &facts);
    making->current.names_routines = true;
    put(making, "CREATE ACCESS METHOD ");
    put_text(making, facts.name);
    put(making, fact_is(&facts, "type", "table") ? " TYPE TABLE" : " TYPE INDEX");
    put_fact(making, &facts, "handler", " HANDLER ");
    put(making, ";\n");
    extras_put(making, &facts, &subject);
    making_end_object(making);
    making_finish(making, &facts);
}

static void put_tags(struct making *making, const struct attribute *tags)
{
    if (tags == NULL || tags->count == 0)
        return;
    put(making, "\n  WHEN TAG IN (");
    for (uint32_t i = 0; i < tags->count; i++) {
        put(making, i == 0 ? "" : ", ");
        put_literal(making, tags->items[i]);
    }
    put(making, ")");
}

void write_event_trigger(struct making *making, uint32_t object)
{
    struct facts facts = making_object(making, object);
    struct subject subject = {"EVENT TRIGGER", "EVENT TRIGGER", NULL, facts.name};
    struct text enabled = fact(&facts, "enabled");

    making_begin(making, STAGE_EVENT_TRIGGER, &facts);
    put(making, "CREATE EVENT TRIGGER ");
    put_text(making, facts.name);
    put_fact(making, &facts, "event", " ON ");
    put_tags(making, fact_list(&facts, "tags"));
    put_fact(making, &facts, "function", "\n  EXECUTE FUNCTION ");
    put(making, "();\n");
    if (enabled.length > 0) {
        put(making, "ALTER EVENT TRIGGER ");
        put_text(making, facts.name);
        put(making, text_equal(enabled, TEXT("no"))        ? " DISABLE;\n"
                    : text_equal(enabled, TEXT("replica")) ? " ENABLE REPLICA;\n"
                                                           : " ENABLE ALWAYS;\n");
    }
    extras_put(making, &facts, &subject);
    making_end_object(making);
    making_finish(making, &facts);
}

/* The name says whose: `FOR ROLE x IN SCHEMA y ON TABLES`. */
void write_default_privilege(struct making *making, uint32_t object)
{
    static const char for_role[] = "FOR ROLE ";
    static const char on[] = " ON ";
    struct facts facts = making_object(making, object);
    size_t end = rendered_find(facts.name, text_from(on), true);
    size_t in = rendered_find(facts.name, TEXT(" IN SCHEMA "), false);
    size_t role_end = in < end ? in : end;

    if (end == facts.name.length || role_end < strlen(for_role)) {
        making_note_facts(making, &facts, "its name cannot be read");
    } else if (making->options->grants) {
        const char *before = making_text(making, "ALTER DEFAULT PRIVILEGES %.*s ", (int)end, facts.name.bytes).bytes;
        size_t behind = end + strlen(on);
        const char *what =
            making_text(making, "%.*s", (int)(facts.name.length - behind), facts.name.bytes + behind).bytes;
        struct subject subject = {.grant_on = what, .name = TEXT("")};

        making_role(making, (struct text){facts.name.bytes + strlen(for_role), role_end - strlen(for_role)}, false);
        making_begin(making, STAGE_DEFAULT_PRIVILEGE, &facts);
        making_quiet(making, true);
        extras_put_privileges(making, &facts, before, &subject, TEXT(""));
        making_end_object(making);
    }
    fact_list(&facts, "grants");
    fact_list(&facts, "revoked");
    making_finish(making, &facts);
}

/* How pg_identify_object() calls what GRANT calls otherwise. */
static const struct {
    struct text identified;
    const char *granted;
    bool is_column;
} system_types[] = {
    {TEXT_INIT("table column "), "TABLE", true},
    {TEXT_INIT("view column "), "TABLE", true},
    {TEXT_INIT("materialized view column "), "TABLE", true},
    {TEXT_INIT("foreign table column "), "TABLE", true},
    {TEXT_INIT("table "), "TABLE", false},
    {TEXT_INIT("view "), "TABLE", false},
    {TEXT_INIT("materialized view "), "TABLE", false},
    {TEXT_INIT("foreign table "), "TABLE", false},
    {TEXT_INIT("sequence "), "SEQUENCE", false},
    {TEXT_INIT("function "), "ROUTINE", false},
    {TEXT_INIT("procedure "), "ROUTINE", false},
    {TEXT_INIT("aggregate "), "ROUTINE", false},
    {TEXT_INIT("type "), "TYPE", false},
    {TEXT_INIT("schema "), "SCHEMA", false},
    {TEXT_INIT("language "), "LANGUAGE", false},
    {TEXT_INIT("foreign-data wrapper "), "FOREIGN DATA WRAPPER", false},
    {TEXT_INIT("server "), "FOREIGN SERVER", false},
};

/* The place of the last dot that separates names. */
static size_t last_dot(struct text name)
{
    return rendered_find(name, TEXT("."), true);
}

static void put_system_privilege(struct making *making, const struct facts *facts, size_t type)
{
    size_t prefix = system_types[type].identified.length;
    struct text name = {facts->name.bytes + prefix, facts->name.length - prefix};
    struct text column = TEXT("");
    struct subject subject = {.grant_on = system_types[type].granted, .name = name};

    if (system_types[type].is_column) {
        size_t dot = last_dot(name);

        if (dot < name.length)
            column = (struct text){name.bytes + dot + 1, name.length - dot - 1};
        subject.name.length = dot;
    }
    making_begin(making, STAGE_GRANT, facts);
    extras_put_privileges(making, facts, "", &subject, column);
    making_end_object(making);
}

void write_system_privilege(struct making *making, uint32_t object)
{
    struct facts facts = making_object(making, object);
    size_t type = 0;

    while (type < LENGTH_OF(system_types) && !text_starts_with(facts.name, system_types[type].identified))
        type++;
    if (type == LENGTH_OF(system_types))
        making_note_facts(making, &facts, "no statement is known that grants on it");
    else if (making->options->grants)
        put_system_privilege(making, &facts, type);
    fact_list(&facts, "grants");
    fact_list(&facts, "revoked");
    making_finish(making, &facts);
}
