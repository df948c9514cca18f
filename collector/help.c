#include "collector/help.h"

#include <cyaml/cyaml.h>
#include <jansson.h>
#include <microhttpd.h>
#include <openssl/crypto.h>
#include <sqlite3.h>
#include <stdio.h>
#include <zmq.h>

#include "collector/commands.h"
#include "collector/settings.h"
#include "collector/settings_lists.h"
#include "schema/canonical.h"

void help_write(struct buffer *output)
{
    buffer_add_string(output, "driftline-collector: keeps the schemas of all databases and their history\n\n"
                              "usage: driftline-collector --config FILE [COMMAND]\n\n"
                              "Without a command it runs until SIGTERM; SIGHUP reads the configuration again.\n\n");
    for (const struct collector_command *command = collector_commands; command->words[0] != NULL; command++) {
        char words[64];

        snprintf(words, sizeof words, "%s%s%s%s%s", command->words[0], command->words[1] == NULL ? "" : " ",
                 command->words[1] == NULL ? "" : command->words[1], command->operand == NULL ? "" : " ",
                 command->operand == NULL ? "" : command->operand);
        buffer_printf(output, "  %-20s %s\n", words, command->summary);
    }
    buffer_add_string(output, "\nOptions:\n");
    option_write_help(output, settings_general);
    buffer_add_string(output, "\nOptions of token create:\n");
    option_write_help(output, settings_token);
    buffer_add_string(output, "\nKeys of the configuration file:\n");
    option_write_key_help(output, settings_file);
    option_write_key_help(output, settings_lists);
    for (const struct settings_list *list = settings_list_table; list->key != NULL; list++) {
        buffer_printf(output, "\nKeys of each of %s:\n", list->key);
        option_write_key_help(output, list->keys);
    }
    buffer_add_string(output, "\nExit status: 0 fine, 2 wrong usage or configuration, 3 not there, full or\n"
                              "damaged, 4 refused, 70 a fault of Driftline.\n");
}

void help_write_version(struct buffer *output)
{
    int major, minor, patch;

    zmq_version(&major, &minor, &patch);
    buffer_printf(output, "driftline-collector %s\n", DRIFTLINE_VERSION);
    buffer_printf(output, "canonical form %d\n", CANONICAL_VERSION);
    buffer_printf(output, "libzmq %d.%d.%d\n", major, minor, patch);
    buffer_printf(output, "SQLite %s\n", sqlite3_libversion());
    buffer_printf(output, "OpenSSL %s\n", OpenSSL_version(OPENSSL_VERSION_STRING));
    buffer_printf(output, "libmicrohttpd %s\n", MHD_get_version());
    buffer_printf(output, "Jansson %s\n", jansson_version_str());
    buffer_printf(output, "libcyaml %s\n", cyaml_version_str);
}
