#include "collector/commands.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/reference.h"
#include "store/events.h"
#include "store/store.h"
#include "store/tokens.h"
#include "store/upkeep.h"

enum { MEMORY = 64 * 1024 * 1024 };

static void close_database(struct database **database)
{
    database_close(*database);
}

static enum error_code print_text(const struct buffer *text, struct error *error)
{
    if (buffer_check(text, error, "writing the result") != ERROR_NONE)
        return error->code;
    if (fwrite(text->bytes, 1, text->length, stdout) != text->length || fflush(stdout) != 0)
        return error_set(error, ERROR_IO, "writing to standard output: %s", strerror(errno));
    return ERROR_NONE;
}

/* ---- backup, verify, gc ---- */

static enum error_code backup(const struct collector_settings *settings, const char *operand, struct error *error)
{
    CLEANUP(close_database) struct database *database = NULL;
    CLEANUP(buffer_clear) struct buffer text = {0};

    if (store_open(&database, settings->data, DATABASE_READ, error) != ERROR_NONE ||
        database_backup(database, operand, error) != ERROR_NONE)
        return error->code;
    buffer_printf(&text, "the history as it is now is in '%s'; keep %s/collector.key with it\n", operand,
                  settings->data);
    return print_text(&text, error);
}

static void report_problem(void *context, const char *problem)
{
    (void)context;
    printf("problem: %s\n", problem);
}

static enum error_code verify(const struct collector_settings *settings, const char *operand, struct error *error)
{
    const struct verify_options options = {.report = report_problem};
    CLEANUP(close_database) struct database *database = NULL;
    CLEANUP(buffer_clear) struct buffer text = {0};
    struct verify_result result = {0};

    (void)operand;
    if (store_open(&database, settings->data, DATABASE_READ, error) != ERROR_NONE ||
        store_verify(database, &options, &result, error) != ERROR_NONE)
        return error->code;
    buffer_printf(&text,
                  "%" PRIu64 " targets, %" PRIu64 " snapshots, %" PRIu64 " nodes of %" PRIu64 " bytes: %" PRIu64
                  " problems\n",
                  result.targets, result.snapshots, result.nodes, result.bytes, result.problems);
    if (print_text(&text, error) != ERROR_NONE)
        return error->code;
    if (result.problems == 0)
        return ERROR_NONE;
    error_set(error, ERROR_CORRUPT, "the history in '%s' is damaged", settings->data);
    return error_hint(error, "stop the collector and bring back a backup; agents offer what it does not have");
}

static enum error_code collect_garbage(const struct collector_settings *settings, const char *operand,
                                       struct error *error)
{
    const struct core_settings core = settings_for_core(settings, NULL, NULL);
    CLEANUP(close_database) struct database *database = NULL;
    CLEANUP(buffer_clear) struct buffer text = {0};
    struct retention_result result = {0};
    bool done = false;

    (void)operand;
    if (store_open(&database, settings->data, DATABASE_WRITE, error) != ERROR_NONE) {
        if (error->code == ERROR_CONFLICT)
            error_hint(error, "a collector that runs does this by itself, every hour");
        return error->code;
    }
    while (!done)
        if (retention_run(database, &core.retention, clock_now(), &result, &done, error) != ERROR_NONE)
            return error->code;
    buffer_printf(&text,
                  "let go: %" PRIu64 " whole snapshots, %" PRIu64 " records of snapshots, %" PRIu64 " changes, %" PRIu64
                  " drifts, %" PRIu64 " events, %" PRIu64 " nodes of %" PRIu64 " bytes\n",
                  result.snapshots, result.records, result.changes, result.drifts, result.events, result.nodes,
                  result.bytes);
    return print_text(&text, error);
}

/* ---- tokens ---- */

/* Beside a collector that runs, or as the only one: then the store may have to be made first. */
static enum error_code open_for_tokens(const struct collector_settings *settings, struct database **ret_database,
                                       struct error *error)
{
    enum error_code code = store_open(ret_database, settings->data, DATABASE_WRITE, error);

    if (code != ERROR_CONFLICT)
        return code;
    return store_open(ret_database, settings->data, DATABASE_EDIT, error);
}

/* Who made it, in the log of events: the command line has no token of its own. */
static enum error_code add_event(struct database *database, enum event_type type, const char *name, const char *rights,
                                 struct error *error)
{
    CLEANUP(buffer_clear) struct buffer data = {0};
    struct event_row event = {.at = clock_now(), .type = type, .severity = SEVERITY_LOW};

    buffer_printf(&data, "{\"by\":\"driftline-collector\",\"token\":\"%s\"", name); /* names need no escapes */
    if (rights != NULL)
        buffer_printf(&data, ",\"rights\":\"%s\"", rights);
    buffer_add_byte(&data, '}');
    if (buffer_check(&data, error, "writing an event") != ERROR_NONE)
        return error->code;
    event.data = buffer_text(&data);
    return events_add(database, &event, error);
}

static enum error_code finish(struct database *database, enum error_code code, struct error *error)
{
    if (code == ERROR_NONE)
        return database_commit(database, error);
    database_rollback(database);
    return code;
}

static enum error_code create_token(const struct collector_settings *settings, const char *operand, struct error *error)
{
    CLEANUP(close_database) struct database *database = NULL;
    CLEANUP(buffer_clear) struct buffer text = {0};
    struct token_row token = {.name = text_from(operand),
                              .rights = (enum token_rights)(settings->rights + TOKEN_READ),
                              .created_at = clock_now(),
                              .created_by = TEXT("driftline-collector")};
    char secret[TOKEN_TEXT_SIZE] = "";
    enum error_code code;

    if (!reference_is_name(token.name)) {
        error_set(error, ERROR_USAGE, "'%.80s' cannot be the name of a token", operand);
        return error_hint(error, "names have letters, digits, '_', '-' and '.', and do not begin with '-' or '.'");
    }
    if (settings->expires_days != 0)
        token.expires_at = token.created_at + (int64_t)settings->expires_days * 24 * 3600 * 1000000;
    if (open_for_tokens(settings, &database, error) != ERROR_NONE || database_begin(database, error) != ERROR_NONE)
        return error->code;
    code = tokens_make(database, &token, secret, error);
    if (code == ERROR_NONE)
        code = add_event(database, EVENT_TOKEN_CREATED, operand, token_rights_name(token.rights), error);
    if (finish(database, code, error) != ERROR_NONE)
        return error->code;
    buffer_printf(&text, "%s\n", secret);
    explicit_bzero(secret, sizeof secret);
    return print_text(&text, error);
}

static enum error_code remove_token(const struct collector_settings *settings, const char *operand, struct error *error)
{
    CLEANUP(close_database) struct database *database = NULL;
    enum error_code code;

    if (open_for_tokens(settings, &database, error) != ERROR_NONE || database_begin(database, error) != ERROR_NONE)
        return error->code;
    code = tokens_remove(database, text_from(operand), error);
    if (code == ERROR_NONE)
        code = add_event(database, EVENT_TOKEN_REMOVED, operand, NULL, error);
    return finish(database, code, error);
}

static void write_moment(struct buffer *text, int64_t moment)
{
    char time[CLOCK_TEXT_SIZE] = "never";

    if (moment != 0)
        clock_format(moment, time);
    buffer_printf(text, "  %-24s", time);
}

static enum error_code list_tokens(const struct collector_settings *settings, const char *operand, struct error *error)
{
    CLEANUP(close_database) struct database *database = NULL;
    CLEANUP(buffer_clear) struct buffer text = {0};
    CLEANUP(arena_free) struct arena arena;
    struct token_row *tokens = NULL;
    size_t count = 0;
    int width = 4;

    (void)operand;
    arena_init(&arena, MEMORY);
    if (store_open(&database, settings->data, DATABASE_READ, error) != ERROR_NONE ||
        tokens_list(database, &arena, &tokens, &count, error) != ERROR_NONE)
        return error->code;
    for (size_t i = 0; i < count; i++)
        width = (int)tokens[i].name.length > width ? (int)tokens[i].name.length : width;
    buffer_printf(&text, "%-*s  rights   %-24s  %-24s  %s\n", width, "name", "created", "last used", "expires");
    for (size_t i = 0; i < count; i++) {
        buffer_printf(&text, "%-*.*s  %-7s", width, TEXT_ARGS(tokens[i].name), token_rights_name(tokens[i].rights));
        write_moment(&text, tokens[i].created_at);
        write_moment(&text, tokens[i].last_used);
        write_moment(&text, tokens[i].expires_at);
        while (text.length > 0 && text.bytes[text.length - 1] == ' ')
            text.length--;
        buffer_add_byte(&text, '\n');
    }
    return print_text(&text, error);
}

/* ---- the table ---- */

const struct collector_command collector_commands[] = {
    {{"backup", NULL}, "DEST", "copy the history, also while a collector runs", NULL, backup},
    {{"verify", NULL}, NULL, "check every hash, reference and snapshot of the history", NULL, verify},
    {{"gc", NULL}, NULL, "let go of what is not to be kept, without a collector", NULL, collect_garbage},
    {{"token", "create"}, "NAME", "make a token for the HTTP API and print its secret", settings_token, create_token},
    {{"token", "list"}, NULL, "list tokens, without their secrets", NULL, list_tokens},
    {{"token", "remove"}, "NAME", "remove a token", NULL, remove_token},
    {{NULL, NULL}, NULL, NULL, NULL, NULL},
};

size_t collector_command_words(const struct collector_command *command)
{
    return command->words[1] == NULL ? 1 : 2;
}

static enum error_code unknown_command(const char *const *operands, size_t count, struct error *error)
{
    bool known = false;

    for (const struct collector_command *command = collector_commands; command->words[0] != NULL; command++)
        known = known || strcmp(command->words[0], operands[0]) == 0;
    if (!known)
        error_set(error, ERROR_USAGE, "there is no command '%.40s'", operands[0]);
    else if (count < 2)
        error_set(error, ERROR_USAGE, "'%s' needs another word", operands[0]);
    else
        error_set(error, ERROR_USAGE, "there is no command '%s %.40s'", operands[0], operands[1]);
    return error_hint(error, "'driftline-collector --help' lists all commands");
}

enum error_code collector_command_find(const struct collector_command **ret_command, const char *const *operands,
                                       size_t count, struct error *error)
{
    for (const struct collector_command *command = collector_commands; command->words[0] != NULL; command++) {
        size_t words = collector_command_words(command), wanted = words + (command->operand != NULL);

        if (strcmp(command->words[0], operands[0]) != 0 ||
            (words == 2 && (count < 2 || strcmp(command->words[1], operands[1]) != 0)))
            continue;
        if (count == wanted) {
            *ret_command = command;
            return ERROR_NONE;
        }
        error_set(error, ERROR_USAGE, "'%s%s%s' takes %s", command->words[0], words == 2 ? " " : "",
                  words == 2 ? command->words[1] : "", command->operand == NULL ? "nothing more" : command->operand);
        return error_hint(error, "'driftline-collector --help' says more");
    }
    return unknown_command(operands, count, error);
}
