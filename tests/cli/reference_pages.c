/* Writes docs/reference/cli.md and docs/reference/configuration.md from the tables of commands and options. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"

static void write_options(struct buffer *page, const char *title, const struct option *table)
{
    if (table == NULL)
        return;
    buffer_printf(page, "%s\n\n", title);
    option_write_reference(page, table);
    buffer_add_byte(page, '\n');
}

/* Which tables of options a command shares with others. */
static void write_shared(struct buffer *page, const struct command *command)
{
    const struct {
        bool applies;
        const char *link;
    } tables[] = {
        {command->compares, "[comparing](#comparing)"},
        {command->reads_schemas || command->reads_databases, "[reading schemas](#reading-schemas)"},
        {command->reads_schemas || command->asks, "[asking the collector](#asking-the-collector)"},
    };
    size_t left = 0;
    bool first = true;

    for (size_t i = 0; i < LENGTH_OF(tables); i++)
        left += tables[i].applies;
    for (size_t i = 0; i < LENGTH_OF(tables); i++) {
        if (!tables[i].applies)
            continue;
        buffer_printf(page, "%s%s", first ? "Also the options of " : left == 1 ? " and " : ", ", tables[i].link);
        left--;
        first = false;
    }
    buffer_add_string(page, first ? "" : ".\n\n");
}

static void write_command(struct buffer *page, const struct command *command)
{
    buffer_printf(page, "## driftline %s\n\n`driftline %s%s%s`: %s.\n\n%s\n", command->name, command->name,
                  command->syntax[0] == '\0' ? "" : " ", command->syntax, command->summary, command->text);
    write_options(page, "Options:", command->options);
    write_shared(page, command);
    buffer_add_string(page, "```sh\n");
    for (const char *const *example = command->examples; *example != NULL; example++)
        buffer_printf(page, "%s\n", *example);
    buffer_add_string(page, "```\n\n");
}

static void write_cli(struct buffer *page)
{
    buffer_add_string(
        page, "# The `driftline` command\n\n"
              "<!-- Written from the tables in cli/ by the target `docs`; changes belong there. -->\n\n"
              "`driftline COMMAND [OPTION]... [OPERAND]...`\n\n"
              "Options may stand before, between and after operands; `--name value` and `--name=value` are the same, "
              "and `--`\n"
              "ends the options. A REF names a schema: [references](references.md).\n\n"
              "Results go to standard output, everything else to standard error. A failure is one line there,\n"
              "`driftline: what is wrong (what to do)`, and no output file is left behind half-written.\n\n"
              "Passwords in references are hidden in the list of processes as soon as the program has started. For the "
              "moment\n"
              "before that, and for the history of the shell, there are `~/.pgpass`, `PGPASSWORD` and `PGSERVICE`.\n\n"
              "| exit status | meaning |\n|---|---|\n"
              "| 0 | fine, in sync, or passed by the gate |\n"
              "| 1 | drift at or above `--fail-on`, or blocked by the gate |\n"
              "| 2 | wrong usage or configuration |\n"
              "| 3 | unknown: unreachable, not there, stale, damaged or incomplete |\n"
              "| 4 | refused: no permission |\n"
              "| 70 | a fault of Driftline itself |\n\n");
    for (const struct command *const *command = command_all; *command != NULL; command++)
        write_command(page, *command);
    write_options(page, "## Comparing", settings_comparing);
    write_options(page, "## Reading schemas", settings_reading);
    write_options(page, "## Asking the collector", settings_asking);
    buffer_add_string(page,
                      "The address is a URL with `http` or `https`, a host, perhaps a port and a path, and nothing "
                      "else. Certificates are\n"
                      "checked, redirections are not followed, answers have a limit. A token is sent to that "
                      "address only, and over\n"
                      "`http` only to this machine, unless `--insecure-http` is given. A connection by `https` "
                      "may go through the proxy\n"
                      "that `HTTPS_PROXY` names, one by `http` goes through none.\n\n");
    write_options(page, "## Every command", settings_general);
    buffer_add_string(page,
                      "| environment variable | meaning |\n|---|---|\n"
                      "| `DRIFTLINE_CONFIG` | the configuration file, as `--config` names one |\n"
                      "| `DRIFTLINE_COLLECTOR` | the address of the collector; `--collector` takes precedence |\n"
                      "| `DRIFTLINE_TOKEN` | the token for it; `--token` takes precedence |\n"
                      "| `HTTPS_PROXY`, `NO_PROXY` | a proxy for collectors behind https |\n"
                      "| `NO_COLOR` | when it is set and not empty, no colour unless `--color always` |\n"
                      "| `TERM` | `dumb`: neither colour nor progress |\n"
                      "| `PGPASSWORD`, `PGSERVICE`, ... | as for every program that uses libpq |\n"
                      "| `MYSQL_PWD`, `SQLCMDPASSWORD` | the password of `mysql://` and `sqlserver://` references "
                      "that have none |\n");
}

static void write_keys(struct buffer *page, const struct option *table)
{
    for (const struct option *option = table; option->type != 0; option++) {
        if (option->key == NULL)
            continue;
        buffer_printf(page, "| `%s` | `--%s` | ", option->key, option->name);
        if (option->preset != NULL)
            buffer_printf(page, "`%s`", option->preset);
        buffer_printf(page, " | %s |\n", option->summary);
    }
}

static void write_configuration(struct buffer *page)
{
    buffer_add_string(
        page, "# Configuration of the `driftline` command\n\n"
              "<!-- Written from the tables in cli/settings.c by the target `docs`; changes belong there. -->\n\n"
              "A YAML file, named by `--config FILE` or the environment variable `DRIFTLINE_CONFIG`; without either "
              "there is\n"
              "none. The command line takes precedence over the file, the file over the defaults; lists are joined. "
              "One file\n"
              "serves all commands: what a command has no use for it does not look at. An unknown key is an error.\n\n"
              "| key | option | default | meaning |\n|---|---|---|---|\n");
    write_keys(page, settings_reading);
    write_keys(page, settings_asking);
    write_keys(page, settings_comparing);
    buffer_add_string(
        page,
        "\n`ignore` is a list of patterns. `severity` is a list of mappings with `match`, a pattern of the same form, "
        "and\n"
        "`level`: `low`, `medium`, `high` or `critical`. Times are written `500ms`, `10s`, `5m`, `1h`, sizes `4096B`,\n"
        "`512KiB`, `64MiB`, `2GiB`. Secrets are never in the file: `secret_key` and `token` say where they are, as "
        "`file:PATH` or\n"
        "`env:NAME`. `DRIFTLINE_COLLECTOR` and `DRIFTLINE_TOKEN` take precedence over `collector` and `token`.\n\n"
        "```yaml\n"
        "ignore:\n"
        "  - \"table:*.tmp_*\"        # tables by dotted path, with everything in them\n"
        "  - \"comment:*\"            # the attribute of anything\n"
        "severity:\n"
        "  - {match: \"index:*\", level: low}\n"
        "timeouts:\n"
        "  connect: 10s\n"
        "  statement: 60s\n"
        "  lock: 2s\n"
        "  answer: 60s\n"
        "attempts: 5\n"
        "memory_limit: 2GiB\n"
        "fold_partitions: true\n"
        "# secret_key: file:/etc/driftline/secret.key\n"
        "collector: https://driftline.example\n"
        "token: file:/etc/driftline/token\n"
        "```\n");
}

int main(int argc, char **argv)
{
    struct buffer page;
    bool complete;

    buffer_init(&page);
    if (argc == 2 && strcmp(argv[1], "cli") == 0)
        write_cli(&page);
    else if (argc == 2 && strcmp(argv[1], "configuration") == 0)
        write_configuration(&page);
    complete = !page.failed && page.length > 0 && fwrite(page.bytes, 1, page.length, stdout) == page.length;
    buffer_clear(&page);
    return complete && fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
