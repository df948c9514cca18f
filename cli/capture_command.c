/* capture install, status, uninstall: what a database itself keeps of the statements that change its schema. */
#include "capture/capture_install.h"

#include <inttypes.h>

#include "base/clock.h"
#include "cli/asking.h"
#include "cli/command.h"
#include "cli/json.h"
#include "cli/moment.h"
#include "cli/output.h"

#define AT(member) offsetof(struct settings, member)

/* The capture of the database that the operand names. */
static enum error_code find_capture(const struct call *call, const struct capture_ops **ret_ops, struct error *error)
{
    const char *reference = call->operands[0];
    const struct source_ops *source;
    struct ref ref;

    if (ref_parse(&ref, text_from(reference), error) != ERROR_NONE)
        return error->code;
    source = source_find(reference);
    if (ref.type != REF_DATABASE || source == NULL) {
        CLEANUP(buffer_clear) struct buffer shown = {0};

        ref_redact(&shown, reference);
        error_set(error, ERROR_USAGE, "'%s' is no database", shown.failed ? "" : buffer_text(&shown).bytes);
        return error_hint(error, "write the database itself, such as postgres://user@host/database");
    }
    *ret_ops = capture_find(reference);
    if (*ret_ops == NULL) {
        error_set(error, ERROR_UNSUPPORTED, "%s has nothing that could capture statements", source->name);
        return error_hint(error, "the agent notices changes by polling, and who made them is inferred");
    }
    return ERROR_NONE;
}

/* This engine's capture is there but not installed by us. */
static enum error_code cannot(const char *what, struct error *error)
{
    error_set(error, ERROR_UNSUPPORTED, "there is nothing to %s in a database of this engine", what);
    return error_hint(error, "'driftline capture status' says what captures statements there");
}

/* ---- install ---- */

static const struct option install_options[] = {
    {"agent-role", 0, OPTION_TEXT, AT(agent_role), "ROLE", NULL, NULL, NULL, 0, 0,
     "the role of the agent: it may read the log and mark its entries"},
    {"retention", 0, OPTION_NUMBER, AT(retention_days), "DAYS", NULL, NULL, NULL, 1, 36500,
     "keep entries that the collector has so long; without it as it is, at first 90"},
    {"print", 0, OPTION_FLAG, AT(print), NULL, NULL, NULL, NULL, 0, 0,
     "only print the SQL, to be read and run by hand"},
    {0},
};

static enum error_code print_script(const struct capture_ops *ops, const struct capture_install *install,
                                    struct error *error)
{
    CLEANUP(buffer_clear) struct buffer output = {0};

    if (ops->script == NULL)
        return cannot("print", error);
    ops->script(install, &output);
    return output_write(NULL, &output, error);
}

/* What the reader should know of what is now there. */
static void write_installed(struct buffer *output, const struct call *call, const struct capture_status *status)
{
    buffer_add_string(output, "capture is installed in '");
    ref_redact(output, call->operands[0]);
    buffer_printf(output, "', version %u\n", status->version);
    if (call->settings.agent_role != NULL)
        buffer_printf(output, "the role %s may read its log\n", call->settings.agent_role);
    else
        buffer_add_string(output,
                          "no role was named with --agent-role: who could read its log before still can, and who "
                          "installed it\n");
    if (status->note.length > 0)
        buffer_printf(output, "note: %.*s\n", TEXT_ARGS(status->note));
}

static enum error_code install(const struct call *call, int *ret_status, struct error *error)
{
    const struct capture_install wanted = {.agent_role = text_from(call->settings.agent_role),
                                           .retention_days = call->settings.retention_days};
    CLEANUP(buffer_clear) struct buffer output = {0};
    struct capture_status status = {0};
    const struct capture_ops *ops = NULL;
    struct ref_settings settings;

    (void)ret_status;
    if (find_capture(call, &ops, error) != ERROR_NONE)
        return error->code;
    if (call->settings.print)
        return print_script(ops, &wanted, error);
    if (ops->install == NULL)
        return cannot("install", error);
    if (command_ref_settings(call, &settings, error) != ERROR_NONE ||
        ops->install(call->operands[0], &settings.source, &wanted, error) != ERROR_NONE ||
        ops->status(call->operands[0], &settings.source, call->arena, &status, error) != ERROR_NONE)
        return error->code;
    write_installed(&output, call, &status);
    return output_write(NULL, &output, error);
}

static const char *const install_examples[] = {
    "driftline capture install postgres://dba@db1/orders --agent-role driftline_agent",
    "driftline capture install postgres://dba@db1/orders --print | less",
    NULL,
};

const struct command command_capture_install = {
    .name = "capture install",
    .syntax = "REF",
    .summary = "let a database log who changes it",
    .text = "Installs a log of the statements that change the schema, with who gave each\n"
            "one, and what fills it, in a schema `driftline` of the database itself. The\n"
            "agent then brings the entries along with its snapshots, and the collector says\n"
            "of each change who made it.\n"
            "\n"
            "It is all or nothing, and harmless to repeat: the log stays, an older version\n"
            "is brought up to date. It needs the rights of an administrator; the agent later\n"
            "needs none but those that `--agent-role` gives to its role. `--print` connects\n"
            "to nothing.\n",
    .examples = install_examples,
    .operands = {OPERAND_REF},
    .fewest_operands = 1,
    .options = install_options,
    .reads_databases = true,
    .run = install,
};

/* ---- status ---- */

static const char *state_name(enum capture_state state)
{
    static const char *const names[] = {
        [CAPTURE_ABSENT] = "absent", [CAPTURE_ON] = "on", [CAPTURE_OFF] = "off", [CAPTURE_UNREAD] = "unknown"};

    return names[state];
}

static int exit_of(enum capture_state state)
{
    return state == CAPTURE_ON ? EXIT_FINE : state == CAPTURE_UNREAD ? EXIT_UNKNOWN : EXIT_DRIFT;
}

/* Whether the counts of the log were read. */
static bool is_counted(const struct capture_status *status)
{
    return status->state != CAPTURE_UNREAD && status->version_known > 0 && status->version == status->version_known;
}

static json_t *newest_as_json(int64_t newest)
{
    char at[CLOCK_TEXT_SIZE];

    if (newest == 0)
        return json_null();
    clock_format(newest, at);
    return json_string(at);
}

static bool add_counts(json_t *object, const struct capture_status *status)
{
    return json_add(object, "pending", json_integer(status->pending)) &&
           json_add(object, "shipped", json_integer(status->shipped)) &&
           json_add(object, "recorded", json_integer(status->recorded)) &&
           json_add(object, "faults", json_integer(status->faults)) &&
           json_add(object, "newest", newest_as_json(status->newest));
}

static json_t *status_as_json(const char *reference, const struct capture_status *status)
{
    CLEANUP(buffer_clear) struct buffer shown = {0};
    json_t *object = json_object();

    ref_redact(&shown, reference);
    if (!shown.failed && json_add(object, "ref", json_text(buffer_text(&shown))) &&
        json_add(object, "state", json_string(state_name(status->state))) &&
        json_add(object, "how", json_text(status->how)) &&
        json_add(object, "version", json_integer((json_int_t)status->version)) &&
        json_add(object, "version_known", json_integer((json_int_t)status->version_known)) &&
        (status->state == CAPTURE_ABSENT || !is_counted(status) || add_counts(object, status)) &&
        json_add(object, "note", json_text(status->note)))
        return object;
    json_decref(object);
    return NULL;
}

static void write_line(struct buffer *output, const char *title, struct text text)
{
    buffer_printf(output, "%-10s%.*s\n", title, TEXT_ARGS(text));
}

static void write_counts(struct buffer *output, const struct capture_status *status)
{
    buffer_printf(output, "%-10s%" PRId64 "\n%-10s%" PRId64 "\n%-10s%" PRId64 "\n%-10s%" PRId64 "\n", "pending",
                  status->pending, "shipped", status->shipped, "recorded", status->recorded, "faults", status->faults);
    buffer_printf(output, "%-10s", "newest");
    moment_write(output, status->newest);
    buffer_add_byte(output, '\n');
}

static void write_status(struct buffer *output, const struct call *call, const struct capture_status *status)
{
    const struct table_style style = asking_style(call);

    buffer_printf(output, "%-10s", "capture");
    tint_begin(output, status->state == CAPTURE_ON ? TINT_GOOD : TINT_DOUBT, &style);
    buffer_add_string(output, state_name(status->state));
    tint_end(output, status->state == CAPTURE_ON ? TINT_GOOD : TINT_DOUBT, &style);
    buffer_add_byte(output, '\n');
    if (status->state != CAPTURE_ABSENT) {
        if (status->how.length > 0)
            write_line(output, "by", status->how);
        if (status->version_known > 0) { /* else nothing of ours is installed */
            buffer_printf(output, "%-10s%u", "version", status->version);
            buffer_printf(output, status->version == status->version_known ? "\n" : ", this program knows %u\n",
                          status->version_known);
        }
        if (is_counted(status))
            write_counts(output, status);
    }
    if (status->note.length > 0)
        write_line(output, "note", status->note);
    else if (status->state == CAPTURE_ABSENT)
        write_line(output, "note",
                   TEXT("'driftline capture install REF' lets the database log who changes its schema"));
}

static enum error_code status_run(const struct call *call, int *ret_status, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer output = {0};
    struct capture_status status = {0};
    const struct capture_ops *ops = NULL;
    struct ref_settings settings;

    if (find_capture(call, &ops, error) != ERROR_NONE)
        return error->code;
    if (ops->status == NULL)
        return cannot("ask", error);
    if (command_ref_settings(call, &settings, error) != ERROR_NONE ||
        ops->status(call->operands[0], &settings.source, call->arena, &status, error) != ERROR_NONE)
        return error->code;
    *ret_status = exit_of(status.state);
    if (call->settings.format == FORMAT_TEXT)
        write_status(&output, call, &status);
    else if (json_write(&output, status_as_json(call->operands[0], &status), error) != ERROR_NONE)
        return error->code;
    return output_write(NULL, &output, error);
}

static const struct option status_options[] = {
    {"format", 0, OPTION_CHOICE, AT(format), "FORMAT", NULL, "text", settings_text_or_json, 0, 0, "print as"},
    {0},
};

static const char *const status_examples[] = {
    "driftline capture status postgres://agent@db1/orders",
    "driftline capture status postgres://agent@db1/orders --format json",
    NULL,
};

const struct command command_capture_status = {
    .name = "capture status",
    .syntax = "REF",
    .summary = "say whether a database does, and how it goes",
    .text = "Prints whether statements are captured, by what, how many entries wait for an\n"
            "agent (`pending`), are in its outbox (`shipped`) and are at the collector\n"
            "(`recorded`), and how many statements could not be logged (`faults`).\n"
            "\n"
            "Exits with 0 when capture is on, with 1 when it is off or not installed, and\n"
            "with 3 when that is not known: this role may not read the log, or the database\n"
            "could not be asked.\n",
    .examples = status_examples,
    .operands = {OPERAND_REF},
    .fewest_operands = 1,
    .options = status_options,
    .reads_databases = true,
    .run = status_run,
};

/* ---- uninstall ---- */

static enum error_code uninstall(const struct call *call, int *ret_status, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer output = {0};
    struct capture_status status = {0};
    const struct capture_ops *ops = NULL;
    struct ref_settings settings;

    (void)ret_status;
    if (find_capture(call, &ops, error) != ERROR_NONE)
        return error->code;
    if (ops->uninstall == NULL)
        return cannot("uninstall", error);
    if (command_ref_settings(call, &settings, error) != ERROR_NONE ||
        ops->status(call->operands[0], &settings.source, call->arena, &status, error) != ERROR_NONE ||
        ops->uninstall(call->operands[0], &settings.source, error) != ERROR_NONE)
        return error->code;
    buffer_add_string(&output,
                      status.state == CAPTURE_ABSENT ? "capture was not installed in '" : "capture is gone from '");
    ref_redact(&output, call->operands[0]);
    buffer_add_string(&output, status.state == CAPTURE_ABSENT ? "'\n" : "', with its log\n");
    if (status.pending > 0)
        buffer_printf(&output, "%" PRId64 " of its entries had not been fetched by an agent\n", status.pending);
    return output_write(NULL, &output, error);
}

static const char *const uninstall_examples[] = {"driftline capture uninstall postgres://dba@db1/orders", NULL};

const struct command command_capture_uninstall = {
    .name = "capture uninstall",
    .syntax = "REF",
    .summary = "remove that log and what fills it",
    .text = "Removes everything that `driftline capture install` made, with the log. What the\n"
            "collector has stays there. It is all or nothing: where something else depends on\n"
            "capture's objects, such as a view of yours, the message names it and nothing is\n"
            "removed.\n",
    .examples = uninstall_examples,
    .operands = {OPERAND_REF},
    .fewest_operands = 1,
    .reads_databases = true,
    .run = uninstall,
};
