#include "cli/asking.h"
#include "cli/gate_report.h"
#include "cli/output.h"
#include "cli/reading.h"
#include "schema/snapshot_file.h"

#define AT(member) offsetof(struct settings, member)

enum { LONGEST_AGE_MS = 7 * 24 * 3600 * 1000, LEAST_AGE_MS = 1000, MOST_NAME_BYTES = 200 };

enum { GATE_TEXT, GATE_JSON, GATE_MARKDOWN, GATE_JUNIT, GATE_GITHUB };

static const char doing[] = "asking the collector";

static const char *format_choice(size_t number)
{
    static const char *const names[] = {[GATE_TEXT] = "text",
                                        [GATE_JSON] = "json",
                                        [GATE_MARKDOWN] = "markdown",
                                        [GATE_JUNIT] = "junit",
                                        [GATE_GITHUB] = "github"};

    return number < LENGTH_OF(names) ? names[number] : NULL;
}

static const struct option options[] = {
    {"from", 0, OPTION_TEXT, AT(from), "ENV", NULL, NULL, NULL, 0, 0,
     "the environment that is to be promoted; may be left out with --against, which takes its place"},
    {"to", 0, OPTION_TEXT, AT(to), "ENV", NULL, NULL, NULL, 0, 0, "the environment that would change"},
    {"against", 0, OPTION_TEXT, AT(against), "REF", NULL, NULL, NULL, 0, 0,
     "what must be promoted, such as a snapshot file of the repository: with --from that environment must be exactly "
     "so, without it this is held against --to"},
    {"allow-outliers", 0, OPTION_FLAG, AT(allow_outliers), NULL, NULL, NULL, NULL, 0, 0,
     "pass although instances are not as most of their environment"},
    {"max-age", 0, OPTION_DURATION, AT(max_age_ms), "TIME", NULL, NULL, NULL, LEAST_AGE_MS, LONGEST_AGE_MS,
     "both sides must have been looked at within this time; without it what the collector's configuration says"},
    {"pin", 0, OPTION_FLAG, AT(pin), NULL, NULL, NULL, NULL, 0, 0,
     "when it passes, record what was approved, for `driftline verify`"},
    {"dry-run", 0, OPTION_FLAG, AT(dry_run), NULL, NULL, NULL, NULL, 0, 0,
     "only ask: nothing is recorded, and a token that may read is enough"},
    {"format", 0, OPTION_CHOICE, AT(format), "FORMAT", NULL, "text", format_choice, 0, 0,
     "print as; json is the collector's answer as it came"},
    {"output", 'o', OPTION_FILE, AT(output), "FILE", NULL, NULL, NULL, 0, 0,
     "write to FILE instead of standard output"},
    {0},
};

/* ---- the question ---- */

static enum error_code refuse(struct error *error, const char *what, const char *hint)
{
    error_set(error, ERROR_USAGE, "%s", what);
    return error_hint(error, "%s", hint);
}

static bool is_read_here(const char *reference)
{
    struct error ignored;
    struct ref ref;

    return ref_parse(&ref, text_from(reference), &ignored) != ERROR_NONE || ref.type != REF_COLLECTOR;
}

static enum error_code check(const struct call *call, struct error *error)
{
    const struct settings *settings = &call->settings;

    if (settings->to == NULL || (settings->from == NULL && settings->against == NULL))
        return refuse(error, settings->to == NULL ? "'driftline gate' needs '--to'" : "'driftline gate' needs '--from'",
                      "'driftline gate --help' says more");
    if (settings->dry_run && settings->pin)
        return refuse(error, "'--pin' records something, '--dry-run' nothing", "leave one of them out");
    if (settings->dry_run && settings->against != NULL && is_read_here(settings->against))
        return refuse(error, "'--dry-run' sends nothing: '--against' cannot be read here for it",
                      "leave it out, or name a snapshot that the collector has");
    return command_check_output(call, error);
}

static void write_target(struct buffer *target, const struct call *call)
{
    const struct settings *settings = &call->settings;

    buffer_add_string(target, "/api/v1/gate");
    asking_add_text(target, "database", call->operands[0]);
    asking_add_text(target, "from", settings->from);
    asking_add_text(target, "to", settings->to);
    asking_add_text(target, "allow_outliers", settings->allow_outliers ? "true" : NULL);
    if (settings->max_age_ms > 0)
        asking_add_number(target, "max_age", (settings->max_age_ms + 999) / 1000);
    asking_add_text(target, "pin", settings->pin ? "true" : NULL);
}

/* How the reference is called where it is shown: without secrets, and not longer than a line. */
static void write_name(struct buffer *target, const char *reference)
{
    CLEANUP(buffer_clear) struct buffer name;

    buffer_init(&name);
    ref_redact(&name, reference);
    while (name.length > MOST_NAME_BYTES || !text_is_utf8(buffer_text(&name)))
        name.length--;
    collector_add_parameter(target, "reference", buffer_text(&name));
    target->failed = target->failed || name.failed;
}

/* Read the reference here, and make it the body. */
static enum error_code read_reference(const struct call *call, struct buffer *file, struct error *error)
{
    CLEANUP(snapshot_freep) struct snapshot *snapshot = NULL;
    struct reading reading = {.reference = call->settings.against, .label = "reference"};
    struct ref_settings settings;

    if (command_ref_settings(call, &settings, error) != ERROR_NONE ||
        reading_run(&reading, 1, &settings, error) != ERROR_NONE)
        return error->code;
    snapshot = reading.snapshot;
    command_warn_gaps(snapshot);
    return snapshot_file_encode(snapshot, file, error);
}

static enum error_code ask(const struct call *call, struct buffer *answer, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer target, file;
    struct collector_question question = {.method = call->settings.dry_run ? "GET" : "POST"};

    buffer_init(&target);
    buffer_init(&file);
    write_target(&target, call);
    if (call->settings.against != NULL && is_read_here(call->settings.against)) {
        if (read_reference(call, &file, error) != ERROR_NONE)
            return error->code;
        write_name(&target, call->settings.against);
        question.file = buffer_text(&file);
    } else {
        asking_add_text(&target, "against", call->settings.against);
    }
    if (buffer_check(&target, error, doing) != ERROR_NONE || buffer_check(&file, error, doing) != ERROR_NONE)
        return error->code;
    question.target = target.bytes;
    return asking_ask(call, &question, answer, NULL, error);
}

/* ---- the answer ---- */

static bool is_environment(const struct answer_gate_side *side, const char *name)
{
    return side != NULL && side->root.length > 0 && text_equal(side->environment, text_from(name));
}

/* A pass is only one if it says of what, and that nothing stands in the way. */
static enum error_code check_pass(const struct call *call, const struct answer_gate *gate, struct error *error)
{
    const struct settings *settings = &call->settings;
    const char *fault = NULL;

    if (gate->verdict != ANSWER_PASS)
        return ERROR_NONE;
    if (!text_equal(gate->database, text_from(call->operands[0])) || !is_environment(gate->to, settings->to) ||
        (settings->from != NULL && !is_environment(gate->from, settings->from)) ||
        (settings->against != NULL && gate->reference == NULL))
        fault = "it is about something else than was asked for";
    else if (gate->reasons.count > 0)
        fault = "it passes although it names reasons not to";
    else if (settings->pin && gate_approved_root(gate).length == 0)
        fault = "it passes, but did not record what was approved";
    if (fault == NULL)
        return ERROR_NONE;
    return error_set(error, ERROR_PROTOCOL, "'%.200s': the answer makes no sense: %s", settings->collector, fault);
}

/* An environment that was never seen is called as it was asked for. */
static void name_sides(const struct call *call, struct answer_gate *gate, struct answer_gate_side sides[2])
{
    if (gate->from == NULL && call->settings.from != NULL) {
        sides[0].environment = text_from(call->settings.from);
        gate->from = &sides[0];
    }
    if (gate->to == NULL) {
        sides[1].environment = text_from(call->settings.to);
        gate->to = &sides[1];
    }
}

static enum error_code print(const struct call *call, const struct answer_gate *gate, struct error *error)
{
    const struct table_style style = asking_style(call);
    CLEANUP(buffer_clear) struct buffer output;

    buffer_init(&output);
    switch (call->settings.format) {
    case GATE_MARKDOWN:
        gate_write_markdown(&output, gate);
        break;
    case GATE_JUNIT:
        gate_write_junit(&output, gate);
        break;
    case GATE_GITHUB:
        gate_write_github(&output, gate);
        break;
    default:
        gate_write_text(&output, gate, &style, call->arena);
    }
    return output_write(call->settings.output, &output, error);
}

static enum error_code run(const struct call *call, int *ret_status, struct error *error)
{
    static const int statuses[] = {
        [ANSWER_PASS] = EXIT_FINE, [ANSWER_BLOCKED] = EXIT_DRIFT, [ANSWER_UNKNOWN] = EXIT_UNKNOWN};
    CLEANUP(buffer_clear) struct buffer answer;
    struct answer_gate_side sides[2] = {{.snapshot = 0}};
    struct answer_gate gate = {.at = 0};

    buffer_init(&answer);
    if (check(call, error) != ERROR_NONE || ask(call, &answer, error) != ERROR_NONE ||
        asking_read(call, &answer, &answer_gate_shape, &gate, error) != ERROR_NONE ||
        check_pass(call, &gate, error) != ERROR_NONE)
        return error->code;
    name_sides(call, &gate, sides);
    if ((call->settings.format == GATE_JSON ? asking_print_answer_to(call->settings.output, &answer, error)
                                            : print(call, &gate, error)) != ERROR_NONE)
        return error->code;
    *ret_status = statuses[gate.verdict];
    return ERROR_NONE;
}

static const char *const examples[] = {
    "driftline gate orders --from staging --to prod",
    "driftline gate orders --from staging --to prod --pin --format markdown -o comment.md",
    "driftline gate orders --to prod --against schema.snap",
    "driftline gate orders --from staging --to prod --max-age 2m --format github",
    NULL,
};

const struct command command_gate = {
    .name = "gate",
    .syntax = "DATABASE --from ENV --to ENV",
    .summary = "say whether an environment may be promoted",
    .text = "Passes only when everything that has to be known is known and nothing stands in\n"
            "the way: both sides were looked at within `--max-age` and are covered, their\n"
            "instances agree, the other side has nothing that would be lost (`hotfix`,\n"
            "`diverged`), no change is at a blocking level unless it is waived, contracts\n"
            "hold before and after, no freeze is on, and no change escaped the capture. Else\n"
            "it lists every reason and what to do about it, and always the plan: what the\n"
            "promotion would change.\n"
            "\n"
            "| exit status | verdict |\n"
            "|---|---|\n"
            "| 0 | `PASS` |\n"
            "| 1 | `BLOCKED` |\n"
            "| 2 | wrong usage, such as two environments that are no neighbours |\n"
            "| 3 | `UNKNOWN`, or the collector does not answer |\n"
            "| 4 | the token may not ask the gate |\n"
            "\n"
            "Each run is recorded (`driftline gate history`); that needs a token with the\n"
            "right `gate`. With `--pin` a pass also records the root that was approved, and\n"
            "`driftline verify` proves later that exactly this arrived.\n",
    .examples = examples,
    .operands = {OPERAND_DATABASE},
    .fewest_operands = 1,
    .options = options,
    .reads_schemas = true,
    .run = run,
};
