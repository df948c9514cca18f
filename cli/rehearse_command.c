#include <sys/stat.h>
#include <unistd.h>

#include "cli/asking.h"
#include "cli/fail_on.h"
#include "cli/interrupt.h"
#include "cli/output.h"
#include "cli/reading.h"
#include "cli/rehearse.h"
#include "cli/rehearse_report.h"
#include "contract/contract_file.h"
#include "sources/ddl/ddl_files.h"

#define AT(member) offsetof(struct settings, member)

static const struct option options[] = {
    {"on", 0, OPTION_TEXT, AT(on), "REF", NULL, NULL, NULL, 0, 0, "the schema that the migration is for"},
    {"contracts", 0, OPTION_LIST, AT(contracts), "FILE", NULL, NULL, NULL, 0, 0,
     "check the contracts of this file or folder; may be given several times"},
    {"as", 0, OPTION_TEXT, AT(as), "ROLE", NULL, NULL, NULL, 0, 0,
     "migrate as this role, which owns what is made; without it as the one that owns most tables"},
    {"in-transaction", 0, OPTION_FLAG, AT(in_transaction), NULL, NULL, NULL, NULL, 0, 0,
     "run each file in one transaction, as many tools do; so does `transaction: file` of the section `lint`"},
    {"format", 0, OPTION_CHOICE, AT(format), "FORMAT", NULL, "text", settings_report_format, 0, 0, "print as"},
    {"fail-on", 0, OPTION_CHOICE, AT(fail_on), "LEVEL", NULL, "critical", fail_on_choice, 0, 0,
     "exit with 1 when the migration makes a change of this level or above"},
    {"output", 'o', OPTION_FILE, AT(output), "FILE", NULL, NULL, NULL, 0, 0,
     "write to FILE instead of standard output"},
    {0},
};

static const char doing[] = "rehearsing";

/* ---- what is rehearsed ---- */

/* All files of the operands, folders in the order of their migrations. */
static enum error_code add_scripts(struct rehearse_wish *wish, const struct call *call, const struct ddl_files *files,
                                   struct error *error)
{
    struct script *scripts = arena_array(call->arena, wish->script_count + files->count, sizeof *scripts);

    if (scripts == NULL)
        return arena_error(call->arena, error, doing);
    if (wish->script_count > 0)
        memcpy(scripts, wish->scripts, wish->script_count * sizeof *scripts);
    for (size_t i = 0; i < files->count; i++)
        if (ddl_file_read(&scripts[wish->script_count++], files->paths[i], call->settings.memory_limit, call->arena,
                          error) != ERROR_NONE)
            return error->code;
    wish->scripts = scripts;
    return ERROR_NONE;
}

static enum error_code read_scripts(struct rehearse_wish *wish, const struct call *call, struct error *error)
{
    for (size_t i = 0; i < call->operand_count; i++) {
        struct ddl_files files;

        if (strcmp(call->operands[i], "-") == 0) {
            static const char *standard_input[] = {"-"};

            files = (struct ddl_files){standard_input, 1};
        } else if (ddl_files_find(&files, call->operands[i], call->arena, error) != ERROR_NONE) {
            return error->code;
        }
        if (add_scripts(wish, call, &files, error) != ERROR_NONE)
            return error->code;
    }
    return ERROR_NONE;
}

/* ---- contracts ---- */

static enum error_code read_contracts(struct contract_set *set, const struct call *call, struct error *error)
{
    for (size_t i = 0; i < call->settings.contracts.count; i++) {
        const char *path = call->settings.contracts.items[i];
        struct contract_set more, all;
        struct stat status;
        bool is_folder = stat(path, &status) == 0 && S_ISDIR(status.st_mode);
        enum error_code code = (is_folder ? contract_folder_read : contract_file_read)(&more, path, call->arena, error);

        if (code == ERROR_NONE)
            code = contract_sets_join(&all, set, &more, call->arena, error);
        if (code != ERROR_NONE) {
            if (code != ERROR_MEMORY && code != ERROR_INTERNAL)
                error->code = ERROR_CONFIG;
            return error->code;
        }
        *set = all;
    }
    return ERROR_NONE;
}

/* A folder has contracts of many databases. Which one this is, only a reference of the collector says. */
static enum error_code choose_contracts(struct contract_set *set, const struct ref *ref, struct arena *arena,
                                        struct error *error)
{
    struct contract *chosen = arena_array(arena, set->count + 1, sizeof *chosen);
    size_t count = 0;

    if (chosen == NULL)
        return arena_error(arena, error, doing);
    for (size_t i = 0; i < set->count; i++)
        if (ref->type != REF_COLLECTOR || (text_equal(set->contracts[i].database, ref->collected.database) &&
                                           contract_has_environment(&set->contracts[i], ref->collected.environment)))
            chosen[count++] = set->contracts[i];
    return contract_set_make(set, chosen, count, error);
}

/* ---- the command ---- */

/* What belongs to one call. */
struct rehearsing {
    const struct call *call;
    struct ref ref;
    struct snapshot *target;
    struct contract_set contracts;
    struct ref_settings settings;
    struct diff_options options;
    struct buffer shown; /* the reference without its secrets */
    struct rehearse_wish wish;
    struct rehearsal rehearsal;
};

static void rehearsing_clear(struct rehearsing *rehearsing)
{
    rehearsal_clear(&rehearsing->rehearsal);
    snapshot_free(rehearsing->target);
    buffer_clear(&rehearsing->shown);
}

/* Mistakes in the call and in files are told before a server is asked. */
static enum error_code prepare(struct rehearsing *rehearsing, struct error *error)
{
    const struct call *call = rehearsing->call;

    if (call->settings.on == NULL) {
        error_set(error, ERROR_USAGE, "'driftline rehearse' needs '--on'");
        return error_hint(error, "name the schema that the migration is for, such as --on orders@prod");
    }
    ref_redact(&rehearsing->shown, call->settings.on);
    if (buffer_check(&rehearsing->shown, error, doing) != ERROR_NONE ||
        ref_parse(&rehearsing->ref, text_from(call->settings.on), error) != ERROR_NONE ||
        command_check_output(call, error) != ERROR_NONE ||
        settings_for_diff(&call->settings, call->arena, &rehearsing->options, error) != ERROR_NONE ||
        read_contracts(&rehearsing->contracts, call, error) != ERROR_NONE ||
        choose_contracts(&rehearsing->contracts, &rehearsing->ref, call->arena, error) != ERROR_NONE)
        return error->code;
    return read_scripts(&rehearsing->wish, call, error);
}

static enum error_code read_target(struct rehearsing *rehearsing, struct error *error)
{
    struct reading reading = {.reference = rehearsing->call->settings.on, .label = "reading"};

    if (command_ref_settings(rehearsing->call, &rehearsing->settings, error) != ERROR_NONE ||
        reading_run(&reading, 1, &rehearsing->settings, error) != ERROR_NONE)
        return error->code;
    rehearsing->target = reading.snapshot;
    return ERROR_NONE;
}

/* Whether files are one transaction each: as the command line says, or as the project's tool does it. */
static bool is_one_transaction(const struct settings *settings)
{
    const char *transaction = settings->project == NULL ? NULL : settings->project->lint.transaction;

    return settings->in_transaction || (transaction != NULL && strcmp(transaction, "file") == 0);
}

/* A database on somebody's server is dropped before this ends; a private server needs nobody for that. */
static bool is_on_server(const struct source_settings *source)
{
    return source->scratch != NULL && source->scratch[0] != '/';
}

static enum error_code rehearse(struct rehearsing *rehearsing, struct error *error)
{
    const struct call *call = rehearsing->call;
    struct rehearse_wish *wish = &rehearsing->wish;
    const char *database = arena_string(call->arena, ref_database_name(&rehearsing->ref));

    if (database == NULL)
        return arena_error(call->arena, error, doing);
    wish->source = &rehearsing->settings.source;
    wish->options = &rehearsing->options;
    wish->target = rehearsing->target;
    wish->reference = rehearsing->shown.bytes;
    wish->database = database;
    wish->role = call->settings.as;
    wish->one_transaction = is_one_transaction(&call->settings);
    wish->contracts = &rehearsing->contracts;
    if (is_on_server(wish->source)) {
        interrupt_catch();
        wish->is_stopped = interrupt_came;
    }
    return rehearse_run(&rehearsing->rehearsal, wish, call->arena, error);
}

static enum error_code print(const struct rehearsing *rehearsing, struct error *error)
{
    const struct call *call = rehearsing->call;
    const struct rehearse_report report = {
        .rehearsal = &rehearsing->rehearsal,
        .wish = &rehearsing->wish,
        .is_collected = rehearsing->ref.type == REF_COLLECTOR,
        .needs_contracts = rehearsing->ref.type == REF_COLLECTOR && call->settings.contracts.count == 0,
        .style = asking_style(call),
        .arena = call->arena,
    };
    CLEANUP(buffer_clear) struct buffer output = {0};

    if (rehearse_report_write(&output, &report, call->settings.format, error) != ERROR_NONE)
        return error->code;
    return output_write(call->settings.output, &output, error);
}

/* A migration that fails on another schema may not fail on this one: then nothing is known. */
static int status_of(const struct rehearsing *rehearsing)
{
    const struct rehearsal *rehearsal = &rehearsing->rehearsal;
    const struct diff *diff = &rehearsal->diff;

    if (rehearsal->refusal.code != ERROR_NONE)
        return rehearsal->note_count == 0 ? EXIT_DRIFT : EXIT_UNKNOWN;
    if (rehearsal->has_new_break)
        return EXIT_DRIFT;
    return fail_on_status(rehearsing->call->settings.fail_on, diff->summary,
                          !rehearsal->is_certain || rehearsal->is_contract_unknown || diff->verdict == VERDICT_UNKNOWN);
}

static enum error_code run(const struct call *call, int *ret_status, struct error *error)
{
    CLEANUP(rehearsing_clear) struct rehearsing rehearsing = {.call = call};

    if (prepare(&rehearsing, error) != ERROR_NONE || read_target(&rehearsing, error) != ERROR_NONE ||
        rehearse(&rehearsing, error) != ERROR_NONE || print(&rehearsing, error) != ERROR_NONE)
        return error->code;
    *ret_status = status_of(&rehearsing);
    return ERROR_NONE;
}

static const char *const examples[] = {
    "driftline rehearse migrations/V7__totals.sql --on orders@prod",
    "driftline rehearse new.sql --on postgres://app@prod/db --contracts contracts",
    "driftline rehearse a.sql b.sql --on prod.snap --format markdown --fail-on none",
    NULL,
};

const struct command command_rehearse = {
    .name = "rehearse",
    .syntax = "FILE.sql... --on REF",
    .summary = "try a migration on a copy of a schema",
    .text = "Makes the schema that REF names anew in a scratch database, applies the files\n"
            "to it, one statement after the other, and says what exactly changes, with\n"
            "severities; which contracts break; which locks others would wait for; and the\n"
            "root that REF will have if nothing else happens, which `driftline verify`\n"
            "checks after the deployment. REF itself is only read. A folder stands for the\n"
            "migrations in it; of files with a part that leads back, only the other is run.\n"
            "\n"
            "The scratch database is on a private PostgreSQL server, where its programs are\n"
            "installed, or where `--scratch` says, and is gone afterwards. Files are run\n"
            "with all rights on it: they must come from people whom you trust.\n"
            "\n"
            "Exits with 0 when the migration can be done, with 1 when a statement fails, a\n"
            "contract breaks or a change is at or above `--fail-on`, and with 3 when that\n"
            "is not known for sure: not all of the schema could be made anew.\n",
    .examples = examples,
    .operands = {OPERAND_FILE},
    .fewest_operands = 1,
    .repeats = true,
    .options = options,
    .reads_schemas = true,
    .compares = true,
    .has_project = true,
    .run = run,
};
