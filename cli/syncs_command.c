#include "cli/asking.h"
#include "cli/moment.h"
#include "cli/output.h"
#include "cli/syncs.h"
#include "drift/report_display.h"

#define AT(member) offsetof(struct settings, member)

enum { LIMIT_OF_A_PAGE = 1000 };

#define KIND_AND_NAME(kind_words, name_words)                                                                          \
    {"kind", 0, OPTION_TEXT, AT(sync_kind), "KIND", NULL, NULL, NULL, 0, 0, kind_words},                               \
    {                                                                                                                  \
        "name", 0, OPTION_TEXT, AT(sync_name), "NAME", NULL, NULL, NULL, 0, 0, name_words                              \
    }

/* ---- the list ---- */

struct answer_sync {
    int64_t id;
    int64_t at;
    struct text by;
    struct text kind;
    struct text name;
    struct text database;
    struct text environment;
    struct text state;
    bool manual;
    int64_t lead_seconds; /* 0: not over, or at once */
    struct text url;
    struct text detail;
};

struct answer_syncs {
    struct shape_list syncs; /* struct answer_sync */
};

#define FIELD(type, member) .name = #member, .offset = offsetof(struct type, member)

static const struct shape_member sync_members[] = {
    {FIELD(answer_sync, id), .type = MEMBER_NUMBER},
    {FIELD(answer_sync, at), .type = MEMBER_TIME},
    {FIELD(answer_sync, by), .type = MEMBER_TEXT},
    {FIELD(answer_sync, kind), .type = MEMBER_TEXT},
    {FIELD(answer_sync, name), .type = MEMBER_TEXT},
    {FIELD(answer_sync, database), .type = MEMBER_TEXT},
    {FIELD(answer_sync, environment), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_sync, state), .type = MEMBER_TEXT},
    {FIELD(answer_sync, manual), .type = MEMBER_FLAG},
    {FIELD(answer_sync, lead_seconds), .type = MEMBER_NUMBER, .optional = true},
    {FIELD(answer_sync, url), .type = MEMBER_TEXT, .optional = true},
    {FIELD(answer_sync, detail), .type = MEMBER_TEXT, .optional = true},
    {0},
};
static const struct shape sync_shape = {sizeof(struct answer_sync), sync_members};

static const struct shape_member syncs_members[] = {
    {FIELD(answer_syncs, syncs), .type = MEMBER_OBJECTS, .shape = &sync_shape},
    {0},
};
static const struct shape syncs_shape = {sizeof(struct answer_syncs), syncs_members};

static const struct option list_options[] = {
    KIND_AND_NAME("only runs of this kind: publish, promote", "only runs of what is kept in line under this name"),
    {"limit", 0, OPTION_NUMBER, AT(limit), "N", NULL, "20", NULL, 1, LIMIT_OF_A_PAGE, "only the newest N"},
    {"all", 0, OPTION_FLAG, AT(all), NULL, NULL, NULL, NULL, 0, 0, "all runs, whatever --limit says"},
    {"format", 0, OPTION_CHOICE, AT(format), "FORMAT", NULL, "text", settings_text_or_json, 0, 0,
     "print as; json is the collector's answer as it came"},
    {0},
};

static enum tint state_tint(struct text state)
{
    if (text_equal(state, TEXT("failed")) || text_equal(state, TEXT("conflict")))
        return TINT_BAD;
    return text_equal(state, TEXT("merged")) || text_equal(state, TEXT("succeeded")) ? TINT_GOOD : TINT_NONE;
}

static void write_rest(struct buffer *text, const struct answer_sync *sync)
{
    const char *before = "";

    if (sync->manual) {
        buffer_add_string(text, "by hand");
        before = "; ";
    }
    if (sync->lead_seconds > 0) {
        buffer_printf(text, "%safter ", before);
        moment_write_age(text, sync->at - sync->lead_seconds * 1000000, sync->at);
        before = "; ";
    }
    if (sync->detail.length > 0) {
        buffer_add_string(text, before);
        display_text(text, sync->detail);
        before = "; ";
    }
    if (sync->url.length > 0) {
        buffer_add_string(text, before);
        display_text(text, sync->url);
    }
}

static void add_sync(struct table *table, const struct answer_sync *sync)
{
    struct buffer text;

    buffer_init(&text);
    table_printf(table, TINT_STRONG, "%lld", (long long)sync->id);
    moment_write(&text, sync->at);
    table_add_buffer(table, TINT_NONE, &text);
    display_text(&text, sync->database);
    if (sync->environment.length > 0) {
        buffer_add_byte(&text, '@');
        display_text(&text, sync->environment);
    }
    table_add_buffer(table, TINT_NONE, &text);
    display_text(&text, sync->kind);
    buffer_add_byte(&text, ' ');
    display_text(&text, sync->name);
    table_add_buffer(table, TINT_NONE, &text);
    table_add_foreign(table, state_tint(sync->state), sync->state);
    write_rest(&text, sync);
    table_add_buffer(table, TINT_NONE, &text);
}

static void write_list(struct buffer *output, const struct answer_syncs *syncs, const struct table_style *style,
                       struct arena *arena)
{
    static const char *const titles[] = {"#", "when", "database", "what", "state", "more", NULL};
    const struct answer_sync *items = syncs->syncs.items;
    struct table table;

    if (syncs->syncs.count == 0) {
        buffer_add_string(output, "nothing was recorded\n");
        return;
    }
    table_init(&table, arena, LENGTH_OF(titles) - 1);
    table_add_titles(&table, titles);
    for (size_t i = 0; i < syncs->syncs.count; i++)
        add_sync(&table, &items[i]);
    table_write(output, &table, style, 0);
}

static enum error_code list(const struct call *call, int *ret_status, struct error *error)
{
    static const char *const lists[] = {"syncs", NULL};
    const struct table_style style = asking_style(call);
    CLEANUP(buffer_clear) struct buffer target, answer, output;
    struct answer_syncs syncs = {.syncs = {NULL, 0}};

    (void)ret_status;
    buffer_init(&target);
    buffer_init(&answer);
    buffer_init(&output);
    buffer_add_string(&target, "/api/v1/syncs");
    asking_add_text(&target, "database", call->operand_count > 0 ? call->operands[0] : NULL);
    asking_add_text(&target, "kind", call->settings.sync_kind);
    asking_add_text(&target, "name", call->settings.sync_name);
    if (asking_pages(call, &target, lists, &answer, error) != ERROR_NONE)
        return error->code;
    if (call->settings.format == FORMAT_JSON)
        return asking_print_answer(&answer, error);
    if (asking_read(call, &answer, &syncs_shape, &syncs, error) != ERROR_NONE)
        return error->code;
    write_list(&output, &syncs, &style, call->arena);
    return output_write(NULL, &output, error);
}

static const char *const list_examples[] = {
    "driftline syncs list orders",
    "driftline syncs list --kind publish --all --format json",
    NULL,
};

const struct command command_syncs_list = {
    .name = "syncs list",
    .syntax = "[DATABASE]",
    .summary = "list what was brought in line with a schema",
    .text = "Prints, the newest first, what `driftline publish`, `deploy/promote.sh` and who\n"
            "else calls `driftline syncs record` told the collector: which repository or\n"
            "environment, what became of it, how long after the schema was first seen, and\n"
            "whether somebody had to act.\n",
    .examples = list_examples,
    .operands = {OPERAND_DATABASE},
    .fewest_operands = 0,
    .options = list_options,
    .asks = true,
    .run = list,
};

/* ---- recording ---- */

static const struct option record_options[] = {
    KIND_AND_NAME("what sort of run it was, such as publish or promote", "of what is kept in line"),
    {"state", 0, OPTION_TEXT, AT(sync_state), "STATE", NULL, NULL, NULL, 0, 0,
     "what became of it: started, unchanged, opened, updated, merged, closed, succeeded, failed, conflict or disabled"},
    {"root", 0, OPTION_TEXT, AT(root), "HASH", NULL, NULL, NULL, 0, 0,
     "the root of the schema that it is in line with"},
    {"url", 0, OPTION_TEXT, AT(link), "URL", NULL, NULL, NULL, 0, 0,
     "where to see it, such as a pull request or a job"},
    {"detail", 0, OPTION_TEXT, AT(detail), "TEXT", NULL, NULL, NULL, 0, 0, "more of it: which step failed, and why"},
    {"manual", 0, OPTION_FLAG, AT(manual), NULL, NULL, NULL, NULL, 0, 0, "somebody had to act"},
    {"format", 0, OPTION_CHOICE, AT(format), "FORMAT", NULL, "text", settings_text_or_json, 0, 0,
     "print as; json is the collector's answer as it came"},
    {0},
};

static enum error_code read_scope(const char *operand, struct sync *sync, struct error *error)
{
    struct reference scope;

    if (reference_parse_scope(&scope, text_from(operand), error) != ERROR_NONE)
        return error->code;
    if (scope.instance.length > 0)
        return error_set(error, ERROR_USAGE, "'%.200s' names an instance: an environment is brought in line as a whole",
                         operand);
    sync->database = scope.database;
    sync->environment = scope.environment;
    return ERROR_NONE;
}

static enum error_code record(const struct call *call, int *ret_status, struct error *error)
{
    const struct settings *settings = &call->settings;
    CLEANUP(buffer_clear) struct buffer answer, output;
    struct sync sync = {.kind = text_from(settings->sync_kind),
                        .name = text_from(settings->sync_name),
                        .state = text_from(settings->sync_state),
                        .manual = settings->manual,
                        .root = text_from(settings->root),
                        .url = text_from(settings->link),
                        .detail = text_from(settings->detail)};
    struct answer_sync recorded = {.id = 0};

    (void)ret_status;
    buffer_init(&answer);
    buffer_init(&output);
    if (sync.kind.length == 0 || sync.name.length == 0 || sync.state.length == 0) {
        error_set(error, ERROR_USAGE, "'driftline syncs record' needs '--kind', '--name' and '--state'");
        return error_hint(error, "'driftline syncs record --help' says more");
    }
    if (read_scope(call->operands[0], &sync, error) != ERROR_NONE ||
        sync_record(call, &sync, &answer, error) != ERROR_NONE)
        return error->code;
    if (settings->format == FORMAT_JSON)
        return asking_print_answer(&answer, error);
    if (asking_read(call, &answer, &sync_shape, &recorded, error) != ERROR_NONE)
        return error->code;
    buffer_printf(&output, "recorded as #%lld\n", (long long)recorded.id);
    return output_write(NULL, &output, error);
}

static const char *const record_examples[] = {
    "driftline syncs record orders@prod --kind promote --name r7 --state started",
    "driftline syncs record orders@prod --kind promote --name r7 --state failed \\\n"
    "    --detail 'rehearse: column shop.orders.total is read by a contract'",
    NULL,
};

const struct command command_syncs_record = {
    .name = "syncs record",
    .syntax = "TARGET",
    .summary = "tell the collector what became of one",
    .text = "Records one run of whatever brings a repository or an environment in line, so\n"
            "that its history, events, notifications and metrics know of it. TARGET is a\n"
            "database or one of its environments, which the collector must have seen. When a\n"
            "run ends as `merged` or `succeeded` and says with which `--root`, the collector\n"
            "works out how long after that schema was first seen.\n"
            "\n"
            "Needs a token with the right `gate`.\n",
    .examples = record_examples,
    .operands = {OPERAND_SCOPE},
    .fewest_operands = 1,
    .options = record_options,
    .asks = true,
    .run = record,
};
