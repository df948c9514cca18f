#include "cli/lint/linting.h"

#include "common/drift/snapshot_text.h"
#include "contract/contract_file.h"
#include "drift/severity.h"
#include "support/cmocka.h"

static struct lint_configuration configuration_of(const struct linting_wish *wish)
{
    struct lint_configuration configuration;

    lint_configuration_init(&configuration);
    for (size_t i = 0; i < RULE_COUNT && !wish->only_usual; i++)
        configuration.levels[i].is_on = true;
    configuration.in_transaction = wish->in_transaction;
    configuration.server_version = wish->version;
    return configuration;
}

struct lint_findings linting_run_files(const char *const *files, const struct linting_wish *wish, struct arena *arena)
{
    struct snapshot *target = wish->target == NULL ? NULL : snapshot_from_text(wish->target);
    const struct lint_configuration configuration = configuration_of(wish);
    struct lint_options options = {.configuration = &configuration, .target = target};
    struct lint_findings findings = {.count = 0};
    struct contract_set contracts;
    struct error error = {0};
    struct lint *lint = NULL;

    if (wish->contracts != NULL) {
        if (contract_text_read(&contracts, "contracts.yaml", text_from(wish->contracts), arena, &error) != ERROR_NONE)
            fail_msg("%s", error.message);
        options.contracts = &contracts;
    }
    if (lint_begin(&lint, &options, arena, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    for (size_t i = 0; files[i] != NULL; i++) {
        const char *name = arena_printf(arena, "%zu.sql", i + 1);

        assert_non_null(name);
        if (lint_file(lint, text_from(name), text_from(files[i]), &error) != ERROR_NONE)
            fail_msg("%s", error.message);
    }
    if (lint_end(lint, &findings, &error) != ERROR_NONE)
        fail_msg("%s", error.message);
    snapshot_free(target);
    return findings;
}

struct lint_findings linting_run(const char *sql, const struct linting_wish *wish, struct arena *arena)
{
    return linting_run_files((const char *const[]){sql, NULL}, wish, arena);
}

size_t linting_count(const struct lint_findings *findings, const char *rule)
{
    size_t count = 0;

    for (size_t i = 0; i < findings->count; i++)
        count += strcmp(findings->items[i].rule->id, rule) == 0 && findings->items[i].reason.length == 0;
    return count;
}

const struct lint_finding *linting_find(const struct lint_findings *findings, const char *rule)
{
    for (size_t i = 0; i < findings->count; i++)
        if (strcmp(findings->items[i].rule->id, rule) == 0)
            return &findings->items[i];
    return NULL;
}

const char *linting_list(const struct lint_findings *findings, struct arena *arena)
{
    const char *list = "";

    for (size_t i = 0; i < findings->count; i++) {
        const struct lint_finding *finding = &findings->items[i];

        list = arena_printf(arena, "%s%.*s:%u:%u %s%s: %.*s\n", list, TEXT_ARGS(finding->file), finding->from.line,
                            finding->from.column, finding->rule->id, finding->reason.length > 0 ? " (waived)" : "",
                            TEXT_ARGS(finding->message));
        assert_non_null(list);
    }
    return list;
}
