#include "cli/mcp.h"

#define DATABASE                                                                                                       \
    {                                                                                                                  \
        "database", MCP_TEXT, true, "Which database, as list_databases names it."                                      \
    }
#define DATABASE_IF                                                                                                    \
    {                                                                                                                  \
        "database", MCP_TEXT, false, "Only this database."                                                             \
    }
#define ENVIRONMENT_IF                                                                                                 \
    {                                                                                                                  \
        "environment", MCP_TEXT, false, "Only this environment."                                                       \
    }
#define LIMIT                                                                                                          \
    {                                                                                                                  \
        "limit", MCP_NUMBER, false, "At most so many entries, the newest."                                             \
    }
#define REFERENCE                                                                                                      \
    {                                                                                                                  \
        "ref", MCP_TEXT, true, "A schema: orders@prod, orders@prod/eu-1, orders@prod~1, orders@prod~2026-11-01."       \
    }
#define SINCE_AND_UNTIL                                                                                                \
    {"since", MCP_TEXT, false, "Not before this time: 2026-11-01 or 2026-11-01T10:00Z."},                              \
    {                                                                                                                  \
        "until", MCP_TEXT, false, "Not after this time."                                                               \
    }

static const struct mcp_argument fleet_arguments[] = {DATABASE_IF, {0}};
static const struct mcp_argument compare_arguments[] = {
    DATABASE,
    {"from", MCP_TEXT, false, "The environment that would be promoted; without it and `to` the last two of the path."},
    {"to", MCP_TEXT, false, "The environment that would change."},
    {0}};
static const struct mcp_argument diff_arguments[] = {{"from", MCP_TEXT, true, "A reference: what would change."},
                                                     {"to", MCP_TEXT, true, "A reference: what it would become."},
                                                     {0}};
static const struct mcp_argument history_arguments[] = {
    DATABASE,
    ENVIRONMENT_IF,
    {"object", MCP_TEXT, false, "Only about what has this dotted path, and what is in it: shop.orders."},
    {"severity", MCP_TEXT, false, "Only of this level or above: low, medium, high, critical."},
    SINCE_AND_UNTIL,
    LIMIT,
    {0}};
static const struct mcp_argument statements_arguments[] = {
    DATABASE,
    ENVIRONMENT_IF,
    {"object", MCP_TEXT, false, "Only about what has this dotted path, and what is in it: shop.orders."},
    {"actor", MCP_TEXT, false, "Only of who was logged in so, or had taken this role."},
    SINCE_AND_UNTIL,
    LIMIT,
    {0}};
static const struct mcp_argument object_arguments[] = {
    REFERENCE, {"object", MCP_TEXT, true, "Its dotted path, as search_objects names it: shop.orders."}, {0}};
static const struct mcp_argument search_arguments[] = {
    REFERENCE,
    {"text", MCP_TEXT, true, "A part of a name, or a pattern with * and ? for all of the dotted path."},
    {"kind", MCP_TEXT, false, "Only of this kind: table, column, index, view, function, enum …"},
    LIMIT,
    {0}};
static const struct mcp_argument drifts_arguments[] = {
    DATABASE_IF,
    {"from", MCP_TEXT, false, "Only where this environment would be promoted."},
    {"to", MCP_TEXT, false, "Only where this environment would change."},
    {"severity", MCP_TEXT, false, "Only of this level or above: low, medium, high, critical."},
    LIMIT,
    {0}};
static const struct mcp_argument gate_arguments[] = {DATABASE,
                                                     {"from", MCP_TEXT, true, "The environment to promote."},
                                                     {"to", MCP_TEXT, true, "The environment that would change."},
                                                     {0}};
static const struct mcp_argument contracts_arguments[] = {
    DATABASE_IF, {"contract", MCP_TEXT, false, "Only this contract."}, {0}};
static const struct mcp_argument lint_arguments[] = {
    {"sql", MCP_TEXT, true, "Statements of PostgreSQL, as a migration would have them."},
    {"against", MCP_TEXT, false, "A reference: the schema that they would change, such as orders@prod."},
    {0}};
static const struct mcp_argument acknowledge_arguments[] = {
    {"drift", MCP_NUMBER, true, "The number of the difference."},
    {"note", MCP_TEXT, false, "What is said of it."},
    {0}};
static const struct mcp_argument waive_arguments[] = {{"drift", MCP_NUMBER, true, "The number of the difference."},
                                                      {"reason", MCP_TEXT, true, "Why it may stay."},
                                                      {"expires", MCP_TEXT, true, "Until when: 2026-12-31."},
                                                      {0}};
static const struct mcp_argument run_gate_arguments[] = {DATABASE,
                                                         {"from", MCP_TEXT, true, "The environment to promote."},
                                                         {"to", MCP_TEXT, true, "The environment that would change."},
                                                         {"pin", MCP_FLAG, false, "If it passes, approve this root."},
                                                         {0}};

const struct mcp_tool mcp_tools[] = {
    {.name = "list_databases",
     .title = "Databases and how they stand",
     .description = "Every database with its environments and instances, their verdicts, and how neighbours on the "
                    "promotion path differ.",
     .arguments = fleet_arguments,
     .question = "/api/v1/fleet"},
    {.name = "compare",
     .title = "Compare two environments",
     .description = "What a promotion from one environment to another would change there, each change with a severity.",
     .arguments = compare_arguments,
     .question = "/api/v1/compare"},
    {.name = "diff",
     .title = "Compare two schemas",
     .description = "What must change in one schema for it to become another, for any two references.",
     .arguments = diff_arguments,
     .run = mcp_diff},
    {.name = "history",
     .title = "What changed, when and by whom",
     .description = "Changes of a database, the newest first, each with who did it as far as that is known.",
     .arguments = history_arguments,
     .question = "/api/v1/history"},
    {.name = "statements",
     .title = "Statements that were captured",
     .description = "Statements that changed a schema, the newest first, with who gave them; only where capture is "
                    "installed.",
     .arguments = statements_arguments,
     .question = "/api/v1/statements"},
    {.name = "show_object",
     .title = "Show an object",
     .description = "One table, view, function … of a schema with all its columns, keys, indexes and other parts.",
     .arguments = object_arguments,
     .run = mcp_show_object},
    {.name = "search_objects",
     .title = "Search objects by name",
     .description = "Tables, columns, indexes, functions and whatever else has a text in its name.",
     .arguments = search_arguments,
     .run = mcp_search_objects},
    {.name = "list_drifts",
     .title = "Differences between environments",
     .description = "Differences that live, with their cause, since when they are there, and what was said of them.",
     .arguments = drifts_arguments,
     .question = "/api/v1/drift"},
    {.name = "gate",
     .title = "May it be promoted?",
     .description = "Whether one environment may be promoted to the next: PASS, BLOCKED or UNKNOWN with reasons and "
                    "what would change. Nothing is recorded.",
     .arguments = gate_arguments,
     .question = "/api/v1/gate"},
    {.name = "contracts",
     .title = "What consumers need",
     .description = "Contracts of consumers, and whether each environment keeps them.",
     .arguments = contracts_arguments,
     .question = "/api/v1/contracts"},
    {.name = "lint",
     .title = "Check a statement before it runs",
     .description = "What is dangerous about statements of PostgreSQL: locks, rewrites, breaking changes, with a safer "
                    "way for each. Nothing is run.",
     .arguments = lint_arguments,
     .run = mcp_lint},
    {.name = "acknowledge_drift",
     .title = "Say that a difference is known",
     .description = "Mark a difference as seen by somebody.",
     .writes = true,
     .arguments = acknowledge_arguments,
     .run = mcp_acknowledge},
    {.name = "waive_drift",
     .title = "Accept a difference for a time",
     .description = "Let a difference be, until a day, with a reason.",
     .writes = true,
     .arguments = waive_arguments,
     .run = mcp_waive},
    {.name = "run_gate",
     .title = "Ask the gate for the record",
     .description = "The same as `gate`, recorded; with `pin` what passes is approved.",
     .writes = true,
     .arguments = run_gate_arguments,
     .run = mcp_run_gate},
    {0},
};
