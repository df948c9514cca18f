#include "cli/publish_report.h"

#include "cli/json.h"
#include "cli/terminal.h"

/* ---- for people ---- */

void publish_report_write_files(struct buffer *output, const struct tree_plan *plan)
{
    static const enum tree_state states[] = {TREE_NEW, TREE_OUTDATED, TREE_EDITED, TREE_SUPERFLUOUS};
    size_t written = 0;

    for (size_t i = 0; i < LENGTH_OF(states); i++)
        if (plan->counts[states[i]] > 0)
            buffer_printf(output, "%s%zu %s", written++ == 0 ? "" : ", ", plan->counts[states[i]],
                          tree_state_name(states[i]));
    if (written == 0)
        buffer_add_string(output, "no file");
}

static enum tint tint_of(const struct publish_result *result)
{
    switch (result->state) {
    case PUBLISH_FAILED:
    case PUBLISH_CONFLICT:
        return TINT_BAD;
    case PUBLISH_OPENED:
    case PUBLISH_UPDATED:
        return TINT_DOUBT;
    default:
        return result->manual ? TINT_DOUBT : TINT_GOOD;
    }
}

static void write_line(struct buffer *output, const char *words)
{
    buffer_add_string(output, "  ");
    terminal_write(output, text_from(words));
    buffer_add_byte(output, '\n');
}

static void write_problem(struct buffer *output, const struct error *problem)
{
    buffer_add_string(output, ": ");
    terminal_write(output, text_from(problem->message));
    if (problem->hint[0] == '\0')
        return;
    buffer_add_string(output, " (");
    terminal_write(output, text_from(problem->hint));
    buffer_add_byte(output, ')');
}

void publish_report_write(struct buffer *output, const struct publish_outcome *outcome, const struct table_style *style)
{
    const struct publish_result *result = &outcome->result;
    bool has_files = tree_plan_changes(&result->plan);

    buffer_printf(output, "%s: ", outcome->target->name);
    tint_begin(output, tint_of(result), style);
    buffer_printf(output, "%s%s", result->dry_run && result->state != PUBLISH_UNCHANGED ? "would be " : "",
                  publish_state_name(result->state));
    tint_end(output, tint_of(result), style);
    if (outcome->problem.code != ERROR_NONE) {
        write_problem(output, &outcome->problem);
    } else if (has_files) {
        buffer_add_string(output, ", ");
        publish_report_write_files(output, &result->plan);
    }
    buffer_add_byte(output, '\n');
    if (result->url != NULL && result->url[0] != '\0')
        write_line(output, result->url);
    else if (result->commit.digits[0] != '\0')
        write_line(output, result->branch);
    for (size_t i = 0; i < result->note_count; i++)
        write_line(output, result->notes[i]);
}

/* ---- JSON ---- */

static json_t *text_or_null(const char *text)
{
    return text == NULL || text[0] == '\0' ? json_null() : json_text(text_from(text));
}

static json_t *files_as_json(const struct tree_plan *plan)
{
    json_t *object = json_object();

    for (unsigned state = 0; state < TREE_STATE_COUNT; state++)
        if (!json_add(object, tree_state_name((enum tree_state)state), json_integer((json_int_t)plan->counts[state]))) {
            json_decref(object);
            return NULL;
        }
    return object;
}

static json_t *notes_as_json(const struct publish_result *result)
{
    json_t *list = json_array();

    for (size_t i = 0; i < result->note_count; i++)
        if (json_array_append_new(list, json_text(text_from(result->notes[i]))) != 0) {
            json_decref(list);
            return NULL;
        }
    return list;
}

static json_t *problem_as_json(const struct error *problem)
{
    json_t *object;

    if (problem->code == ERROR_NONE)
        return json_null();
    object = json_object();
    if (json_add(object, "code", json_string(error_name(problem->code))) &&
        json_add(object, "message", json_text(text_from(problem->message))) &&
        json_add(object, "hint", text_or_null(problem->hint)))
        return object;
    json_decref(object);
    return NULL;
}

static json_t *outcome_as_json(const struct publish_outcome *outcome)
{
    const struct publish_result *result = &outcome->result;
    json_t *object = json_object();

    if (json_add(object, "name", json_string(outcome->target->name)) &&
        json_add(object, "state", json_string(publish_state_name(result->state))) &&
        json_add(object, "dry_run", json_boolean(result->dry_run)) &&
        json_add(object, "manual", json_boolean(result->manual)) &&
        json_add(object, "url", text_or_null(result->url)) &&
        json_add(object, "number", result->number > 0 ? json_integer(result->number) : json_null()) &&
        json_add(object, "base", text_or_null(result->base)) &&
        json_add(object, "branch", text_or_null(result->branch)) &&
        json_add(object, "commit", text_or_null(result->commit.digits)) &&
        json_add(object, "root", text_or_null(result->root)) &&
        json_add(object, "files", files_as_json(&result->plan)) && json_add(object, "notes", notes_as_json(result)) &&
        json_add(object, "error", problem_as_json(&outcome->problem)))
        return object;
    json_decref(object);
    return NULL;
}

enum error_code publish_report_write_json(struct buffer *output, const struct publish_outcome *outcomes, size_t count,
                                          struct error *error)
{
    json_t *list = json_array(), *document = json_object();

    for (size_t i = 0; i < count && list != NULL; i++)
        if (json_array_append_new(list, outcome_as_json(&outcomes[i])) != 0) {
            json_decref(list);
            list = NULL;
        }
    if (!json_add(document, "entries", list)) {
        json_decref(document);
        document = NULL;
    }
    return json_write(output, document, error);
}
