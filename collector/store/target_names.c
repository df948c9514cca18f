#include "store/target_names.h"

#include "base/buffer.h"
#include "base/option.h"
#include "store/rows.h"
#include "store_sql.h"

enum part { PART_DATABASE, PART_ENVIRONMENT, PART_INSTANCE, PART_COUNT };

static const char doing[] = "looking for a target";

/* A part of a name that is not there, and those that are there in its place. */
struct alternatives {
    enum part part;
    struct buffer names; /* with commas */
    const char *nearest; /* NULL: there are none */
    size_t distance;
};

static void alternatives_clear(struct alternatives *alternatives)
{
    buffer_clear(&alternatives->names);
}

static struct text part_of(const struct target_filter *names, unsigned part)
{
    return part == PART_DATABASE ? names->database : part == PART_ENVIRONMENT ? names->environment : names->instance;
}

static struct target_filter names_of(const struct target_row *target)
{
    return (struct target_filter){target->name.database, target->name.environment, target->name.instance};
}

/* How many parts of the name a target has, from the first on; an empty part is any. */
static unsigned parts_in_common(const struct target_filter *names, const struct target_row *target)
{
    const struct target_filter have = names_of(target);
    unsigned count = 0;

    while (count < PART_COUNT &&
           (part_of(names, count).length == 0 || text_equal(part_of(names, count), part_of(&have, count))))
        count++;
    return count;
}

/* The part that does not exist within the parts before it. When all do, the last is to blame: it was left out. */
static enum part unknown_part(const struct target_row *targets, size_t count, const struct target_filter *names)
{
    unsigned most = 0;

    for (size_t i = 0; i < count; i++) {
        unsigned common = parts_in_common(names, &targets[i]);

        most = common > most ? common : most;
    }
    return most < PART_COUNT ? (enum part)most : PART_INSTANCE;
}

static enum error_code add_alternative(struct alternatives *alternatives, struct text wanted, struct text name,
                                       struct arena *arena, struct error *error)
{
    const char *have = arena_string(arena, name), *want = arena_string(arena, wanted);
    size_t distance;

    if (have == NULL || want == NULL)
        return arena_error(arena, error, doing);
    distance = option_distance(want, have);
    if (alternatives->nearest == NULL || distance < alternatives->distance) {
        alternatives->nearest = have;
        alternatives->distance = distance;
    }
    buffer_printf(&alternatives->names, "%s%s", alternatives->names.length == 0 ? "" : ", ", have);
    return buffer_check(&alternatives->names, error, doing);
}

static enum error_code gather(struct alternatives *alternatives, struct database *database,
                              const struct target_filter *names, struct arena *arena, struct error *error)
{
    struct target_row *targets = NULL;
    struct text last = {NULL, 0};
    size_t count = 0;

    if (targets_list(database, &(struct target_filter){0}, arena, &targets, &count, error) != ERROR_NONE)
        return error->code;
    alternatives->part = unknown_part(targets, count, names);
    for (size_t i = 0; i < count; i++) { /* sorted by name: equal parts follow each other */
        const struct target_filter have = names_of(&targets[i]);
        struct text name = part_of(&have, alternatives->part);

        if (parts_in_common(names, &targets[i]) < alternatives->part || (last.bytes != NULL && text_equal(name, last)))
            continue;
        last = name;
        if (add_alternative(alternatives, part_of(names, alternatives->part), name, arena, error) != ERROR_NONE)
            return error->code;
    }
    return ERROR_NONE;
}

/* ---- a target ---- */

enum error_code target_names_not_found(struct database *database, const struct target_name *name, struct arena *arena,
                                       struct error *error)
{
    static const char *const parts[] = {"databases", "environments", "instances"};
    const struct target_filter names = {name->database, name->environment, name->instance};
    CLEANUP(alternatives_clear) struct alternatives alternatives = {0};
    const char *text = target_name_text(name, arena);

    if (text == NULL)
        return arena_error(arena, error, doing);
    if (gather(&alternatives, database, &names, arena, error) != ERROR_NONE)
        return error->code;
    error_set(error, ERROR_NOT_FOUND, "no agent has reported '%s'", text);
    if (alternatives.nearest == NULL)
        return error_hint(error, "the collector knows no targets yet");
    if (option_is_near(alternatives.nearest, alternatives.distance))
        return error_hint(error, "did you mean '%s'?", alternatives.nearest);
    return error_hint(error, "there are these %s: %.*s", parts[alternatives.part],
                      TEXT_ARGS(buffer_text(&alternatives.names)));
}

/* ---- names ---- */

static enum error_code find_known(struct database *database, const struct target_filter *names, bool *ret_known,
                                  struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    bool row = false;

    if (database_prepare(database, store_sql_target_is_known, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_text(statement, ":database", text_or_null(names->database));
    statement_bind_text(statement, ":environment", text_or_null(names->environment));
    statement_bind_text(statement, ":instance", text_or_null(names->instance));
    if (statement_step(statement, &row, error) != ERROR_NONE)
        return error->code;
    *ret_known = row && statement_number(statement, 0) != 0;
    return ERROR_NONE;
}

static void say_unknown(const struct target_filter *names, enum part part, struct error *error)
{
    static const char *const words[] = {"database", "environment", "instance"};
    struct text database = names->database, environment = part == PART_INSTANCE ? names->environment : TEXT("");
    struct text name = part_of(names, part);

    if (part == PART_DATABASE || (database.length == 0 && environment.length == 0))
        error_set(error, ERROR_NOT_FOUND, "there is no %s '%.*s'", words[part], TEXT_ARGS(name));
    else
        error_set(error, ERROR_NOT_FOUND, "there is no %s '%.*s' of '%.*s%s%.*s'", words[part], TEXT_ARGS(name),
                  TEXT_ARGS(database), database.length > 0 && environment.length > 0 ? "@" : "",
                  TEXT_ARGS(environment));
}

enum error_code target_names_unknown(struct database *database, const struct target_filter *names, struct arena *arena,
                                     struct error *error)
{
    CLEANUP(alternatives_clear) struct alternatives alternatives = {0};

    if (gather(&alternatives, database, names, arena, error) != ERROR_NONE)
        return error->code;
    say_unknown(names, alternatives.part, error);
    if (alternatives.nearest == NULL)
        return error_hint(error, "the collector knows no targets yet");
    if (option_is_near(alternatives.nearest, alternatives.distance))
        return error_hint(error, "did you mean '%s'? `driftline fleet` lists what there is", alternatives.nearest);
    return error_hint(error, "`driftline fleet` lists what there is");
}

enum error_code target_names_check(struct database *database, const struct target_filter *names, struct arena *arena,
                                   struct error *error)
{
    bool known = false;

    if (names->database.length == 0 && names->environment.length == 0 && names->instance.length == 0)
        return ERROR_NONE;
    if (find_known(database, names, &known, error) != ERROR_NONE)
        return error->code;
    return known ? ERROR_NONE : target_names_unknown(database, names, arena, error);
}
