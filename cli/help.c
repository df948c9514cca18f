#include "cli/help.h"

#include <cyaml/cyaml.h>
#include <jansson.h>
#include <libpq-fe.h>
#include <openssl/crypto.h>
#include <sqlite3.h>

#include "schema/canonical.h"
#include "sources/source.h"

static void write_references(struct buffer *buffer)
{
    buffer_add_string(buffer, "\nA REF names a schema:\n");
    for (size_t i = 0; source_all[i] != NULL; i++)
        buffer_printf(buffer, "  %-42s %s\n", source_all[i]->syntax, source_all[i]->summary);
    buffer_printf(buffer, "  %-42s %s\n", "FILE.snap", "a snapshot file");
    buffer_printf(buffer, "  %-42s %s\n", "-", "a snapshot file on standard input");
}

void help_write_overview(struct buffer *buffer)
{
    buffer_add_string(buffer, "driftline: compare the schemas of databases, exactly\n\n"
                              "usage: driftline COMMAND [OPTION]... [OPERAND]...\n\n");
    for (const struct command *const *command = command_all; *command != NULL; command++)
        buffer_printf(buffer, "  driftline %-10s %-14s %s\n", (*command)->name, (*command)->syntax,
                      (*command)->summary);
    write_references(buffer);
    buffer_add_string(buffer,
                      "\n'driftline COMMAND --help' describes a command, 'driftline --version' says which version\n"
                      "this is.\n\n"
                      "Exit status: 0 fine or in sync, 1 drift, 2 wrong usage or configuration, 3 unknown:\n"
                      "unreachable or incomplete, 4 refused, 70 a fault of Driftline.\n");
}

static void write_options(struct buffer *buffer, const char *title, const struct option *table)
{
    if (table == NULL)
        return;
    buffer_printf(buffer, "\n%s:\n", title);
    option_write_help(buffer, table);
}

void help_write_command(struct buffer *buffer, const struct command *command)
{
    buffer_printf(buffer, "driftline %s: %s\n\nusage: driftline %s%s%s%s\n\n%s", command->name, command->summary,
                  command->name, command->options == NULL && !command->reads_schemas ? "" : " [OPTION]...",
                  command->syntax[0] == '\0' ? "" : " ", command->syntax, command->text);
    if (command->reads_schemas)
        write_references(buffer);
    write_options(buffer, "Options", command->options);
    write_options(buffer, "Comparing", command->compares ? settings_comparing : NULL);
    write_options(buffer, "Reading schemas", command->reads_schemas ? settings_reading : NULL);
    write_options(buffer, "Every command", settings_general);
    buffer_add_string(buffer, "\nExamples:\n");
    for (const char *const *example = command->examples; *example != NULL; example++)
        buffer_printf(buffer, "  %s\n", *example);
}

void help_write_version(struct buffer *buffer)
{
    buffer_printf(buffer, "driftline %s\n", DRIFTLINE_VERSION);
    buffer_printf(buffer, "canonical form %d\n", CANONICAL_VERSION);
    buffer_printf(buffer, "libpq %d.%d\n", PQlibVersion() / 10000, PQlibVersion() % 10000);
    buffer_printf(buffer, "SQLite %s\n", sqlite3_libversion());
    buffer_printf(buffer, "OpenSSL %s\n", OpenSSL_version(OPENSSL_VERSION_STRING));
    buffer_printf(buffer, "Jansson %s\n", jansson_version_str());
    buffer_printf(buffer, "libcyaml %s\n", cyaml_version_str);
}
