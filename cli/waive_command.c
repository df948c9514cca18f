#include "base/clock.h"
#include "cli/answer_drift.h"
#include "cli/asking.h"
#include "cli/json.h"
#include "cli/moment.h"
#include "cli/output.h"
#include "cli/waiver_file.h"
#include "drift/report_display.h"

#define AT(member) offsetof(struct settings, member)

static const char doing[] = "asking the collector";

static const struct option options[] = {
    {"reason", 0, OPTION_TEXT, AT(reason), "TEXT", NULL, NULL, NULL, 0, 0, "why the difference may stay"},
    {"expires", 0, OPTION_TEXT, AT(expires), "TIME", NULL, NULL, NULL, 0, 0,
     "until when: 2026-12-31, 2026-12-31T18:00Z, or for how long: 12h, 30d, 8w"},
    {"author", 0, OPTION_TEXT, AT(author), "NAME", NULL, NULL, NULL, 0, 0,
     "who accepts it; without it whoever the token belongs to"},
    {"pattern", 0, OPTION_TEXT, AT(pattern), "PATTERN", NULL, NULL, NULL, 0, 0,
     "waive what matches kind:glob, attribute:glob or *:glob in DATABASE, in place of single drifts"},
    {"from", 0, OPTION_TEXT, AT(from), "ENV", NULL, NULL, NULL, 0, 0,
     "with --pattern: only between this environment, which is promoted, and --to"},
    {"to", 0, OPTION_TEXT, AT(to), "ENV", NULL, NULL, NULL, 0, 0, "with --pattern: the environment that would change"},
    {"future", 0, OPTION_FLAG, AT(future), NULL, NULL, NULL, NULL, 0, 0,
     "with --pattern: also what comes later; without it only what there is now, as it is now"},
    {"file", 0, OPTION_FILE, AT(file), "FILE", NULL, NULL, NULL, 0, 0, "the waivers that FILE lists, all or none"},
    {"format", 0, OPTION_CHOICE, AT(format), "FORMAT", NULL, "text", settings_text_or_json, 0, 0,
     "print as; json is the collector's answer as it came"},
    {0},
};

/* ---- what is asked for ---- */

static json_t *drift_list(const struct waiver_wish *wish)
{
    json_t *list = json_array();

    for (size_t i = 0; i < wish->drift_count; i++)
        if (json_array_append_new(list, json_integer(wish->drifts[i])) != 0) {
            json_decref(list);
            return NULL;
        }
    return list;
}

/* Absent when there is none. */
static bool add_text(json_t *object, const char *name, const char *value)
{
    return value == NULL || json_add(object, name, json_text(text_from(value)));
}

static json_t *waiver(const struct waiver_wish *wish)
{
    char expires[CLOCK_TEXT_SIZE];
    json_t *object = json_object();

    clock_format(wish->expires, expires);
    if ((wish->drift_count == 0 || json_add(object, "drifts", drift_list(wish))) &&
        add_text(object, "database", wish->database) && add_text(object, "from", wish->from) &&
        add_text(object, "to", wish->to) && add_text(object, "pattern", wish->pattern) &&
        (!wish->future || json_add(object, "future", json_true())) && add_text(object, "reason", wish->reason) &&
        add_text(object, "author", wish->author) && add_text(object, "expires", expires))
        return object;
    json_decref(object);
    return NULL;
}

static enum error_code write_body(struct buffer *body, const struct waiver_wish *wishes, size_t count,
                                  struct error *error)
{
    json_t *list = json_array();
    json_t *object = json_object();
    bool complete = list != NULL;

    for (size_t i = 0; i < count && complete; i++)
        complete = json_array_append_new(list, waiver(&wishes[i])) == 0;
    if (!json_add(object, "waivers", list) || !complete) {
        json_decref(object);
        object = NULL;
    }
    if (json_write(body, object, error) != ERROR_NONE)
        return error->code;
    return buffer_check(body, error, doing);
}

/* ---- the command line ---- */

static enum error_code refuse(struct error *error, const char *what)
{
    error_set(error, ERROR_USAGE, "%s", what);
    return error_hint(error, "'driftline drift waive --help' says more");
}

static enum error_code check_file(const struct call *call, struct error *error)
{
    const struct settings *settings = &call->settings;

    if (call->operand_count > 0 || settings->pattern != NULL || settings->reason != NULL || settings->expires != NULL ||
        settings->author != NULL || settings->from != NULL || settings->to != NULL || settings->future)
        return refuse(error, "'--file' stands alone: the file says what is waived, why and until when");
    return ERROR_NONE;
}

static enum error_code check(const struct call *call, struct error *error)
{
    const struct settings *settings = &call->settings;

    if (settings->reason == NULL || settings->expires == NULL) {
        error_set(error, ERROR_USAGE, "'driftline drift waive' needs '%s'",
                  settings->reason == NULL ? "--reason" : "--expires");
        return error_hint(error, "a waiver says why, and ends");
    }
    if (settings->pattern != NULL && call->operand_count != 1)
        return refuse(error, "'--pattern' needs one DATABASE, and no numbers of drifts");
    if (settings->pattern == NULL && (settings->from != NULL || settings->to != NULL || settings->future))
        return refuse(error, "'--from', '--to' and '--future' go with '--pattern'");
    if (settings->pattern == NULL && call->operand_count == 0)
        return refuse(error, "'driftline drift waive' needs the numbers of drifts, '--pattern' or '--file'");
    return ERROR_NONE;
}

static enum error_code read_numbers(const struct call *call, struct waiver_wish *wish, struct error *error)
{
    int64_t *drifts = arena_array(call->arena, call->operand_count, sizeof *drifts);

    if (drifts == NULL)
        return arena_error(call->arena, error, doing);
    for (size_t i = 0; i < call->operand_count; i++)
        if (command_number(call->operands[i], "drift", &drifts[i], error) != ERROR_NONE)
            return error->code;
    wish->drifts = drifts;
    wish->drift_count = call->operand_count;
    return ERROR_NONE;
}

static enum error_code read_line(const struct call *call, struct waiver_wish *ret_wish, struct error *error)
{
    const struct settings *settings = &call->settings;
    struct waiver_wish wish = {.from = settings->from,
                               .to = settings->to,
                               .pattern = settings->pattern,
                               .future = settings->future,
                               .reason = settings->reason,
                               .author = settings->author};
    struct ignore_pattern ignored;

    if (check(call, error) != ERROR_NONE ||
        moment_read_coming(&wish.expires, "option '--expires'", settings->expires, clock_now(), error) != ERROR_NONE)
        return error->code;
    if (settings->pattern == NULL) {
        if (read_numbers(call, &wish, error) != ERROR_NONE)
            return error->code;
    } else {
        wish.database = call->operands[0];
        if (ignore_pattern_parse(&ignored, text_from(settings->pattern), call->arena, error) != ERROR_NONE)
            return error_context(error, "option '--pattern'");
    }
    *ret_wish = wish;
    return ERROR_NONE;
}

/* ---- asking ---- */

static enum error_code print(const struct call *call, const struct buffer *answer, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer output;
    struct answer_waivers waivers = {{0}};
    const struct answer_waiver *items;

    buffer_init(&output);
    if (asking_read(call, answer, &answer_waivers_shape, &waivers, error) != ERROR_NONE)
        return error->code;
    items = waivers.waivers.items;
    for (size_t i = 0; i < waivers.waivers.count; i++) {
        buffer_printf(&output, "waiver %lld: %lld drift%s of ", (long long)items[i].id, (long long)items[i].drifts,
                      items[i].drifts == 1 ? "" : "s");
        display_text(&output, items[i].database);
        buffer_add_string(&output, items[i].future ? ", and what comes later, until " : " until ");
        moment_write(&output, items[i].expires_at);
        buffer_add_byte(&output, '\n');
    }
    return output_write(NULL, &output, error);
}

static enum error_code send(const struct call *call, const struct waiver_file *file, struct buffer *answer,
                            struct error *error)
{
    CLEANUP(buffer_clear) struct buffer body;
    struct collector_question question = {.method = "POST", .target = "/api/v1/waivers"};
    enum error_code code;
    int64_t item = -1;

    buffer_init(&body);
    if (write_body(&body, file->wishes, file->count, error) != ERROR_NONE)
        return error->code;
    question.body = body.bytes;
    code = asking_ask(call, &question, answer, &item, error);
    if (code != ERROR_NONE && file->path != NULL && item >= 0 && (uint64_t)item < file->count)
        return waiver_file_blame(file, (size_t)item, error);
    return code;
}

static enum error_code run(const struct call *call, int *ret_status, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer answer;
    struct waiver_wish wish = {.future = false};
    struct waiver_file file = {.wishes = &wish, .count = 1};

    (void)ret_status;
    buffer_init(&answer);
    if (call->settings.file != NULL) {
        if (check_file(call, error) != ERROR_NONE ||
            waiver_file_read(&file, call->settings.file, clock_now(), call->arena, error) != ERROR_NONE)
            return error->code;
    } else if (read_line(call, &wish, error) != ERROR_NONE) {
        return error->code;
    }
    if (send(call, &file, &answer, error) != ERROR_NONE)
        return error->code;
    return call->settings.format == FORMAT_JSON ? asking_print_answer(&answer, error) : print(call, &answer, error);
}

static const char *const examples[] = {
    "driftline drift waive 12 13 --reason \"replaced in release 7\" --expires 30d",
    "driftline drift waive orders --pattern 'index:shop.*' --future --reason \"prod is tuned\" --expires 2026-12-31",
    "driftline drift waive --file waivers.yaml",
    NULL,
};

const struct command command_drift_waive = {
    .name = "drift waive",
    .syntax = "ID... | DATABASE --pattern PATTERN | --file FILE",
    .summary = "accept a difference for some time",
    .text = "A waived drift does not count: the environment is in sync, the gate lets it\n"
            "pass. Why and until when has to be said. A waiver is for the difference as it\n"
            "is: when either side changes again the drift is open again, unless it is one by\n"
            "pattern with `--future`. A drift has at most one waiver: a second one is\n"
            "refused. Needs a token with the right `operate`.\n"
            "\n"
            "A file lists waivers with the same words, so that they can be reviewed:\n"
            "\n"
            "```yaml\n"
            "waivers:\n"
            "  - drifts: [12, 13]\n"
            "    reason: replaced in release 7\n"
            "    expires: 2026-12-31\n"
            "  - database: orders\n"
            "    from: staging\n"
            "    to: prod\n"
            "    pattern: \"index:shop.*\"\n"
            "    future: yes\n"
            "    reason: prod is tuned by hand\n"
            "    author: Ada\n"
            "    expires: 2026-12-31\n"
            "```\n",
    .examples = examples,
    .operands = {OPERAND_NUMBER},
    .fewest_operands = 0,
    .repeats = true,
    .options = options,
    .asks = true,
    .run = run,
};
