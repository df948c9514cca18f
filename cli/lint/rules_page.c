/* The rules for people: on a terminal, and as the page docs/reference/lint.md. */
#include "drift/severity.h"
#include "lint/report.h"

/* What {object} and the like stand for, in a sentence that is about nothing in particular. */
static void write_message(struct buffer *output, const char *message)
{
    static const struct {
        const char *word;
        const char *shown;
    } words[] = {{"{object}", "…"}, {"{name}", "…"}, {"{new}", "…"}};

    while (*message != '\0') {
        size_t i = 0;

        while (i < LENGTH_OF(words) && strncmp(message, words[i].word, strlen(words[i].word)) != 0)
            i++;
        if (i == LENGTH_OF(words)) {
            buffer_add_byte(output, (uint8_t)*message++);
        } else {
            buffer_add_string(output, words[i].shown);
            message += strlen(words[i].word);
        }
    }
}

enum error_code lint_rules_write_text(struct buffer *output, const struct lint_configuration *configuration,
                                      struct error *error)
{
    for (unsigned group = 0; group < GROUP_COUNT; group++) {
        buffer_printf(output, "%s%s\n", group > 0 ? "\n" : "", lint_group_name((enum lint_group)group));
        for (size_t i = 0; i < RULE_COUNT; i++) {
            const struct lint_level *level = &configuration->levels[i];

            if (lint_rules[i].group != (enum lint_group)group)
                continue;
            buffer_printf(output, "  %-9s %-29s ", level->is_on ? severity_name(level->level) : "off",
                          lint_rules[i].id);
            write_message(output, lint_rules[i].message);
            buffer_add_byte(output, '\n');
        }
    }
    return buffer_check(output, error, "writing the rules");
}

/* ---- the page ---- */

static void write_versions(struct buffer *output, const struct lint_rule *rule)
{
    if (rule->first > 0)
        buffer_printf(output, " From version %u on.", rule->first);
    if (rule->last > 0)
        buffer_printf(output, " Up to version %u.", rule->last);
}

static void write_rule(struct buffer *output, const struct lint_rule *rule)
{
    buffer_printf(output, "| `%s` | %s%s | ", rule->id, severity_name(rule->level), rule->is_on ? "" : ", off");
    write_message(output, rule->message);
    buffer_add_byte(output, '.');
    write_versions(output, rule);
    buffer_printf(output, " | %s | %s |\n", rule->why, rule->instead);
}

static void write_lock_note(struct buffer *output)
{
    buffer_add_string(output,
                      "\n## Locks and work\n\n"
                      "What the server takes on a table that was there before, and does while it holds it. A test "
                      "runs each of these on a\nreal server and looks into `pg_locks`, at the table's file and its "
                      "count of scans.\n\n"
                      "| rule | lock | meanwhile the server |\n|---|---|---|\n");
    for (size_t i = 0; i < RULE_COUNT; i++)
        if (lint_rules[i].lock != LOCK_NONE || lint_rules[i].work != WORK_NONE)
            buffer_printf(output, "| `%s` | %s | %s |\n", lint_rules[i].id,
                          lint_rules[i].lock == LOCK_NONE ? "as it stands" : lock_name(lint_rules[i].lock),
                          lint_rules[i].work == WORK_NONE ? "is done at once" : lint_work_name(lint_rules[i].work));
}

/* What stands above the tables, up to the kinds of names. */
static const char head[] =
    "# Rules for migrations\n"
    "\n"
    "<!-- Written from cli/lint/lint_rules.def by the target `docs`; changes belong there. -->\n"
    "\n"
    "`driftline lint FILE.sql...` reads migrations as PostgreSQL 15 does and holds each statement against these "
    "rules.\n"
    "[How to check a migration](../how-to/check-a-migration.md) shows it at work. `driftline lint --rules` lists "
    "the rules as a\n"
    "configuration file has them. An id never changes its meaning.\n"
    "\n"
    "## What is taken into account\n"
    "\n"
    "- **Earlier statements and files.** What is new in the same migration can be locked, changed and dropped "
    "without harm. A\n"
    "  view, function, trigger, policy or constraint that the same transaction makes again counts as replaced. A "
    "`CHECK (a IS\n"
    "  NOT NULL)` that was validated makes `SET NOT NULL` harmless from version 12 on. Give only the files that "
    "are "
    "still to\n"
    "  run, in their order.\n"
    "- **The transaction.** `BEGIN` and `COMMIT` are followed, and with `transaction: file`, or "
    "`--in-transaction`, "
    "each file\n"
    "  counts as wrapped into one by the tool. So are `SET lock_timeout`, `statement_timeout`, `search_path` and "
    "`TimeZone`, also\n"
    "  with `LOCAL` and by `set_config()`. Each file begins with a session of its own.\n"
    "- **The version of the server**: `server_version`, else that of the schema `against` which it is run, else "
    "the "
    "newest.\n"
    "- **The schema itself**, with `--against`: names are looked up along the search path; types, constraints and "
    "indexes are\n"
    "  those that are there; views, functions and foreign keys that use what is dropped are named. Without it, "
    "whatever the\n"
    "  files do not make counts as there, and as in use.\n"
    "- **Contracts**, with `--contracts`: what a consumer needs is named with the consumer.\n"
    "\n"
    "What nobody here knows is how large a table is and how busy. What views depend on is found by the words in "
    "their texts. A\n"
    "`DO` block and the bodies of functions are not looked into, which `code-not-checked` says.\n"
    "\n"
    "## Waivers\n"
    "\n"
    "```sql\n"
    "-- driftline: allow drop-column nobody has read it since release 41\n"
    "ALTER TABLE orders DROP COLUMN legacy_note;\n"
    "\n"
    "CREATE INDEX orders_day ON orders (day); -- driftline: allow index-not-concurrent, lock-timeout-missing a "
    "small table\n"
    "\n"
    "-- driftline: allow-file data-change backfills are reviewed by hand\n"
    "```\n"
    "\n"
    "A waiver stands in a comment before the statement, in it, or behind it on its last line; `allow-file` holds "
    "for the\n"
    "whole file. A reason is required. What is waived is shown and does not count. A waiver that waives nothing is "
    "itself a\n"
    "finding. What is no SQL cannot be waived.\n"
    "\n"
    "## Configuration\n"
    "\n"
    "```yaml\n"
    "lint:\n"
    "  against: orders@prod          # as --against\n"
    "  contracts: [contracts/]       # as --contracts\n"
    "  transaction: file             # tools run each file in a transaction; none: they do not\n"
    "  server_version: \"15\"\n"
    "  search_path: [shop, public]\n"
    "  ignore: [\"migrations/0*\"]     # files that are left out\n"
    "  rules:                        # ids or groups; off, on, or a level; the last that fits decides\n"
    "    - {id: design, level: off}\n"
    "    - {id: table-without-primary-key, level: high}\n"
    "    - {id: not-idempotent, level: on}\n"
    "  naming:\n"
    "    table: snake_case\n"
    "    column: snake_case\n"
    "    index: \"{table}_{columns}_idx\"\n"
    "    foreign_key: \"fk_[a-z_]+\"\n"
    "```\n"
    "\n"
    "`naming` has a pattern for each of ";

static void write_head(struct buffer *output)
{
    buffer_add_string(output, head);
    for (size_t i = 0; naming_key(i) != NULL; i++)
        buffer_printf(output, "%s`%s`", i == 0 ? "" : ", ", naming_key(i));
    buffer_add_string(
        output,
        ": a style\n(`snake_case`, `camelCase`, `PascalCase`, `UPPER_CASE`, `lowercase`) or a POSIX extended regular "
        "expression that the whole\nname must fit. `{table}` and `{columns}` stand for the names that it belongs to; "
        "columns have an underscore between them.\nOnly names that the migration gives are looked at.\n");
}

void lint_reference_write(struct buffer *output)
{
    write_head(output);
    for (unsigned group = 0; group < GROUP_COUNT; group++) {
        buffer_printf(output,
                      "\n## Group %s\n\n| rule | level | what it finds | why | instead |\n|---|---|---|---|---|\n",
                      lint_group_name((enum lint_group)group));
        for (size_t i = 0; i < RULE_COUNT; i++)
            if (lint_rules[i].group == (enum lint_group)group)
                write_rule(output, &lint_rules[i]);
    }
    write_lock_note(output);
}
