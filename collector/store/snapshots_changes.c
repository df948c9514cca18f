/* Changes: kept with the snapshot that brought them, and found again by what they are about. */
#include <inttypes.h>
#include <string.h>

#include "drift/change_json.h"
#include "store/newest.h"
#include "store/rows.h"
#include "store/snapshots.h"
#include "store_sql.h"

enum { NAMES_LIMIT = 256 /* under which one thing is looked for in one target */ };

const char *evidence_name(enum evidence evidence)
{
    static const char *const names[] = {
        [EVIDENCE_INFERRED] = "inferred", [EVIDENCE_CAPTURED] = "captured", [EVIDENCE_UNATTRIBUTED] = "unattributed"};

    _Static_assert(LENGTH_OF(names) == EVIDENCE_COUNT, "each evidence has a name");
    return names[evidence];
}

/* ---- adding ---- */

static enum error_code insert(struct database *database, const struct snapshot_row *snapshot,
                              const struct change *change, const struct attribution *attribution,
                              struct text attributes, struct error *error)
{
    struct statement *statement = NULL;

    if (database_prepare(database, store_sql_change_add, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":target", snapshot->target);
    statement_bind_number(statement, ":snapshot", snapshot->id);
    statement_bind_number(statement, ":at", snapshot->taken_at);
    statement_bind_number(statement, ":effect", change->effect);
    statement_bind_number(statement, ":kind", change->kind);
    statement_bind_number(statement, ":object_kind", change->object_kind);
    statement_bind_number(statement, ":aspect", change->aspect);
    statement_bind_number(statement, ":severity", change->severity);
    statement_bind_string(statement, ":rule", change->rule);
    statement_bind_text(statement, ":object", change->object);
    statement_bind_text(statement, ":owner", change->owner);
    statement_bind_text(statement, ":renamed_from", text_or_null(change->renamed_from));
    statement_bind_text(statement, ":attributes", attributes);
    statement_bind_number(statement, ":evidence", attribution->evidence);
    statement_bind_text(statement, ":actor", text_or_null(attribution->actor));
    if (attribution->ddl_event != 0)
        statement_bind_number(statement, ":ddl_event", attribution->ddl_event);
    return statement_run(statement, error);
}

enum error_code snapshots_add_changes(struct database *database, const struct snapshot_row *snapshot,
                                      const struct change *changes, const struct attribution *attributions,
                                      uint32_t count, int64_t *ret_ids, struct error *error)
{
    static const struct attribution nothing_known = {.evidence = EVIDENCE_INFERRED};
    CLEANUP(buffer_clear) struct buffer attributes = {0};

    for (uint32_t i = 0; i < count; i++) {
        buffer_reset(&attributes);
        if (change_json_write_attributes(&attributes, &changes[i], error) != ERROR_NONE ||
            insert(database, snapshot, &changes[i], attributions == NULL ? &nothing_known : &attributions[i],
                   buffer_text(&attributes), error) != ERROR_NONE)
            return error->code;
        if (ret_ids != NULL)
            ret_ids[i] = database_last_id(database);
    }
    return ERROR_NONE;
}

/* ---- renames ---- */

enum error_code snapshots_lineage(struct database *database, int64_t target, int64_t snapshot, struct arena *arena,
                                  struct lineage *ret_lineage, struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    struct row_list list = {.arena = arena, .size = sizeof(struct rename)};
    bool row = true;

    if (database_prepare(database, store_sql_change_renames, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":target", target);
    statement_bind_number(statement, ":snapshot", snapshot);
    while (statement_step(statement, &row, error) == ERROR_NONE && row) {
        struct rename *rename = row_list_add(&list, error);

        if (rename == NULL ||
            row_copy(statement,
                     (struct row_text[]){{2, &rename->owner}, {3, &rename->object}, {4, &rename->renamed_from}}, 3,
                     arena, error) != ERROR_NONE)
            return error->code;
        rename->kind = (enum kind)statement_number(statement, 0);
        rename->object_kind = (enum kind)statement_number(statement, 1);
        rename->step = statement_number(statement, 5);
    }
    if (row)
        return error->code;
    *ret_lineage = (struct lineage){list.items, list.count};
    return ERROR_NONE;
}

/* ---- under which names ---- */

/* A name, and the number below which changes of this name are about the thing that is looked for. */
struct known_name {
    struct text name;
    int64_t before;
    bool followed; /* its own older names are known, too */
};

/* One question, for one target after the other. */
struct search {
    struct database *database;
    const struct change_filter *filter;
    struct arena *arena;
    struct newest newest;
    int64_t target;
    int64_t before;
    struct known_name *names; /* NAMES_LIMIT of them */
    size_t name_count;
    struct error *error;
};

static struct known_name *find_name(struct search *search, struct text name)
{
    for (size_t i = 0; i < search->name_count; i++)
        if (text_equal(search->names[i].name, name))
            return &search->names[i];
    return NULL;
}

/* Where several ways lead to a name, the latest moment holds: the user asks for a name, and would miss what is left
 * out. */
static void add_name(struct search *search, struct text name, int64_t before)
{
    struct known_name *known = find_name(search, name);

    if (known == NULL && search->name_count < NAMES_LIMIT)
        search->names[search->name_count++] = (struct known_name){name, before, false};
    else if (known != NULL && before > known->before)
        *known = (struct known_name){name, before, false};
}

/* What the thing was called while the first `prefix` bytes of its name were another name. */
static enum error_code add_older_name(struct search *search, struct text name, size_t prefix,
                                      struct statement *statement)
{
    struct text older = statement_text(statement, 0);
    size_t length = older.length + name.length - prefix;
    char *joined = arena_alloc(search->arena, length);

    if (joined == NULL)
        return arena_error(search->arena, search->error, "looking for changes");
    memcpy(joined, older.bytes, older.length);
    memcpy(joined + older.length, name.bytes + prefix, name.length - prefix);
    add_name(search, (struct text){joined, length}, statement_number(statement, 1));
    return ERROR_NONE;
}

static enum error_code follow_prefix(struct search *search, struct known_name from, size_t prefix)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    bool row = true;

    if (database_prepare(search->database, store_sql_change_older_names, &statement, search->error) != ERROR_NONE)
        return search->error->code;
    statement_bind_number(statement, ":target", search->target);
    statement_bind_text(statement, ":name", (struct text){from.name.bytes, prefix});
    statement_bind_number(statement, ":before", from.before);
    while (statement_step(statement, &row, search->error) == ERROR_NONE && row)
        if (add_older_name(search, from.name, prefix, statement) != ERROR_NONE)
            return search->error->code;
    return row ? search->error->code : ERROR_NONE;
}

/* The length of the path up to the next dot that separates two elements, or of the whole path: a dot in quotes or in
 * the types of a signature does not. */
static size_t next_prefix(struct text path, size_t from)
{
    unsigned depth = 0;
    bool quoted = false;

    for (size_t i = from; i < path.length; i++) {
        char c = path.bytes[i];

        if (c == '"')
            quoted = !quoted;
        else if (!quoted && c == '(')
            depth++;
        else if (!quoted && c == ')' && depth > 0)
            depth--;
        else if (!quoted && depth == 0 && c == '.' && i > from)
            return i;
    }
    return path.length;
}

/* What a thing is in may have been renamed as well as itself: the table of a column, the schema of a table. */
static enum error_code follow(struct search *search, struct known_name name)
{
    for (size_t prefix = next_prefix(name.name, 0);; prefix = next_prefix(name.name, prefix + 1)) {
        if (follow_prefix(search, name, prefix) != ERROR_NONE)
            return search->error->code;
        if (prefix == name.name.length)
            return ERROR_NONE;
    }
}

static struct known_name *first_not_followed(struct search *search)
{
    for (size_t i = 0; i < search->name_count; i++)
        if (!search->names[i].followed)
            return &search->names[i];
    return NULL;
}

/* Each step leads back in time, so there is an end. */
static enum error_code find_names(struct search *search)
{
    struct known_name *known;

    search->name_count = 0;
    add_name(search, search->filter->object, search->before);
    while ((known = first_not_followed(search)) != NULL) {
        known->followed = true;
        if (follow(search, *known) != ERROR_NONE)
            return search->error->code;
    }
    return ERROR_NONE;
}

/* ---- finding ---- */

static enum error_code take_ids(struct search *search, const char *sql, struct text name, int64_t before)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    const struct change_filter *filter = search->filter;

    if (database_prepare(search->database, sql, &statement, search->error) != ERROR_NONE)
        return search->error->code;
    statement_bind_number(statement, ":target", search->target);
    if (name.length > 0)
        statement_bind_text(statement, ":name", name);
    statement_bind_number(statement, ":before", before);
    statement_bind_number(statement, ":severity", filter->least_severity);
    statement_bind_number(statement, ":since", filter->since == 0 ? INT64_MIN : filter->since);
    statement_bind_number(statement, ":until", filter->until == 0 ? INT64_MAX : filter->until);
    return newest_take(&search->newest, statement, search->error);
}

static enum error_code search_target(struct search *search)
{
    if (search->filter->object.length == 0)
        return take_ids(search, store_sql_change_ids_of_target, TEXT(""), search->before);
    if (find_names(search) != ERROR_NONE)
        return search->error->code;
    for (size_t i = 0; i < search->name_count; i++) {
        const struct known_name *known = &search->names[i];

        if (take_ids(search, store_sql_change_ids_of_owner, known->name, known->before) != ERROR_NONE ||
            take_ids(search, store_sql_change_ids_of_part, known->name, known->before) != ERROR_NONE ||
            take_ids(search, store_sql_change_ids_of_old_name, known->name, known->before) != ERROR_NONE)
            return search->error->code;
    }
    return ERROR_NONE;
}

/* A snapshot's changes are a range of numbers in its target. */
static enum error_code narrow_to_snapshot(struct search *search, int64_t *ret_target)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    bool found = false;

    if (database_prepare(search->database, store_sql_change_range_of_snapshot, &statement, search->error) != ERROR_NONE)
        return search->error->code;
    statement_bind_number(statement, ":snapshot", search->filter->snapshot);
    if (statement_step(statement, &found, search->error) != ERROR_NONE)
        return search->error->code;
    search->newest.above = statement_number(statement, 0) - 1;
    if (statement_number(statement, 1) < search->before)
        search->before = statement_number(statement, 1) + 1;
    *ret_target = statement_number(statement, 2);
    return ERROR_NONE;
}

static enum error_code search_targets(struct search *search)
{
    int64_t *targets = NULL, only = 0;
    size_t count = 0;

    if (search->filter->snapshot != 0 && narrow_to_snapshot(search, &only) != ERROR_NONE)
        return search->error->code;
    if (targets_numbers(search->database, &search->filter->target, search->arena, &targets, &count, search->error) !=
        ERROR_NONE)
        return search->error->code;
    for (size_t i = 0; i < count; i++) {
        search->target = targets[i];
        if ((search->filter->snapshot == 0 || search->target == only) && search_target(search) != ERROR_NONE)
            return search->error->code;
    }
    return ERROR_NONE;
}

/* ---- reading ---- */

static bool numbers_are_known(const struct change_row *change)
{
    return (unsigned)change->effect <= EFFECT_RENAMED && kind_facts((unsigned)change->kind) != NULL &&
           kind_facts((unsigned)change->object_kind) != NULL && (unsigned)change->aspect < ASPECT_COUNT &&
           (unsigned)change->severity < SEVERITY_COUNT && (unsigned)change->evidence < EVIDENCE_COUNT;
}

static enum error_code read_change(struct statement *statement, struct change_row *change, struct arena *arena,
                                   struct error *error)
{
    const struct row_text texts[] = {{2, &change->target.database}, {3, &change->target.environment},
                                     {4, &change->target.instance}, {12, &change->rule},
                                     {13, &change->object},         {14, &change->owner},
                                     {15, &change->renamed_from},   {16, &change->attributes},
                                     {20, &change->actor},          {21, &change->statement},
                                     {22, &change->application},    {23, &change->client},
                                     {24, &change->role},           {25, &change->command}};

    change->id = statement_number(statement, 0);
    change->snapshot = statement_number(statement, 1);
    change->at = statement_number(statement, 5);
    change->before = statement_number(statement, 6);
    change->effect = (enum effect)statement_number(statement, 7);
    change->kind = (enum kind)statement_number(statement, 8);
    change->object_kind = (enum kind)statement_number(statement, 9);
    change->aspect = (enum aspect)statement_number(statement, 10);
    change->severity = (enum severity)statement_number(statement, 11);
    change->has_from = !statement_is_null(statement, 17);
    change->evidence = (enum evidence)statement_number(statement, 19);
    if (!numbers_are_known(change))
        return error_set(error, ERROR_CORRUPT, "change %" PRId64 " of the store has unknown numbers", change->id);
    if ((change->has_from && statement_hash(statement, 17, &change->from_root, error) != ERROR_NONE) ||
        statement_hash(statement, 18, &change->to_root, error) != ERROR_NONE)
        return error->code;
    return row_copy(statement, texts, LENGTH_OF(texts), arena, error);
}

enum error_code changes_get(struct database *database, int64_t id, struct arena *arena, struct change_row *ret_change,
                            struct error *error)
{
    CLEANUP(statement_done) struct statement *statement = NULL;
    struct change_row change = {0};
    bool found = false;

    if (database_prepare(database, store_sql_change_row, &statement, error) != ERROR_NONE)
        return error->code;
    statement_bind_number(statement, ":id", id);
    if (statement_step(statement, &found, error) != ERROR_NONE)
        return error->code;
    if (!found)
        return error_set(error, ERROR_NOT_FOUND, "there is no change #%" PRId64, id);
    if (read_change(statement, &change, arena, error) != ERROR_NONE)
        return error->code;
    *ret_change = change;
    return ERROR_NONE;
}

/* One that retention took meanwhile is left out. */
static enum error_code add_change(struct search *search, int64_t id, struct row_list *list)
{
    struct change_row *change = row_list_add(list, search->error);
    enum error_code code =
        change == NULL ? search->error->code : changes_get(search->database, id, search->arena, change, search->error);

    if (code == ERROR_NOT_FOUND)
        list->count--;
    else if (code != ERROR_NONE)
        return code;
    return ERROR_NONE;
}

enum error_code changes_list(struct database *database, const struct change_filter *filter, struct arena *arena,
                             struct change_row **ret_changes, size_t *ret_count, struct error *error)
{
    struct search search = {.database = database, .filter = filter, .arena = arena, .error = error};
    struct row_list list = {.arena = arena, .size = sizeof **ret_changes};
    const int64_t *ids;
    size_t count;

    newest_init(&search.newest, filter->limit, arena);
    search.before = filter->before == 0 ? INT64_MAX : filter->before;
    if (filter->object.length > 0)
        search.names = arena_array(arena, NAMES_LIMIT, sizeof *search.names);
    if (filter->object.length > 0 && search.names == NULL)
        return arena_error(arena, error, "looking for changes");
    if (search_targets(&search) != ERROR_NONE)
        return error->code;
    ids = newest_ids(&search.newest, &count);
    for (size_t i = 0; i < count; i++)
        if (add_change(&search, ids[i], &list) != ERROR_NONE)
            return error->code;
    *ret_changes = list.items;
    *ret_count = list.count;
    return ERROR_NONE;
}
