#include "sources/scratch/script_meta.h"

#include <ctype.h>
#include <strings.h>

#include "sources/scratch/sql_split.h"

enum { SHOWN = 40 }; /* bytes of a command in a message */

/* ---- commands to psql ---- */

struct meta {
    const char *command;
    const char *argument; /* the first, or NULL: whichever */
};

/* They do nothing to what statements do. */
static const struct meta harmless[] = {
    {"\\restrict", NULL},
    {"\\unrestrict", NULL},
    {"\\echo", NULL},
    {"\\qecho", NULL},
    {"\\warn", NULL},
    {"\\timing", NULL},
    {"\\pset", NULL},
    {"\\x", NULL},
    {"\\a", NULL},
    {"\\t", NULL},
    {"\\unset", NULL},
    {"\\encoding", "UTF8"},
    {"\\set", "ON_ERROR_STOP"},
    {"\\set", "ECHO"},
    {"\\set", "QUIET"},
    {"\\set", "VERBOSITY"},
    {"\\set", "SHOW_CONTEXT"},
};

/* The next run of bytes without white space; what follows it stays. */
static struct text take_word(struct text *rest)
{
    struct text word;

    while (rest->length > 0 && isspace((unsigned char)rest->bytes[0]))
        *rest = (struct text){rest->bytes + 1, rest->length - 1};
    word = (struct text){rest->bytes, 0};
    while (word.length < rest->length && !isspace((unsigned char)word.bytes[word.length]))
        word.length++;
    *rest = (struct text){rest->bytes + word.length, rest->length - word.length};
    return word;
}

static const char *advice(struct text name)
{
    if (text_equal(name, TEXT("\\connect")) || text_equal(name, TEXT("\\c")))
        return "a scratch database is the only one there is; make the dump without --create (-C)";
    if (text_equal(name, TEXT("\\i")) || text_equal(name, TEXT("\\ir")) || text_equal(name, TEXT("\\include")) ||
        text_equal(name, TEXT("\\include_relative")))
        return "name the files one after the other, or their folder";
    return "write it as SQL";
}

enum error_code script_meta_check(struct text command, struct error *error)
{
    struct text rest = command;
    struct text name = take_word(&rest), argument = take_word(&rest);

    for (size_t i = 0; i < LENGTH_OF(harmless); i++)
        if (text_equal(name, text_from(harmless[i].command)) &&
            (harmless[i].argument == NULL || text_equal(argument, text_from(harmless[i].argument))))
            return ERROR_NONE;
    error_set(error, ERROR_QUERY, "'%.*s' is a command to psql, which is not there",
              name.length > SHOWN ? SHOWN : (int)name.length, name.bytes);
    return error_hint(error, "%s", advice(name));
}

/* ---- statements ---- */

/* Whether `connect = false` is among the options of a subscription. */
static bool stays_alone(struct text statement)
{
    for (size_t at = 0; at + sizeof "connect" < statement.length; at++) {
        const char *next = statement.bytes + at + strlen("connect");
        const char *end = statement.bytes + statement.length;

        if (strncasecmp(statement.bytes + at, "connect", strlen("connect")) != 0)
            continue;
        while (next < end && (isspace((unsigned char)*next) || *next == '=' || *next == '\''))
            next++;
        if (end - next >= 5 && strncasecmp(next, "false", 5) == 0)
            return true;
    }
    return false;
}

enum error_code script_statement_check(struct text statement, struct error *error)
{
    struct text words[4];
    struct text rest = sql_words(statement, words, LENGTH_OF(words));
    bool fine = true;

    if (!sql_word_is(words[1], "subscription"))
        return ERROR_NONE;
    if (sql_word_is(words[0], "create"))
        fine = stays_alone(statement);
    else if (sql_word_is(words[0], "alter"))
        fine = sql_word_is(words[3], "owner") || sql_word_is(words[3], "rename") || sql_word_is(words[3], "disable") ||
               (sql_word_is(words[3], "set") && text_starts_with(rest, TEXT("(")));
    else if (sql_word_is(words[0], "drop"))
        fine = false;
    if (fine)
        return ERROR_NONE;
    error_set(error, ERROR_QUERY, "the statement would make a scratch server speak with the one that publishes");
    return error_hint(error, "a subscription can only be created, WITH (connect = false)");
}

bool script_is_control(struct text statement)
{
    static const char *const first[] = {"begin", "start", "commit", "end", "rollback", "abort", "savepoint", "release"};
    struct text words[2];

    sql_words(statement, words, LENGTH_OF(words));
    for (size_t i = 0; i < LENGTH_OF(first); i++)
        if (sql_word_is(words[0], first[i]))
            return true;
    return (sql_word_is(words[0], "prepare") || sql_word_is(words[0], "set")) && sql_word_is(words[1], "transaction");
}
