#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/asking.h"
#include "cli/collector.h"
#include "cli/fail_on.h"
#include "cli/output.h"
#include "cli/spread.h"
#include "cli/terminal.h"
#include "drift/severity.h"

enum { LEAST_WIDTH = 20, MOST_WIDTH = 1000 }; /* columns that the collector writes for */

#define AT(member) offsetof(struct settings, member)

static const struct option options[] = {
    {"from", 0, OPTION_TEXT, AT(from), "ENV", NULL, NULL, NULL, 0, 0,
     "the environment that would be promoted; without it and --to the last two of the promotion path"},
    {"to", 0, OPTION_TEXT, AT(to), "ENV", NULL, NULL, NULL, 0, 0, "the environment that would change"},
    {"all", 0, OPTION_FLAG, AT(all), NULL, NULL, NULL, NULL, 0, 0,
     "all environments and instances side by side, in place of two environments"},
    {"format", 0, OPTION_CHOICE, AT(format), "FORMAT", NULL, "text", settings_report_format, 0, 0,
     "print the comparison as; with --all text or json"},
    {"fail-on", 0, OPTION_CHOICE, AT(fail_on), "LEVEL", NULL, "any", fail_on_choice, 0, 0,
     "exit with 1 when there is a change of this level or above"},
    {"output", 'o', OPTION_FILE, AT(output), "FILE", NULL, NULL, NULL, 0, 0,
     "write to FILE instead of standard output"},
    {0},
};

/* ---- the question ---- */

static enum error_code add_aspects(struct buffer *target, uint64_t aspects, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer list;

    buffer_init(&list);
    for (size_t i = 0; settings_aspect_name(i) != NULL; i++)
        if ((aspects >> i & 1) != 0)
            buffer_printf(&list, "%s%s", list.length == 0 ? "" : ",", settings_aspect_name(i));
    if (list.length > 0)
        collector_add_parameter(target, "aspect", buffer_text(&list));
    return buffer_check(&list, error, "asking the collector");
}

/* How the text is to look where it is going to. */
static void add_looks(struct buffer *target, const struct settings *settings)
{
    bool to_file = settings->output != NULL && strcmp(settings->output, "-") != 0;
    size_t width = to_file ? 0 : terminal_width(STDOUT_FILENO);

    if (to_file ? settings->colour == COLOUR_ALWAYS
                : terminal_has_colour((enum colour_wish)settings->colour, STDOUT_FILENO))
        collector_add_parameter(target, "colour", TEXT("true"));
    if (width > 0 && width <= MOST_WIDTH)
        asking_add_number(target, "width", width < LEAST_WIDTH ? LEAST_WIDTH : (int64_t)width);
}

static enum error_code write_question(struct buffer *target, const struct call *call, struct error *error)
{
    const struct settings *settings = &call->settings;

    buffer_add_string(target, "/api/v1/compare");
    collector_add_parameter(target, "database", text_from(call->operands[0]));
    if (settings->from != NULL) {
        collector_add_parameter(target, "from", text_from(settings->from));
        collector_add_parameter(target, "to", text_from(settings->to));
    }
    for (size_t i = 0; i < settings->ignore.count; i++)
        collector_add_parameter(target, "ignore", text_from(settings->ignore.items[i]));
    for (size_t i = 0; i < settings->severity.count; i++)
        collector_add_parameter(target, "severity", text_from(settings->severity.items[i]));
    if (settings->fold_partitions)
        collector_add_parameter(target, "fold_partitions", TEXT("true"));
    collector_add_parameter(target, "format", text_from(settings_report_format(settings->format)));
    if (settings->format == 0)
        add_looks(target, settings);
    if (add_aspects(target, settings->aspects, error) != ERROR_NONE)
        return error->code;
    return buffer_check(target, error, "asking the collector");
}

/* ---- the answer ---- */

/* `critical=0,high=1,medium=0,low=2`; severities of a later version are passed over. */
static bool read_summary(const char *header, uint32_t ret_summary[SEVERITY_COUNT])
{
    unsigned known = 0;

    while (header != NULL && *header != '\0') {
        const char *equals = strchr(header, '=');
        enum severity level;
        char *end = NULL;
        unsigned long count;

        if (equals == NULL || equals[1] < '0' || equals[1] > '9')
            return false;
        count = strtoul(equals + 1, &end, 10);
        if ((*end != ',' && *end != '\0') || count > UINT32_MAX)
            return false;
        if (severity_from_name((struct text){header, (size_t)(equals - header)}, &level)) {
            ret_summary[level] = (uint32_t)count;
            known |= 1U << level;
        }
        header = *end == ',' ? end + 1 : end;
    }
    return known == (1U << SEVERITY_COUNT) - 1;
}

/* What the headers say decides the exit status as it does for `diff`. */
static enum error_code read_status(const struct call *call, const struct collector *collector, int *ret_status,
                                   struct error *error)
{
    const char *verdict = collector_header(collector, "Driftline-Verdict", 0);
    const char *uncovered = collector_header(collector, "Driftline-Uncovered", 0);
    uint32_t summary[SEVERITY_COUNT] = {0};
    bool unknown;

    if (verdict == NULL || !read_summary(collector_header(collector, "Driftline-Summary", 0), summary))
        return collector_misunderstood(collector, "its answer is no comparison", error);
    unknown =
        (strcmp(verdict, verdict_name(VERDICT_IN_SYNC)) != 0 && strcmp(verdict, verdict_name(VERDICT_DRIFTED)) != 0) ||
        uncovered == NULL || strcmp(uncovered, "0") != 0;
    *ret_status = fail_on_status(call->settings.fail_on, summary, unknown);
    return ERROR_NONE;
}

static int hex_digit(char c)
{
    const char *digits = "0123456789abcdef";
    const char *found = c == '\0' ? NULL : strchr(digits, c >= 'A' && c <= 'F' ? c | 0x20 : c);

    return found == NULL ? -1 : (int)(found - digits);
}

static void decode(struct buffer *decoded, const char *header)
{
    for (; *header != '\0'; header++) {
        int high = header[0] == '%' ? hex_digit(header[1]) : -1;
        int low = high < 0 ? -1 : hex_digit(header[2]);

        buffer_add_byte(decoded, low < 0 ? (uint8_t)header[0] : (uint8_t)(high * 16 + low));
        header += low < 0 ? 0 : 2;
    }
}

/* Remarks, one a line, in percent-encoded UTF-8. Nothing depends on whether they are shown. */
static void print_notes(const char *header)
{
    CLEANUP(buffer_clear) struct buffer decoded, line;
    struct text rest;

    buffer_init(&decoded);
    buffer_init(&line);
    decode(&decoded, header);
    rest = buffer_text(&decoded);
    while (rest.length > 0) {
        const char *end = memchr(rest.bytes, '\n', rest.length);
        size_t length = end == NULL ? rest.length : (size_t)(end - rest.bytes);

        buffer_reset(&line);
        terminal_write(&line, (struct text){rest.bytes, length});
        if (length > 0 && !line.failed)
            fprintf(stderr, "driftline: note: %s\n", line.bytes);
        length += end == NULL ? 0 : 1;
        rest = (struct text){rest.bytes + length, rest.length - length};
    }
}

/* ---- all side by side ---- */

static enum error_code check_all(const struct call *call, struct error *error)
{
    const struct settings *settings = &call->settings;
    const char *format = settings_report_format(settings->format);

    if (settings->from != NULL || settings->to != NULL) {
        error_set(error, ERROR_USAGE, "'--all' compares all environments, not '--from' with '--to'");
        return error_hint(error, "leave out '--all', or the others");
    }
    if (strcmp(format, "text") != 0 && strcmp(format, "json") != 0) {
        error_set(error, ERROR_USAGE, "'--all' has no format '%s'", format);
        return error_hint(error, "it prints text or json");
    }
    return command_check_output(call, error);
}

/* The configuration file serves all commands, so that what has no effect here is no mistake; but it is said. */
static void note_what_is_left_alone(const struct settings *settings)
{
    if (settings->ignore.count > 0 || settings->severity.count > 0 || settings->fold_partitions ||
        settings->aspects != 0)
        fprintf(stderr, "driftline: note: '--all' compares as the collector's configuration says: '--aspect', "
                        "'--ignore', '--severity' and '--fold-partitions' have no effect\n");
}

static int spread_status(const struct call *call, const struct answer_spread *spread)
{
    const struct answer_spread_row *rows = spread->rows.items;
    uint32_t summary[SEVERITY_COUNT] = {0};
    bool unknown = spread->verdict == VERDICT_UNKNOWN;

    for (size_t i = 0; i < spread->rows.count; i++)
        summary[rows[i].severity]++;
    for (size_t i = 0; i < spread->columns.count; i++)
        unknown = unknown || !((const struct answer_spread_column *)spread->columns.items)[i].known;
    return fail_on_status(call->settings.fail_on, summary, unknown);
}

static enum error_code run_all(const struct call *call, int *ret_status, struct error *error)
{
    const struct table_style style = asking_style(call);
    CLEANUP(buffer_clear) struct buffer target, answer, output;
    struct answer_spread spread = {.verdict = VERDICT_UNKNOWN};

    buffer_init(&target);
    buffer_init(&answer);
    buffer_init(&output);
    buffer_add_string(&target, "/api/v1/spread");
    asking_add_text(&target, "database", call->operands[0]);
    if (check_all(call, error) != ERROR_NONE || buffer_check(&target, error, "asking the collector") != ERROR_NONE ||
        asking_send(call, "GET", target.bytes, NULL, &answer, error) != ERROR_NONE ||
        asking_read(call, &answer, &answer_spread_shape, &spread, error) != ERROR_NONE)
        return error->code;
    note_what_is_left_alone(&call->settings);
    spread_write(&output, &spread, &style, call->arena);
    if ((strcmp(settings_report_format(call->settings.format), "json") == 0
             ? asking_print_answer_to(call->settings.output, &answer, error)
             : output_write(call->settings.output, &output, error)) != ERROR_NONE)
        return error->code;
    *ret_status = spread_status(call, &spread);
    return ERROR_NONE;
}

/* ---- the command ---- */

/* Mistakes are told before the collector is asked. */
static enum error_code check(const struct call *call, struct error *error)
{
    struct diff_options ignored;

    if ((call->settings.from == NULL) != (call->settings.to == NULL)) {
        error_set(error, ERROR_USAGE, "'--from' and '--to' belong together");
        return error_hint(error, "give both, or none for the last two environments of the promotion path");
    }
    if (command_check_output(call, error) != ERROR_NONE)
        return error->code;
    return settings_for_diff(&call->settings, call->arena, &ignored, error);
}

static enum error_code run(const struct call *call, int *ret_status, struct error *error)
{
    CLEANUP(collector_closep) struct collector *collector = NULL;
    CLEANUP(buffer_clear) struct buffer target, answer;
    struct collector_settings settings;
    struct collector_question question = {.method = "GET", .limit = COLLECTOR_ANSWER_LIMIT};
    int status = EXIT_FINE;

    buffer_init(&target);
    buffer_init(&answer);
    if (call->settings.all)
        return run_all(call, ret_status, error);
    if (check(call, error) != ERROR_NONE || write_question(&target, call, error) != ERROR_NONE ||
        settings_for_collector(&call->settings, &settings, error) != ERROR_NONE ||
        collector_open(&collector, &settings, error) != ERROR_NONE)
        return error->code;
    question.target = target.bytes;
    if (collector_ask(collector, &question, &answer, error) != ERROR_NONE ||
        read_status(call, collector, &status, error) != ERROR_NONE ||
        output_write(call->settings.output, &answer, error) != ERROR_NONE)
        return error->code;
    if (collector_header(collector, "Driftline-Note", 0) != NULL)
        print_notes(collector_header(collector, "Driftline-Note", 0));
    *ret_status = status;
    return ERROR_NONE;
}

static const char *const examples[] = {
    "driftline compare orders",
    "driftline compare orders --from dev --to staging --fail-on high",
    "driftline compare orders --format markdown -o comment.md",
    "driftline compare orders --all",
    NULL,
};

const struct command command_compare = {
    .name = "compare",
    .syntax = "DATABASE",
    .summary = "say what a promotion would change",
    .text = "Lists what promoting one environment would change in another: what must change\n"
            "in `--to` for it to become as `--from`. Without both it is the last step of the\n"
            "promotion path, such as staging to prod. It compares the newest snapshots that\n"
            "the collector has; of several instances the majority. The collector's own\n"
            "patterns and severities apply, too.\n"
            "\n"
            "The exit status is that of `driftline diff`: 1 for a change at or above\n"
            "`--fail-on`, else 3 when a side is unknown, stale or covered only in part. What\n"
            "there is to say about how fresh the sides are goes to standard error.\n"
            "\n"
            "With `--all` it prints a table instead: what is not the same everywhere, and\n"
            "one column for each environment, which is what most of its instances are, and\n"
            "for each group of instances that is otherwise. Equal letters of a row are\n"
            "equal; `a` is what most have.\n",
    .examples = examples,
    .operands = {OPERAND_DATABASE},
    .fewest_operands = 1,
    .options = options,
    .asks = true,
    .compares = true,
    .run = run,
};
