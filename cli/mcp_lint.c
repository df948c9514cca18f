/* The tool that checks a statement before it runs. */
#include "cli/mcp.h"
#include "lint/report.h"

static const char doing[] = "answering";

static enum error_code lint(const struct mcp *mcp, struct text sql, const struct snapshot *target, json_t **ret_result,
                            struct error *error)
{
    const struct settings *settings = &mcp->call->settings;
    const struct lint_report_format *format = lint_report_find(TEXT("json"));
    CLEANUP(arena_free) struct arena arena;
    CLEANUP(buffer_clear) struct buffer text;
    struct lint_configuration configuration;
    const struct lint_options options = {.configuration = &configuration, .target = target};
    struct lint_findings findings;

    arena_init(&arena, settings->memory_limit);
    buffer_init(&text);
    lint_configuration_init(&configuration);
    if ((settings->project != NULL && lint_configuration_read(&configuration, &settings->config_file,
                                                              &settings->project->lint, &arena, error) != ERROR_NONE) ||
        lint_run(&findings, sql, TEXT("statement"), &options, &arena, error) != ERROR_NONE ||
        format->write(&text, &(struct lint_report){.findings = &findings, .target = target}, error) != ERROR_NONE ||
        buffer_check(&text, error, doing) != ERROR_NONE)
        return error->code;
    *ret_result = json_loadb(text.bytes, text.length, 0, NULL);
    return *ret_result == NULL ? error_memory(error, doing) : ERROR_NONE;
}

enum error_code mcp_lint(const struct mcp *mcp, const json_t *arguments, json_t **ret_result, struct error *error)
{
    struct text sql = text_from(mcp_text(arguments, "sql"));
    struct snapshot *target = NULL;
    enum error_code code;

    if (json_object_get(arguments, "against") != NULL &&
        mcp_read(mcp, mcp_text(arguments, "against"), &target, error) != ERROR_NONE)
        return error->code;
    code = target != NULL && !lint_knows_engine(target->info.engine)
               ? error_set(error, ERROR_UNSUPPORTED, "only schemas of PostgreSQL can be linted against, not %.*s",
                           TEXT_ARGS(target->info.engine))
               : lint(mcp, sql, target, ret_result, error);
    snapshot_free(target);
    return code;
}
