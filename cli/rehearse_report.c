#include "cli/rehearse_report.h"

#include "drift/report.h"
#include "drift/report_display.h"
#include "drift/report_escape.h"

enum { MOST_SQL_COLUMNS = 60, MOST_MARKDOWN_COLUMNS = 400, MOST_MARKDOWN_STEPS = 50 };

static const char contracts_needed[] =
    "contracts were not checked: the collector keeps only how they stand; name their "
    "files with --contracts";

/* ---- what several formats say ---- */

static const char *break_state(const struct rehearsal_break *broken)
{
    return broken->is_new ? "broken" : "broken before";
}

static void write_expectation(struct buffer *output, const struct rehearse_report *report)
{
    char hex[HASH_HEX_SIZE];

    if (report->rehearsal->refusal.code != ERROR_NONE) {
        buffer_add_string(output, "the migration fails: there is no root to expect");
        return;
    }
    hash_to_hex(&report->rehearsal->after->root, hex);
    if (!report->rehearsal->is_certain)
        buffer_add_string(output, "the root is not known for sure, for the copy is not the original; it may be ");
    buffer_printf(output, "%s", hex);
}

static void write_how_to_check(struct buffer *output, const struct rehearse_report *report)
{
    char hex[HASH_HEX_SIZE];

    if (!report->rehearsal->is_certain)
        return;
    hash_to_hex(&report->rehearsal->after->root, hex);
    if (report->is_collected) {
        buffer_add_string(output, "driftline verify ");
        display_text(output, text_from(report->wish->reference));
        buffer_printf(output, " --root %s", hex);
    } else {
        buffer_add_string(output, "driftline hash ");
        display_text(output, text_from(report->wish->reference));
    }
}

static void write_what(struct buffer *output, const struct rehearse_report *report)
{
    const struct rehearsal *rehearsal = report->rehearsal;

    buffer_printf(output, "%zu statement%s on a copy of ", rehearsal->step_count,
                  rehearsal->step_count == 1 ? "" : "s");
    display_text(output, text_from(report->wish->reference));
    if (rehearsal->role != NULL) {
        buffer_add_string(output, ", as ");
        display_text(output, text_from(rehearsal->role));
    }
    buffer_add_string(output, ", on PostgreSQL ");
    display_text(output, text_from(rehearsal->server_version));
}

/* A statement on one line. */
static void write_sql(struct buffer *output, struct text sql)
{
    CLEANUP(buffer_clear) struct buffer line = {0};
    bool space = false;

    for (size_t i = 0; i < sql.length && i < MOST_SQL_COLUMNS * 8; i++) {
        bool is_space = strchr(" \t\r\n", sql.bytes[i]) != NULL && sql.bytes[i] != '\0';

        if (is_space && !space)
            buffer_add_byte(&line, ' ');
        else if (!is_space)
            buffer_add_byte(&line, (uint8_t)sql.bytes[i]);
        space = is_space;
    }
    display_clipped(output, buffer_text(&line), MOST_SQL_COLUMNS);
    output->failed = output->failed || line.failed;
}

static void write_place(struct buffer *output, const char *file, unsigned line)
{
    display_text(output, text_from(file));
    buffer_printf(output, ":%u", line);
}

static void write_locks(struct buffer *output, const struct rehearsal_step *step)
{
    for (size_t i = 0; i < step->lock_count; i++) {
        buffer_add_string(output, i > 0 ? ", " : "");
        buffer_add_text(output, step->locks[i].mode);
        buffer_add_byte(output, ' ');
        display_text(output, step->locks[i].relation);
    }
}

static void write_time(struct buffer *output, int64_t microseconds)
{
    buffer_printf(output, "%lld.%lld ms", (long long)(microseconds / 1000), (long long)(microseconds % 1000 / 100));
}

/* `billing: column shop.orders.total is missing (contracts/billing.yaml:7)` */
static void write_break(struct buffer *output, const struct rehearsal_break *broken)
{
    const struct contract_finding *finding = broken->finding;

    display_text(output, finding->contract->name);
    buffer_add_string(output, ": ");
    display_text(output, finding->message);
    buffer_add_string(output, " (");
    display_text(output, finding->contract->file);
    buffer_printf(output, ":%u)", finding->line);
}

/* ---- text ---- */

static void write_text_steps(struct buffer *output, const struct rehearse_report *report)
{
    static const char *const titles[] = {"statement", "time", "where", "others wait for", NULL};
    const struct rehearsal *rehearsal = report->rehearsal;
    struct table table;

    if (rehearsal->step_count == 0)
        return;
    table_init(&table, report->arena, LENGTH_OF(titles) - 1);
    table_add_titles(&table, titles);
    for (size_t i = 0; i < rehearsal->step_count; i++) {
        const struct rehearsal_step *step = &rehearsal->steps[i];
        struct buffer cells[4] = {{0}};

        write_sql(&cells[0], step->sql);
        write_time(&cells[1], step->microseconds);
        write_place(&cells[2], step->file, step->line);
        write_locks(&cells[3], step);
        for (size_t j = 0; j < LENGTH_OF(cells); j++)
            table_add_buffer(&table, TINT_NONE, &cells[j]);
    }
    table_write(output, &table, &report->style, 2);
    buffer_add_byte(output, '\n');
}

static void write_text_contracts(struct buffer *output, const struct rehearse_report *report)
{
    const struct rehearsal *rehearsal = report->rehearsal;

    if (report->needs_contracts)
        buffer_printf(output, "\n%s\n", contracts_needed);
    if (rehearsal->contract_count == 0)
        return;
    buffer_printf(output, "\ncontracts: %zu checked%s\n", rehearsal->contract_count,
                  rehearsal->is_contract_unknown ? ", not all of what they ask for could be looked at" : "");
    for (size_t i = 0; i < rehearsal->break_count; i++) {
        const struct rehearsal_break *broken = &rehearsal->breaks[i];

        buffer_add_string(output, "  ");
        tint_begin(output, broken->is_new ? TINT_WORST : TINT_DOUBT, &report->style);
        buffer_add_string(output, break_state(broken));
        tint_end(output, broken->is_new ? TINT_WORST : TINT_DOUBT, &report->style);
        buffer_add_string(output, "  ");
        write_break(output, broken);
        buffer_add_byte(output, '\n');
    }
}

static void write_text_notes(struct buffer *output, const struct rehearsal *rehearsal)
{
    if (rehearsal->note_count == 0)
        return;
    buffer_add_string(output, "\nthe copy is not the original:\n");
    for (size_t i = 0; i < rehearsal->note_count; i++)
        buffer_printf(output, "  %.*s\n", TEXT_ARGS(rehearsal->notes[i]));
    if (rehearsal->notes_left_out > 0)
        buffer_printf(output, "  and %zu more\n", rehearsal->notes_left_out);
}

static void write_text_end(struct buffer *output, const struct rehearse_report *report)
{
    const struct rehearsal *rehearsal = report->rehearsal;

    if (rehearsal->refusal.code != ERROR_NONE) {
        buffer_add_byte(output, '\n');
        tint_begin(output, TINT_WORST, &report->style);
        buffer_add_string(output, "fails");
        tint_end(output, TINT_WORST, &report->style);
        buffer_add_string(output, "  ");
        display_text(output, text_from(rehearsal->refusal.message));
        buffer_add_byte(output, '\n');
        if (rehearsal->refusal.hint[0] != '\0') {
            buffer_add_string(output, "       ");
            display_text(output, text_from(rehearsal->refusal.hint));
            buffer_add_byte(output, '\n');
        }
    }
    buffer_add_string(output, "\nroot  ");
    write_expectation(output, report);
    buffer_add_byte(output, '\n');
    if (rehearsal->is_certain) {
        buffer_add_string(output, "      is what will be there if nothing else happens; afterwards: ");
        write_how_to_check(output, report);
        buffer_add_byte(output, '\n');
    }
}

static void write_text(struct buffer *output, const struct rehearse_report *report, const struct buffer *changes)
{
    buffer_add_string(output, "rehearsed  ");
    write_what(output, report);
    buffer_add_string(output, "\n\n");
    write_text_steps(output, report);
    buffer_add_text(output, buffer_text(changes));
    write_text_contracts(output, report);
    write_text_notes(output, report->rehearsal);
    write_text_end(output, report);
}

/* ---- markdown ---- */

/* As code, so that no name becomes anything else. */
static void write_code(struct buffer *output, struct buffer *shown)
{
    struct text text = buffer_text(shown);
    size_t end = display_fit(text, MOST_MARKDOWN_COLUMNS);

    if (text.length > 0)
        escape_markdown(output, (struct text){text.bytes, end});
    buffer_add_string(output, end < text.length ? "…" : "");
    output->failed = output->failed || shown->failed;
    buffer_clear(shown);
}

static void write_markdown_steps(struct buffer *output, const struct rehearsal *rehearsal)
{
    size_t count = rehearsal->step_count < MOST_MARKDOWN_STEPS ? rehearsal->step_count : MOST_MARKDOWN_STEPS;

    if (count == 0)
        return;
    buffer_add_string(output,
                      "\n<details><summary>Statements</summary>\n\n| statement | time | where | others wait for |\n"
                      "|---|---|---|---|\n");
    for (size_t i = 0; i < count; i++) {
        const struct rehearsal_step *step = &rehearsal->steps[i];
        struct buffer sql = {0}, place = {0}, locks = {0};

        write_sql(&sql, step->sql);
        write_place(&place, step->file, step->line);
        write_locks(&locks, step);
        buffer_add_string(output, "| ");
        write_code(output, &sql);
        buffer_add_string(output, " | ");
        write_time(output, step->microseconds);
        buffer_add_string(output, " | ");
        write_code(output, &place);
        buffer_add_string(output, " | ");
        write_code(output, &locks);
        buffer_add_string(output, " |\n");
    }
    if (count < rehearsal->step_count)
        buffer_printf(output, "\nand %zu more\n", rehearsal->step_count - count);
    buffer_add_string(output, "\n</details>\n");
}

static void write_markdown_list(struct buffer *output, const struct rehearse_report *report)
{
    const struct rehearsal *rehearsal = report->rehearsal;

    for (size_t i = 0; i < rehearsal->break_count; i++) {
        struct buffer shown = {0};

        buffer_printf(output, "\n- **contract %s**: ", break_state(&rehearsal->breaks[i]));
        write_break(&shown, &rehearsal->breaks[i]);
        write_code(output, &shown);
    }
    if (rehearsal->break_count > 0)
        buffer_add_byte(output, '\n');
    if (rehearsal->break_count == 0 && rehearsal->contract_count > 0)
        buffer_printf(output, "\n%zu contracts hold.\n", rehearsal->contract_count);
    if (report->needs_contracts)
        buffer_printf(output, "\n%s\n", contracts_needed);
    for (size_t i = 0; i < rehearsal->note_count; i++) {
        struct buffer shown = {0};

        buffer_add_text(&shown, rehearsal->notes[i]);
        buffer_add_string(output, "\n- the copy is not the original: ");
        write_code(output, &shown);
    }
    buffer_add_string(output, rehearsal->note_count > 0 ? "\n" : "");
}

static void write_markdown(struct buffer *output, const struct rehearse_report *report, const struct buffer *changes)
{
    const struct rehearsal *rehearsal = report->rehearsal;
    struct buffer shown = {0};

    buffer_add_text(output, buffer_text(changes));
    buffer_add_string(output, "\nRehearsed: ");
    write_what(&shown, report);
    write_code(output, &shown);
    buffer_add_byte(output, '\n');
    if (rehearsal->refusal.code != ERROR_NONE) {
        buffer_add_string(output, "\n**The migration fails:** ");
        display_text(&shown, text_from(rehearsal->refusal.message));
        write_code(output, &shown);
        buffer_add_byte(output, '\n');
    }
    write_markdown_list(output, report);
    write_markdown_steps(output, rehearsal);
    buffer_add_string(output, "\nRoot to expect: ");
    write_expectation(&shown, report);
    write_code(output, &shown);
    buffer_add_byte(output, '\n');
}

/* ---- junit ---- */

static void write_case(struct buffer *output, const char *name, const char *element, struct buffer *message)
{
    buffer_printf(output, "    <testcase classname=\"driftline.rehearse\" name=\"%s\"", name);
    if (element == NULL) {
        buffer_add_string(output, "/>\n");
    } else {
        buffer_printf(output, ">\n      <%s type=\"%s\" message=\"", element, name);
        escape_xml(output, buffer_text(message));
        buffer_add_string(output, "\"/>\n    </testcase>\n");
    }
    output->failed = output->failed || message->failed;
    buffer_clear(message);
}

static void write_junit_cases(struct buffer *output, const struct rehearse_report *report)
{
    const struct rehearsal *rehearsal = report->rehearsal;
    struct buffer message = {0};

    display_text(&message, text_from(rehearsal->refusal.message));
    write_case(output, "migration", rehearsal->refusal.code == ERROR_NONE ? NULL : "failure", &message);
    for (size_t i = 0; i < rehearsal->break_count; i++) {
        write_break(&message, &rehearsal->breaks[i]);
        write_case(output, "contract", rehearsal->breaks[i].is_new ? "failure" : NULL, &message);
    }
    write_expectation(&message, report);
    write_case(output, "root", rehearsal->is_certain || rehearsal->refusal.code != ERROR_NONE ? NULL : "error",
               &message);
}

/* A suite of its own before that of the changes; there are no totals then, which are optional. */
static void write_junit(struct buffer *output, const struct rehearse_report *report, const struct buffer *changes)
{
    const char *suite = strstr(changes->bytes, "  <testsuite ");

    buffer_add_string(output, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
                              "  <testsuite name=\"driftline rehearse\">\n");
    write_junit_cases(output, report);
    buffer_add_string(output, "  </testsuite>\n");
    buffer_add_string(output, suite);
}

/* ---- github ---- */

/* An annotation; `file` may be empty. */
struct annotation {
    const char *command;
    const char *title;
    struct text file;
    unsigned line;
};

/* What was put together goes out as its message. */
static void write_annotation(struct buffer *output, const struct annotation *annotation, struct buffer *message)
{
    CLEANUP(buffer_clear) struct buffer shown = {0};

    buffer_printf(output, "::%s ", annotation->command);
    if (annotation->file.length > 0) {
        buffer_add_string(output, "file=");
        display_text(&shown, annotation->file);
        escape_github(output, buffer_text(&shown), true);
        buffer_printf(output, ",line=%u,", annotation->line);
    }
    buffer_printf(output, "title=%s::", annotation->title);
    escape_github(output, buffer_text(message), false);
    buffer_add_byte(output, '\n');
    output->failed = output->failed || message->failed || shown.failed;
    buffer_clear(message);
}

static void write_github(struct buffer *output, const struct rehearse_report *report, const struct buffer *changes)
{
    const struct rehearsal *rehearsal = report->rehearsal;
    struct annotation annotation = {"error", "the migration fails", text_from(rehearsal->refusal_file),
                                    rehearsal->refusal_line};
    struct buffer message = {0};

    if (rehearsal->refusal.code != ERROR_NONE) {
        display_text(&message, text_from(rehearsal->refusal.message));
        write_annotation(output, &annotation, &message);
    }
    for (size_t i = 0; i < rehearsal->break_count; i++) {
        const struct rehearsal_break *broken = &rehearsal->breaks[i];

        annotation = (struct annotation){broken->is_new ? "error" : "warning", "contract",
                                         broken->finding->contract->file, broken->finding->line};
        write_break(&message, broken);
        write_annotation(output, &annotation, &message);
    }
    for (size_t i = 0; i < rehearsal->note_count; i++) {
        annotation = (struct annotation){"warning", "the copy is not the original", {"", 0}, 0};
        buffer_add_text(&message, rehearsal->notes[i]);
        write_annotation(output, &annotation, &message);
    }
    annotation = (struct annotation){"notice", "root to expect", {"", 0}, 0};
    write_expectation(&message, report);
    write_annotation(output, &annotation, &message);
    buffer_add_text(output, buffer_text(changes));
}

/* ---- the whole ---- */

enum error_code rehearse_report_write(struct buffer *output, const struct rehearse_report *report, unsigned format,
                                      struct error *error)
{
    const char *name = report_formats[format].name;
    const struct report diff = {.diff = &report->rehearsal->diff,
                                .from = report->rehearsal->before,
                                .to = report->rehearsal->after,
                                .colour = report->style.colour,
                                .width = report->style.width};
    CLEANUP(buffer_clear) struct buffer changes = {0};

    if (report_formats[format].write(&changes, &diff, error) != ERROR_NONE)
        return error->code;
    if (strcmp(name, "json") == 0)
        return rehearse_json_write(output, report, &changes, error);
    if (strcmp(name, "sarif") == 0)
        return rehearse_sarif_write(output, report, &changes, error);
    if (strcmp(name, "markdown") == 0)
        write_markdown(output, report, &changes);
    else if (strcmp(name, "junit") == 0)
        write_junit(output, report, &changes);
    else if (strcmp(name, "github") == 0)
        write_github(output, report, &changes);
    else
        write_text(output, report, &changes);
    return buffer_check(output, error, "writing a report");
}
