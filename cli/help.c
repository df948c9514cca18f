#include "cli/help.h"

#include <curl/curl.h>
#include <cyaml/cyaml.h>
#include <jansson.h>
#include <libpq-fe.h>
#include <openssl/crypto.h>
#include <sqlite3.h>

#include "schema/canonical.h"
#include "sources/source.h"

enum { USAGE_COLUMNS = 34 }; /* of a command with its syntax; what is longer has a line of its own */

static void write_references(struct buffer *buffer)
{
    buffer_add_string(buffer, "\nA REF names a schema:\n");
    for (size_t i = 0; source_all[i] != NULL; i++)
        buffer_printf(buffer, "  %-42s %s\n", source_all[i]->syntax, source_all[i]->summary);
    buffer_printf(buffer, "  %-42s %s\n", "FILE.snap", "a snapshot file");
    buffer_printf(buffer, "  %-42s %s\n", "-", "a snapshot file on standard input");
    buffer_printf(buffer, "  %-42s %s\n", "DATABASE@ENVIRONMENT[/INSTANCE]", "the newest that the collector has");
    buffer_printf(buffer, "  %-42s %s\n", "...~N, ...~TIME", "N snapshots earlier, or as of then");
}

static void write_usage(struct buffer *buffer, const struct command *command)
{
    size_t begin = buffer->length;

    buffer_printf(buffer, "  %s%s%s", command->name, command->syntax[0] == '\0' ? "" : " ", command->syntax);
    if (buffer->length - begin > USAGE_COLUMNS) {
        buffer_add_byte(buffer, '\n');
        begin = buffer->length;
    }
    buffer_printf(buffer, "%*s%s\n", (int)(USAGE_COLUMNS + 1 - (buffer->length - begin)), "", command->summary);
}

void help_write_overview(struct buffer *buffer)
{
    buffer_add_string(buffer, "driftline: compare the schemas of databases, exactly\n\n"
                              "usage: driftline COMMAND [OPTION]... [OPERAND]...\n\n");
    for (const struct command *const *command = command_all; *command != NULL; command++)
        write_usage(buffer, *command);
    write_references(buffer);
    buffer_add_string(buffer, "\n'driftline COMMAND --help' describes a command, 'driftline --version' says which\n"
                              "version this is.\n\n"
                              "Exit status: 0 fine, in sync or passed, 1 drift or blocked, 2 wrong usage or\n"
                              "configuration, 3 unknown: unreachable or incomplete, 4 refused, 70 a fault of\n"
                              "Driftline.\n");
}

void help_write_members(struct buffer *buffer, struct text group, const char *separator)
{
    struct text held = {"", 0}; /* back, until it is known whether it is the last one */
    size_t written = 0;

    for (const struct command *const *command = command_all; *command != NULL; command++) {
        if (!text_equal(command_first_word(*command), group) || command_second_word(*command).length == 0)
            continue;
        if (held.length > 0)
            buffer_printf(buffer, "%s%.*s", written++ == 0 ? "" : ", ", TEXT_ARGS(held));
        held = command_second_word(*command);
    }
    buffer_printf(buffer, "%s%.*s", written == 0 ? "" : separator, TEXT_ARGS(held));
}

void help_write_group(struct buffer *buffer, struct text group)
{
    buffer_printf(buffer, "usage: driftline %.*s COMMAND [OPTION]... [OPERAND]...\n\n", TEXT_ARGS(group));
    for (const struct command *const *command = command_all; *command != NULL; command++)
        if (text_equal(command_first_word(*command), group))
            write_usage(buffer, *command);
    buffer_printf(buffer, "\n'driftline %.*s COMMAND --help' describes one of them.\n", TEXT_ARGS(group));
}

static void write_options(struct buffer *buffer, const char *title, const struct option *table)
{
    if (table == NULL)
        return;
    buffer_printf(buffer, "\n%s:\n", title);
    option_write_help(buffer, table);
}

/* What else begins with the word of this command: `gate history` for `gate`. */
static void write_related(struct buffer *buffer, const struct command *command)
{
    struct text word = command_first_word(command);

    if (command_second_word(command).length > 0 || !command_has_members(word))
        return;
    buffer_add_string(buffer, "\nSee also:\n");
    for (const struct command *const *other = command_all; *other != NULL; other++)
        if (*other != command && text_equal(command_first_word(*other), word))
            write_usage(buffer, *other);
}

void help_write_command(struct buffer *buffer, const struct command *command)
{
    buffer_printf(buffer, "driftline %s: %s\n\nusage: driftline %s%s%s%s\n\n%s", command->name, command->summary,
                  command->name,
                  command->options == NULL && !command->reads_schemas && !command->reads_databases && !command->asks
                      ? ""
                      : " [OPTION]...",
                  command->syntax[0] == '\0' ? "" : " ", command->syntax, command->text);
    if (command->reads_schemas)
        write_references(buffer);
    write_options(buffer, "Options", command->options);
    write_options(buffer, "Comparing", command->compares ? settings_comparing : NULL);
    write_options(buffer, "Reading schemas",
                  command->reads_schemas || command->reads_databases ? settings_reading : NULL);
    write_options(buffer, "Asking the collector", command->reads_schemas || command->asks ? settings_asking : NULL);
    write_options(buffer, "Every command", settings_general);
    buffer_add_string(buffer, "\nExamples:\n");
    for (const char *const *example = command->examples; *example != NULL; example++)
        buffer_printf(buffer, "  %s\n", *example);
    write_related(buffer, command);
}

void help_write_version(struct buffer *buffer)
{
    buffer_printf(buffer, "driftline %s\n", DRIFTLINE_VERSION);
    buffer_printf(buffer, "canonical form %d\n", CANONICAL_VERSION);
    buffer_printf(buffer, "libpq %d.%d\n", PQlibVersion() / 10000, PQlibVersion() % 10000);
    buffer_printf(buffer, "SQLite %s\n", sqlite3_libversion());
    buffer_printf(buffer, "libcurl %s\n", curl_version_info(CURLVERSION_NOW)->version);
    buffer_printf(buffer, "OpenSSL %s\n", OpenSSL_version(OPENSSL_VERSION_STRING));
    buffer_printf(buffer, "Jansson %s\n", jansson_version_str());
    buffer_printf(buffer, "libcyaml %s\n", cyaml_version_str);
}
