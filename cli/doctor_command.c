#include <stdarg.h>
#include <stdio.h>

#include "cli/doctor.h"
#include "cli/interrupt.h"
#include "cli/json.h"
#include "cli/output.h"
#include "cli/planted.h"
#include "cli/terminal.h"
#include "drift/report_display.h"

#define AT(member) offsetof(struct settings, member)

enum { NAME_COLUMNS = 15, LINE_LIMIT = 2048, HOUR_MS = 3600 * 1000 };

/* ---- telling ---- */

const char *doctor_state_name(enum doctor_state state)
{
    static const char *const names[] = {[DOCTOR_OK] = "ok", [DOCTOR_WARN] = "warn", [DOCTOR_FAIL] = "fail"};

    return names[state];
}

static void print(struct doctor *doctor, enum doctor_state state, const char *name, const char *detail,
                  const char *advice)
{
    static const enum tint tints[] = {[DOCTOR_OK] = TINT_GOOD, [DOCTOR_WARN] = TINT_DOUBT, [DOCTOR_FAIL] = TINT_BAD};
    CLEANUP(buffer_clear) struct buffer line = {0};

    tint_begin(&line, tints[state], &doctor->style);
    terminal_write_padded(&line, text_from(doctor_state_name(state)), 6);
    tint_end(&line, tints[state], &doctor->style);
    terminal_write_padded(&line, text_from(name), NAME_COLUMNS);
    display_text(&line, text_from(detail));
    buffer_add_byte(&line, '\n');
    if (advice != NULL) {
        buffer_printf(&line, "%*s→ ", 6 + NAME_COLUMNS, "");
        display_text(&line, text_from(advice));
        buffer_add_byte(&line, '\n');
    }
    if (doctor->unwritten.code == ERROR_NONE)
        (void)!output_write(NULL, &line, &doctor->unwritten);
}

void doctor_tell(struct doctor *doctor, enum doctor_state state, const char *name, const char *advice,
                 const char *format, ...)
{
    char detail[LINE_LIMIT];
    va_list arguments;
    json_t *check;

    va_start(arguments, format);
    vsnprintf(detail, sizeof detail, format, arguments);
    va_end(arguments);
    doctor->counts[state]++;
    if (doctor->call->settings.format == FORMAT_TEXT) {
        print(doctor, state, name, detail, advice);
        return;
    }
    check = json_object();
    doctor->lost = !json_add(check, "name", json_string(name)) ||
                   !json_add(check, "state", json_string(doctor_state_name(state))) ||
                   !json_add(check, "detail", json_text(text_from(detail))) ||
                   !json_add(check, "advice", advice == NULL ? json_null() : json_text(text_from(advice))) ||
                   doctor->lost;
    doctor->lost = json_array_append_new(doctor->checks, check) != 0 || doctor->lost;
}

void doctor_tell_error(struct doctor *doctor, const char *name, const struct error *error)
{
    doctor_tell(doctor, DOCTOR_FAIL, name, error->hint[0] == '\0' ? NULL : error->hint, "%s", error->message);
}

enum error_code doctor_ask(struct doctor *doctor, const char *target, long also, const struct shape *shape,
                           void *values, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer answer = {0};
    const struct collector_question question = {
        .method = "GET", .target = target, .type = "application/json", .limit = COLLECTOR_ANSWER_LIMIT, .also = also};

    if (collector_ask(doctor->collector, &question, &answer, error) != ERROR_NONE)
        return error->code;
    return asking_read(doctor->call, &answer, shape, values, error);
}

/* ---- the command ---- */

static const struct option options[] = {
    {"planted-drift", 0, OPTION_TEXT, AT(planted), "DATABASE@ENVIRONMENT", NULL, NULL, NULL, 0, 0,
     "make a harmless table in this target and follow what becomes of it, then drop it; needs --source"},
    {"source", 0, OPTION_TEXT, AT(source), "REF", NULL, NULL, NULL, 0, 0,
     "the database of that target, as one may change it: postgres://… or sqlite:PATH"},
    {"sink", 0, OPTION_TEXT, AT(sink), "NAME", NULL, NULL, NULL, 0, 0,
     "with --planted-drift: this sink must have been told in the end; without it whichever is"},
    {"wait", 0, OPTION_DURATION, AT(wait_ms), "TIME", NULL, "2m", NULL, 1000, HOUR_MS,
     "with --planted-drift: what has not come by then does not come"},
    {"format", 0, OPTION_CHOICE, AT(format), "FORMAT", NULL, "text", settings_text_or_json, 0, 0, "print as"},
    {0},
};

static enum error_code check_options(const struct call *call, struct error *error)
{
    const struct settings *settings = &call->settings;

    if (settings->planted == NULL && (settings->source != NULL || settings->sink != NULL))
        return error_set(error, ERROR_USAGE, "option '%s' goes with '--planted-drift'",
                         settings->source != NULL ? "--source" : "--sink");
    return settings->planted == NULL ? ERROR_NONE : planted_check(call, error);
}

static enum error_code print_json(struct doctor *doctor, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer output = {0};
    json_t *document = json_object(), *counts = json_object();

    for (int state = 0; state < DOCTOR_STATE_COUNT; state++)
        doctor->lost =
            !json_add(counts, doctor_state_name((enum doctor_state)state), json_integer(doctor->counts[state])) ||
            doctor->lost;
    doctor->lost = !json_add(document, "summary", counts) || doctor->lost;
    doctor->lost = !json_add(document, "checks", json_incref(doctor->checks)) || doctor->lost;
    if (json_write(&output, document, error) != ERROR_NONE)
        return error->code;
    return output_write(NULL, &output, error);
}

static int status_of(const struct doctor *doctor)
{
    if (doctor->refused)
        return error_exit_status(ERROR_REFUSED);
    if (doctor->unreachable)
        return EXIT_UNKNOWN;
    return doctor->counts[DOCTOR_FAIL] > 0 ? EXIT_DRIFT : EXIT_FINE;
}

static enum error_code diagnose(struct doctor *doctor, struct error *error)
{
    doctor_check(doctor);
    if (doctor->call->settings.planted != NULL && !doctor->unreachable && !doctor->refused && !interrupt_came() &&
        planted_run(doctor, error) != ERROR_NONE)
        return error->code;
    if (doctor->call->settings.format == FORMAT_JSON && print_json(doctor, error) != ERROR_NONE)
        return error->code;
    if (doctor->unwritten.code != ERROR_NONE)
        *error = doctor->unwritten;
    return doctor->unwritten.code != ERROR_NONE ? error->code
           : doctor->lost                       ? error_memory(error, "telling what was found")
                                                : ERROR_NONE;
}

static enum error_code run(const struct call *call, int *ret_status, struct error *error)
{
    CLEANUP(collector_closep) struct collector *collector = NULL;
    struct doctor doctor = {.call = call, .style = asking_style(call)};
    enum error_code code;

    if (check_options(call, error) != ERROR_NONE || asking_open(call, &collector, error) != ERROR_NONE)
        return error->code;
    interrupt_catch();
    doctor.collector = collector;
    doctor.checks = json_array();
    if (doctor.checks == NULL)
        return error_memory(error, "looking after the collector");
    code = diagnose(&doctor, error);
    json_decref(doctor.checks);
    *ret_status = status_of(&doctor);
    return code;
}

static const char *const examples[] = {
    "driftline doctor",
    "driftline doctor --planted-drift orders@staging --source postgres://owner@staging-db/orders --sink ops",
    NULL,
};

const struct command command_doctor = {
    .name = "doctor",
    .syntax = "",
    .summary = "find out what works, and what to do if not",
    .text = "Looks at the collector, the clock, the token, agents, targets, configuration,\n"
            "contracts, sinks, the stream of events and the ZeroMQ feed, and prints a line\n"
            "for each: `ok`, `warn` or `fail`, with what to do.\n"
            "\n"
            "With `--planted-drift DATABASE@ENVIRONMENT` it proves the whole way: it makes an\n"
            "empty table called `driftline_planted_…` in the database that `--source` names,\n"
            "which must be that of the target, and follows what becomes of it: the agent's\n"
            "snapshot, the events, the difference between environments, the message at a\n"
            "sink. Each stage is a line with the milliseconds since the statement. Then it\n"
            "drops the table and sees all of that end. The table is always dropped, also\n"
            "after Ctrl-C and when something fails. What does not come is told with why.\n"
            "\n"
            "Before that the schema of `--source` is read and compared with the target's\n"
            "newest snapshot. When it is another, nothing is made, and the status is 2: it is\n"
            "another database, or the agent has not seen yet what has just changed.\n"
            "\n"
            "| status | meaning |\n"
            "|---|---|\n"
            "| 0 | nothing fails |\n"
            "| 1 | something fails |\n"
            "| 2 | wrong usage, or `--source` is not the database of the target |\n"
            "| 3 | no collector answers |\n"
            "| 4 | the token is refused |\n",
    .examples = examples,
    .fewest_operands = 0,
    .options = options,
    .reads_schemas = true,
    .run = run,
};
