#include "base/clock.h"
#include "cli/asking.h"
#include "cli/contracts_text.h"
#include "cli/json.h"
#include "cli/output.h"
#include "cli/reading.h"
#include "contract/contract_file.h"
#include "contract/contract_suggest.h"
#include "drift/severity.h"

#define AT(member) offsetof(struct settings, member)

/* Violated before unknown before fine. */
static int status_of(bool violated, bool unknown)
{
    return violated ? EXIT_DRIFT : unknown ? EXIT_UNKNOWN : EXIT_FINE;
}

/* ---- the list ---- */

static int list_status(const struct answer_contracts *contracts)
{
    const struct answer_contract *items = contracts->contracts.items;
    bool violated = false, unknown = !contracts->known;

    for (size_t i = 0; i < contracts->contracts.count; i++) {
        violated = violated || items[i].state == CONTRACT_VIOLATED;
        unknown = unknown || items[i].state == CONTRACT_UNKNOWN;
    }
    return status_of(violated, unknown);
}

static enum error_code list(const struct call *call, int *ret_status, struct error *error)
{
    const struct table_style style = asking_style(call);
    CLEANUP(buffer_clear) struct buffer target, answer, output;
    struct answer_contracts contracts = {.known = false};

    buffer_init(&target);
    buffer_init(&answer);
    buffer_init(&output);
    buffer_add_string(&target, "/api/v1/contracts");
    asking_add_text(&target, "database", call->operand_count > 0 ? call->operands[0] : NULL);
    if (buffer_check(&target, error, "asking the collector") != ERROR_NONE ||
        asking_send(call, "GET", target.bytes, NULL, &answer, error) != ERROR_NONE ||
        asking_read(call, &answer, &answer_contracts_shape, &contracts, error) != ERROR_NONE)
        return error->code;
    *ret_status = list_status(&contracts);
    if (call->settings.format == FORMAT_JSON)
        return asking_print_answer(&answer, error);
    contracts_write_list(&output, &contracts, &style, call->arena, clock_now());
    return output_write(NULL, &output, error);
}

static const char *const list_examples[] = {"driftline contracts", "driftline contracts orders --format json", NULL};

const struct command command_contracts = {
    .name = "contracts",
    .syntax = "[DATABASE]",
    .summary = "say whether consumers have what they need",
    .text = "Prints the contracts that the collector knows, of one database or of all, those\n"
            "that are violated first: for how long, who owns them, who reads what they are\n"
            "about. Then, for each target that violates one, since when, with which change,\n"
            "by whom, and every requirement that is not met with its place in the file. A\n"
            "problem with the files of contracts is said at the top.\n"
            "\n"
            "Exits with 1 when a contract is violated, with 3 when one is not known to hold.\n",
    .examples = list_examples,
    .operands = {OPERAND_DATABASE},
    .fewest_operands = 0,
    .options = settings_format_only,
    .asks = true,
    .run = list,
};

/* ---- check ---- */

/* What there is to check, and what was found. */
struct checking {
    const struct call *call;
    struct contract_set set;
    struct snapshot *snapshot;
    struct contract_result *results; /* one a contract */
};

static void checking_clear(struct checking *checking)
{
    snapshot_free(checking->snapshot);
}

/* Whatever is wrong with the file is wrong usage: nothing can be said of REF. */
static enum error_code read_file(struct checking *checking, struct error *error)
{
    const char *path = checking->call->operands[0];
    enum error_code code;

    if (strcmp(path, "-") == 0 && ref_is_standard_input(checking->call->operands[1]))
        return error_set(error, ERROR_USAGE, "only one of FILE and REF can be read from standard input");
    code = contract_file_read(&checking->set, path, checking->call->arena, error);
    if (code != ERROR_NONE && code != ERROR_MEMORY && code != ERROR_INTERNAL)
        error->code = ERROR_CONFIG;
    return error->code;
}

static enum error_code read_snapshot(struct checking *checking, struct error *error)
{
    struct reading reading = {.reference = checking->call->operands[1], .label = "reading"};
    struct ref_settings settings;

    if (command_ref_settings(checking->call, &settings, error) != ERROR_NONE ||
        reading_run(&reading, 1, &settings, error) != ERROR_NONE)
        return error->code;
    checking->snapshot = reading.snapshot;
    return ERROR_NONE;
}

static enum error_code check_all(struct checking *checking, struct error *error)
{
    const struct contract_source source = contract_source_of(checking->snapshot);
    struct arena *arena = checking->call->arena;

    checking->results = arena_array(arena, checking->set.count, sizeof *checking->results);
    if (checking->results == NULL)
        return arena_error(arena, error, "checking contracts");
    for (size_t i = 0; i < checking->set.count; i++)
        if (contract_check(&checking->results[i], &checking->set.contracts[i], &source, arena, error) != ERROR_NONE)
            return error->code;
    return ERROR_NONE;
}

static enum contract_state state_of_all(const struct checking *checking)
{
    enum contract_state state = CONTRACT_HOLDS;

    for (size_t i = 0; i < checking->set.count && state != CONTRACT_VIOLATED; i++)
        if (checking->results[i].state != CONTRACT_HOLDS)
            state = checking->results[i].state;
    return state;
}

static json_t *texts_value(const struct text *texts, size_t count)
{
    json_t *list = json_array();

    for (size_t i = 0; i < count; i++)
        if (json_array_append_new(list, json_text(texts[i])) != 0) {
            json_decref(list);
            return NULL;
        }
    return list;
}

static json_t *state_value(enum contract_state state)
{
    return json_string(contract_state_name(state));
}

static json_t *findings_value(const struct contract_result *result)
{
    json_t *list = json_array();
    bool complete = list != NULL;

    for (size_t i = 0; i < result->count && complete; i++) {
        const struct contract_finding *finding = &result->findings[i];
        json_t *value = json_object();

        complete = json_add(value, "state", state_value(finding->state)) &&
                   json_add(value, "kind", json_string(kind_name(finding->kind))) &&
                   json_add(value, "object", json_text(finding->object)) &&
                   json_add(value, "message", json_text(finding->message)) &&
                   json_add(value, "line", json_integer(finding->line));
        complete = json_array_append_new(list, value) == 0 && complete;
    }
    if (complete)
        return list;
    json_decref(list);
    return NULL;
}

/* The members that the collector's list has, too, are called as there. */
static json_t *contract_value(const struct contract *contract, const struct contract_result *result)
{
    json_t *value = json_object();

    if (json_add(value, "name", json_text(contract->name)) && json_add(value, "owner", json_text(contract->owner)) &&
        json_add(value, "consumers", texts_value(contract->consumers, contract->consumer_count)) &&
        json_add(value, "database", json_text(contract->database)) &&
        json_add(value, "environments", texts_value(contract->environments, contract->environment_count)) &&
        json_add(value, "severity", json_string(severity_name(contract->severity))) &&
        json_add(value, "file", json_text(contract->file)) && json_add(value, "line", json_integer(contract->line)) &&
        json_add(value, "requirements", json_integer((json_int_t)contract->requirement_count)) &&
        json_add(value, "state", state_value(result->state)) && json_add(value, "findings", findings_value(result)))
        return value;
    json_decref(value);
    return NULL;
}

static json_t *results_value(const struct checking *checking)
{
    json_t *document = json_object(), *list = json_array();
    bool complete = json_add(document, "state", state_value(state_of_all(checking)));

    complete = json_add(document, "snapshot", json_snapshot(checking->snapshot)) && complete;
    for (size_t i = 0; i < checking->set.count && complete; i++)
        complete = json_array_append_new(list, contract_value(&checking->set.contracts[i], &checking->results[i])) == 0;
    if (json_add(document, "contracts", list) && complete)
        return document;
    json_decref(document);
    return NULL;
}

static enum error_code check(const struct call *call, int *ret_status, struct error *error)
{
    const struct table_style style = asking_style(call);
    CLEANUP(checking_clear) struct checking checking = {.call = call};
    CLEANUP(buffer_clear) struct buffer output;
    enum contract_state state;

    buffer_init(&output);
    if (read_file(&checking, error) != ERROR_NONE || read_snapshot(&checking, error) != ERROR_NONE ||
        check_all(&checking, error) != ERROR_NONE)
        return error->code;
    state = state_of_all(&checking);
    *ret_status = status_of(state == CONTRACT_VIOLATED, state == CONTRACT_UNKNOWN);
    if (call->settings.format != FORMAT_JSON)
        contracts_write_results(&output, &checking.set, checking.results, &style, call->arena);
    else if (json_write(&output, results_value(&checking), error) != ERROR_NONE)
        return error->code;
    return output_write(NULL, &output, error);
}

static const struct option check_options[] = {
    {"format", 0, OPTION_CHOICE, AT(format), "FORMAT", NULL, "text", settings_text_or_json, 0, 0, "print as"},
    {0},
};

static const char *const check_examples[] = {
    "driftline contracts check contracts/billing.yaml orders.snap",
    "driftline contracts check billing.yaml postgres://app@db1/orders",
    "driftline contracts check billing.yaml orders@staging --format json",
    NULL,
};

const struct command command_contracts_check = {
    .name = "contracts check",
    .syntax = "FILE REF",
    .summary = "check a schema against a file of contracts",
    .text = "Reads the schema that REF names and prints every requirement of the file that\n"
            "it does not meet, as FILE:LINE: MESSAGE, then the state of each contract. All\n"
            "contracts of the file are checked, whatever database and environments they are\n"
            "for. No collector is needed, unless REF is one of its snapshots.\n"
            "\n"
            "Exits with 0 when all hold, with 1 when one is violated, with 2 when the file\n"
            "cannot be read, with 3 when something could not be looked at.\n",
    .examples = check_examples,
    .operands = {OPERAND_FILE, OPERAND_REF},
    .fewest_operands = 2,
    .options = check_options,
    .reads_schemas = true,
    .run = check,
};

/* ---- suggest ---- */

static enum error_code make_wish(const struct call *call, struct contract_wish *ret_wish, struct error *error)
{
    const struct option_list *given = &call->settings.tables;
    struct text *tables = arena_array(call->arena, given->count, sizeof *tables);
    struct ref ref;

    if (given->count == 0) {
        error_set(error, ERROR_USAGE, "'driftline contracts suggest' needs '--table'");
        return error_hint(error, "name each table or view that the consumer reads, such as --table shop.orders");
    }
    if (tables == NULL)
        return arena_error(call->arena, error, "suggesting a contract");
    for (size_t i = 0; i < given->count; i++)
        tables[i] = text_from(given->items[i]);
    *ret_wish = (struct contract_wish){.tables = tables, .count = given->count};
    if (ref_parse(&ref, text_from(call->operands[0]), error) != ERROR_NONE)
        return error->code;
    ret_wish->database = ref_database_name(&ref);
    if (ref.type == REF_COLLECTOR)
        ret_wish->environment = ref.collected.environment;
    if (!reference_is_name(ret_wish->database))
        ret_wish->database = (struct text){"", 0};
    return ERROR_NONE;
}

static enum error_code suggest(const struct call *call, int *ret_status, struct error *error)
{
    CLEANUP(snapshot_freep) struct snapshot *snapshot = NULL;
    CLEANUP(buffer_clear) struct buffer output;
    struct contract_wish wish;

    (void)ret_status;
    buffer_init(&output);
    if (make_wish(call, &wish, error) != ERROR_NONE || command_check_output(call, error) != ERROR_NONE ||
        command_read(call, &snapshot, error) != ERROR_NONE)
        return error->code;
    command_warn_gaps(snapshot);
    if (contract_suggest(&output, snapshot, &wish, error) != ERROR_NONE)
        return error->code;
    return output_write(call->settings.output, &output, error);
}

static const struct option suggest_options[] = {
    {"table", 0, OPTION_LIST, AT(tables), "TABLE", NULL, NULL, NULL, 0, 0,
     "a table or view that the consumer reads, such as shop.orders; may be given several times"},
    {"output", 'o', OPTION_FILE, AT(output), "FILE", NULL, NULL, NULL, 0, 0,
     "write to FILE instead of standard output"},
    {0},
};

static const char *const suggest_examples[] = {
    "driftline contracts suggest orders@prod --table shop.orders -o billing.yaml",
    "driftline contracts suggest sqlite:app.db --table main.users --table main.logins",
    NULL,
};

const struct command command_contracts_suggest = {
    .name = "contracts suggest",
    .syntax = "REF --table TABLE...",
    .summary = "write a contract to begin with",
    .text = "Writes a file with one contract that asks for these tables or views as they are\n"
            "now: columns with their types, keys, indexes, and the enums that columns have.\n"
            "The schema keeps it; take out what the consumer does not read, and fill in who\n"
            "that is. What could not be read is not asked for.\n",
    .examples = suggest_examples,
    .operands = {OPERAND_REF},
    .fewest_operands = 1,
    .options = suggest_options,
    .reads_schemas = true,
    .run = suggest,
};
