/* GET /api/v1/history */
#include <stdio.h>

#include "drift/rendering.h"
#include "drift/severity.h"
#include "feed/actor_json.h"
#include "feed/json.h"
#include "feed/parameters.h"
#include "feed/routes.h"
#include "store/snapshots.h"
#include "store/target_names.h"

const struct parameter history_parameters[] = {
    {.name = "database", .type = PARAMETER_NAME, .required = true, .summary = "Of which database."},
    {.name = "environment", .type = PARAMETER_NAME, .summary = "Only in this environment."},
    {.name = "instance", .type = PARAMETER_NAME, .summary = "Only in this instance."},
    {.name = "object",
     .type = PARAMETER_TEXT,
     .summary = "Only of what has this dotted path, and of its parts, also under its older names."},
    {.name = "since", .type = PARAMETER_TIME, .summary = "Not before this time."},
    {.name = "until", .type = PARAMETER_TIME, .summary = "Not after this time."},
    {.name = "severity",
     .type = PARAMETER_CHOICE,
     .preset = "low",
     .choice = parameter_severity,
     .summary = "Only changes of this severity or worse."},
    PAGE_BEFORE,
    PAGE_SIZE,
    {0},
};

static void set_target(struct json_builder *builder, json_t *object, const struct target_name *target)
{
    json_builder_set(builder, object, "environment", json_builder_text(builder, target->environment));
    json_builder_set(builder, object, "instance", json_builder_text(builder, target->instance));
}

static json_t *change_value(struct json_builder *builder, const struct change_row *change)
{
    json_t *object = json_builder_object(builder);

    json_builder_set(builder, object, "id", json_builder_number(builder, change->id));
    json_builder_set(builder, object, "at", json_time(builder, change->at));
    json_builder_set(builder, object, "not_before", json_time(builder, change->before));
    set_target(builder, object, &change->target);
    json_builder_set(builder, object, "snapshot", json_builder_number(builder, change->snapshot));
    json_builder_set(builder, object, "effect", json_builder_string(builder, effect_name(change->effect)));
    json_builder_set(builder, object, "kind", json_builder_string(builder, kind_name(change->kind)));
    json_builder_set(builder, object, "object", json_builder_text(builder, change->object));
    json_builder_set(builder, object, "owner", json_builder_text(builder, change->owner));
    json_builder_set_text(builder, object, "renamed_from", change->renamed_from);
    json_builder_set(builder, object, "aspect", json_builder_string(builder, aspect_name(change->aspect)));
    json_builder_set(builder, object, "severity", json_builder_string(builder, severity_name(change->severity)));
    json_builder_set(builder, object, "rule", json_builder_text(builder, change->rule));
    json_builder_set(builder, object, "attributes", json_stored(builder, change->attributes));
    actor_json_set_all(builder, object, change);
    return object;
}

/* ---- what the history says of itself ---- */

/* "first snapshot: 12 objects" */
static const char *first_text(const struct snapshot_row *snapshot, struct arena *arena)
{
    return arena_printf(arena, "first snapshot: %u object%s", snapshot->objects, snapshot->objects == 1 ? "" : "s");
}

/* "server upgraded from 15.20 to 16.3; the spelling of definitions was not compared" */
static const char *upgrade_text(const struct snapshot_row *snapshot, struct arena *arena)
{
    struct text from = rendering_version(snapshot->upgraded_from), to = rendering_version(snapshot->server_version);

    return arena_printf(arena, "server %s from %.*s to %.*s%s",
                        rendering_major(from) < rendering_major(to) ? "upgraded" : "downgraded", TEXT_ARGS(from),
                        TEXT_ARGS(to),
                        rendering_has_engine(snapshot->engine) ? "; the spelling of definitions was not compared" : "");
}

/* "3 snapshots were lost: outbox full" */
static const char *gap_text(const struct snapshot_row *snapshot, struct arena *arena)
{
    return arena_printf(arena, "%llu snapshot%s lost%s%.*s", (unsigned long long)snapshot->lost,
                        snapshot->lost == 1 ? " was" : "s were", snapshot->lost_reason.length == 0 ? "" : ": ",
                        TEXT_ARGS(snapshot->lost_reason));
}

/* `text` is NULL when memory ran out. */
static void add_note(struct json_builder *builder, json_t *notes, const struct snapshot_row *snapshot, const char *text)
{
    json_t *object = json_builder_object(builder);

    builder->failed = builder->failed || text == NULL;
    json_builder_set(builder, object, "at", json_time(builder, snapshot->taken_at));
    set_target(builder, object, &snapshot->name);
    json_builder_set(builder, object, "snapshot", json_builder_number(builder, snapshot->id));
    json_builder_set(builder, object, "note", json_builder_text(builder, text_from(text)));
    json_builder_append(builder, notes, object);
}

static void add_notes(struct json_builder *builder, json_t *notes, const struct snapshot_row *snapshot,
                      struct arena *arena)
{
    bool is_upgrade = snapshot->upgraded_from.length > 0;

    if (is_upgrade)
        add_note(builder, notes, snapshot, upgrade_text(snapshot, arena));
    if (snapshot->lost > 0)
        add_note(builder, notes, snapshot, gap_text(snapshot, arena));
    else if (!is_upgrade)
        add_note(builder, notes, snapshot, first_text(snapshot, arena));
}

/* A page of changes, and the snapshots that notes between its lines are about. */
struct page {
    struct change_filter filter;
    struct change_row *changes;
    size_t change_count;
    bool more;
    struct snapshot_row *notable;
    size_t notable_count;
};

/* The page before this one ended with the change `before`: notes from its snapshot on were told there. */
static enum error_code find_upper_bound(const struct request *request, const struct change_filter *filter,
                                        int64_t *ret_before, struct error *error)
{
    struct change_filter previous = *filter;
    struct change_row *rows = NULL;
    size_t count = 0;

    if (filter->before == 0)
        return ERROR_NONE;
    previous.before = filter->before + 1;
    previous.limit = 1;
    if (changes_list(request->database, &previous, request->arena, &rows, &count, error) != ERROR_NONE)
        return error->code;
    *ret_before = count == 0 ? 0 : rows->snapshot;
    return ERROR_NONE;
}

static enum error_code read_page(const struct request *request, struct page *page, struct error *error)
{
    struct snapshot_filter notable = {.target = page->filter.target, .limit = PAGE_LIMIT, .notable = true};

    if (changes_list(request->database, &page->filter, request->arena, &page->changes, &page->change_count, error) !=
            ERROR_NONE ||
        find_upper_bound(request, &page->filter, &notable.before, error) != ERROR_NONE)
        return error->code;
    page->more = page->change_count == page->filter.limit;
    return snapshots_list(request->database, &notable, request->arena, &page->notable, &page->notable_count, error);
}

/* Whether what is to be said of a snapshot belongs on this page, and not on the next. */
static bool is_on_page(const struct page *page, const struct snapshot_row *snapshot)
{
    return (!page->more || snapshot->id >= page->changes[page->change_count - 1].snapshot) &&
           snapshot->taken_at >= page->filter.since &&
           (page->filter.until == 0 || snapshot->taken_at <= page->filter.until);
}

static struct change_filter filter_of(const struct request_parameters *parameters)
{
    return (struct change_filter){
        .target = {.database = request_text(parameters, "database"),
                   .environment = request_text(parameters, "environment"),
                   .instance = request_text(parameters, "instance")},
        .object = request_text(parameters, "object"),
        .since = request_time(parameters, "since"),
        .until = request_time(parameters, "until"),
        .before = request_number(parameters, "before"),
        .limit = (uint32_t)request_number(parameters, "limit"),
        .least_severity = (uint32_t)request_choice(parameters, "severity"),
    };
}

enum error_code get_history(const struct request *request, struct answer *answer, struct error *error)
{
    struct page page = {.filter = filter_of(&request->parameters)};
    struct json_builder builder = {0};
    json_t *document, *changes, *notes;

    if (target_names_check(request->database, &page.filter.target, request->arena, error) != ERROR_NONE ||
        read_page(request, &page, error) != ERROR_NONE)
        return error->code;
    document = json_builder_object(&builder);
    changes = json_builder_array(&builder);
    notes = json_builder_array(&builder);
    for (size_t i = 0; i < page.change_count && !builder.failed; i++)
        json_builder_append(&builder, changes, change_value(&builder, &page.changes[i]));
    for (size_t i = 0; i < page.notable_count && !builder.failed; i++)
        if (is_on_page(&page, &page.notable[i]))
            add_notes(&builder, notes, &page.notable[i], request->arena);
    json_builder_set(&builder, document, "database", json_builder_text(&builder, page.filter.target.database));
    json_builder_set(&builder, document, "changes", changes);
    json_builder_set(&builder, document, "notes", notes);
    json_builder_set(&builder, document, "next",
                     page.more ? json_builder_number(&builder, page.changes[page.change_count - 1].id) : json_null());
    return answer_json(answer, &builder, document, error);
}
