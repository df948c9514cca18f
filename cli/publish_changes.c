#include "cli/publish_changes.h"

#include "cli/answer_contracts.h"
#include "cli/asking.h"
#include "contract/contract_check.h"
#include "drift/report_display.h"
#include "drift/report_escape.h"
#include "drift/severity.h"

enum { FILE_LIMIT = 16 * 1024 * 1024, CHANGES_LIMIT = 100, FINDINGS_LIMIT = 20, SNAPSHOTS_LIMIT = 1000 };

static const char doing[] = "describing what has changed";

/* ---- the root of before ---- */

/* The first 64 digits after a word. */
static bool find_root(struct text text, const char *word, struct hash *ret_root)
{
    const char *found = text.length == 0 ? NULL : memmem(text.bytes, text.length, word, strlen(word));
    size_t at = found == NULL ? text.length : (size_t)(found - text.bytes) + strlen(word), digits = HASH_HEX_SIZE - 1;

    for (size_t end = at; end < text.length && text.bytes[end] != '\n'; end++) {
        bool is_digit = strchr("0123456789abcdef", text.bytes[end]) != NULL && text.bytes[end] != '\0';

        if (!is_digit)
            at = end + 1;
        else if (end + 1 - at == digits)
            return hash_from_hex((struct text){text.bytes + at, digits}, ret_root);
    }
    return false;
}

bool publish_changes_root(const struct tree_place *place, struct text path, struct arena *arena, struct hash *ret_root)
{
    struct error error = {0};
    struct text content;

    return place->read(place->context, path, FILE_LIMIT, arena, &content, &error) == ERROR_NONE &&
           (find_root(content, "\"hash\":", ret_root) || find_root(content, "| Root |", ret_root));
}

/* ---- the schema of before ---- */

/* A snapshot of the collector with this root, as a reference; NULL: it has none any more. */
static enum error_code find_reference(const struct call *call, const struct reference *scope, const struct hash *root,
                                      const char **ret_reference, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer target = {0}, answer = {0}, reference = {0};
    struct answer_snapshots snapshots = {0};
    const struct answer_snapshot *items;
    char hex[HASH_HEX_SIZE];

    *ret_reference = NULL;
    hash_to_hex(root, hex);
    buffer_add_string(&target, "/api/v1/snapshots");
    asking_add_scope(&target, scope);
    asking_add_number(&target, "limit", SNAPSHOTS_LIMIT);
    if (buffer_check(&target, error, doing) != ERROR_NONE ||
        asking_send(call, "GET", target.bytes, NULL, &answer, error) != ERROR_NONE ||
        asking_read(call, &answer, &answer_snapshots_shape, &snapshots, error) != ERROR_NONE)
        return error->code;
    items = snapshots.snapshots.items;
    for (size_t i = 0; i < snapshots.snapshots.count && *ret_reference == NULL; i++) {
        if (!items[i].stored || !text_equal(items[i].root, text_from(hex)))
            continue;
        buffer_reset(&reference);
        reference_write(&reference, &(struct reference){.database = items[i].database,
                                                        .environment = items[i].environment,
                                                        .instance = items[i].instance,
                                                        .moment = REFERENCE_AS_OF,
                                                        .as_of = items[i].taken_at + 999}); /* it is told in ms */
        *ret_reference = arena_string(call->arena, buffer_text(&reference));
        if (*ret_reference == NULL)
            return arena_error(call->arena, error, doing);
    }
    return ERROR_NONE;
}

/* NULL: the collector does not have it any more. */
static enum error_code read_before(const struct call *call, const struct reference *scope, const struct hash *root,
                                   struct snapshot **ret_snapshot, struct error *error)
{
    struct ref_settings settings;
    const char *reference;

    if (find_reference(call, scope, root, &reference, error) != ERROR_NONE || reference == NULL)
        return error->code;
    if (command_ref_settings(call, &settings, error) != ERROR_NONE ||
        ref_snapshot(ret_snapshot, reference, &settings, error) != ERROR_NONE)
        return error->code;
    if (hash_equal(&(*ret_snapshot)->root, root))
        return ERROR_NONE;
    snapshot_free(*ret_snapshot);
    *ret_snapshot = NULL;
    return ERROR_NONE;
}

/* ---- Markdown ---- */

/* What was displayed, as Markdown shows it as it is. */
static void add_shown(struct buffer *markdown, struct buffer *shown)
{
    escape_markdown(markdown, buffer_text(shown));
    markdown->failed = markdown->failed || shown->failed;
    buffer_reset(shown);
}

static void write_diff(struct buffer *markdown, const struct diff *diff)
{
    CLEANUP(buffer_clear) struct buffer shown = {0};

    display_summary(markdown, diff);
    buffer_add_string(markdown, ":\n\n");
    for (size_t i = 0; i < diff->change_count && i < CHANGES_LIMIT; i++) {
        const struct change *change = &diff->changes[i];

        buffer_printf(markdown, "- **%s** ", severity_name(change->severity));
        display_change(&shown, change);
        add_shown(markdown, &shown);
        buffer_add_byte(markdown, '\n');
    }
    if (diff->change_count > CHANGES_LIMIT)
        buffer_printf(markdown, "- and %zu more\n", (size_t)diff->change_count - CHANGES_LIMIT);
}

static enum error_code write_changes(struct buffer *markdown, const struct call *call, const struct snapshot *before,
                                     const struct snapshot *now, struct error *error)
{
    struct diff_options options;
    struct diff diff;

    if (settings_for_diff(&call->settings, call->arena, &options, error) != ERROR_NONE ||
        diff_snapshots(&diff, before, now, &options, call->arena, error) != ERROR_NONE)
        return error->code;
    write_diff(markdown, &diff);
    return ERROR_NONE;
}

static void write_contract(struct buffer *markdown, const struct answer_contract *contract,
                           const struct answer_contract_target *target)
{
    const struct answer_finding *findings = target->findings.items;
    const struct text *consumers = contract->consumers.items;
    CLEANUP(buffer_clear) struct buffer shown = {0};

    buffer_add_string(markdown, "- ");
    display_text(&shown, contract->name);
    add_shown(markdown, &shown);
    buffer_printf(markdown, " is %s", contract_state_name((enum contract_state)target->state));
    for (size_t i = 0; i < contract->consumers.count; i++) {
        buffer_add_string(markdown, i == 0 ? ", read by " : ", ");
        display_text(&shown, consumers[i]);
        add_shown(markdown, &shown);
    }
    buffer_add_byte(markdown, '\n');
    for (size_t i = 0; i < target->findings.count && i < FINDINGS_LIMIT; i++) {
        if (findings[i].state == CONTRACT_HOLDS)
            continue;
        buffer_add_string(markdown, "  - ");
        display_text(&shown, findings[i].message);
        add_shown(markdown, &shown);
        buffer_add_byte(markdown, '\n');
    }
}

/* The contracts that do not hold where the schema is from. */
static enum error_code write_contracts(struct buffer *markdown, const struct call *call, const struct reference *scope,
                                       struct error *error)
{
    CLEANUP(buffer_clear) struct buffer target = {0}, answer = {0};
    struct answer_contracts contracts = {0};
    const struct answer_contract *items;
    bool is_first = true;

    buffer_add_string(&target, "/api/v1/contracts");
    asking_add_scope(&target, &(struct reference){.database = scope->database});
    if (buffer_check(&target, error, doing) != ERROR_NONE ||
        asking_send(call, "GET", target.bytes, NULL, &answer, error) != ERROR_NONE ||
        asking_read(call, &answer, &answer_contracts_shape, &contracts, error) != ERROR_NONE)
        return error->code;
    items = contracts.contracts.items;
    for (size_t i = 0; i < contracts.contracts.count; i++) {
        const struct answer_contract_target *targets = items[i].targets.items;

        for (size_t k = 0; k < items[i].targets.count; k++) {
            if (targets[k].state == CONTRACT_HOLDS || !text_equal(targets[k].environment, scope->environment) ||
                (scope->instance.length > 0 && !text_equal(targets[k].instance, scope->instance)))
                continue;
            buffer_add_string(markdown, is_first ? "\n### Contracts\n\n" : "");
            write_contract(markdown, &items[i], &targets[k]);
            is_first = false;
        }
    }
    return ERROR_NONE;
}

enum error_code publish_changes_write(struct buffer *markdown, const struct call *call,
                                      const struct publish_changes *changes, struct error *error)
{
    CLEANUP(snapshot_freep) struct snapshot *before = NULL;
    struct ref ref;

    if (ref_parse(&ref, text_from(changes->ref), error) != ERROR_NONE)
        return error->code;
    if (ref.type != REF_COLLECTOR)
        return ERROR_NONE;
    if (read_before(call, &ref.collected, &changes->before, &before, error) != ERROR_NONE ||
        (before != NULL && write_changes(markdown, call, before, changes->now, error) != ERROR_NONE))
        return error->code;
    return write_contracts(markdown, call, &ref.collected, error);
}
