#include "track/attribution_verb.h"

#include <string.h>
#include <strings.h>

/* ---- words ---- */

struct word {
    struct text text;
    bool is_quoted;
    char mark; /* a parenthesis or a comma; 0: it is a word */
};

static bool is_of_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
           (unsigned char)c >= 0x80;
}

static char closing(char opening)
{
    return opening == '[' ? ']' : opening;
}

/* A name in quotes, in which the closing one may be doubled; `begin` is behind the opening one. */
static size_t end_of_quoted(struct text text, size_t begin, char close)
{
    size_t end = begin;

    while (end < text.length && (text.bytes[end] != close || (end + 1 < text.length && text.bytes[end + 1] == close)))
        end += text.bytes[end] == close ? 2 : 1;
    return end > text.length ? text.length : end;
}

static bool next_word(struct text text, size_t *at, struct word *ret_word)
{
    size_t begin, end;

    for (; *at < text.length; (*at)++) {
        char c = text.bytes[*at];

        if (c == '(' || c == ')' || c == ',') {
            (*at)++;
            *ret_word = (struct word){.mark = c};
            return true;
        }
        if (c != '"' && c != '`' && c != '[' && !is_of_name(c))
            continue;
        begin = is_of_name(c) ? *at : *at + 1;
        for (end = begin; is_of_name(c) && end < text.length && is_of_name(text.bytes[end]);)
            end++;
        if (!is_of_name(c))
            end = end_of_quoted(text, begin, closing(c));
        *ret_word = (struct word){.text = {text.bytes + begin, end - begin}, .is_quoted = !is_of_name(c)};
        *at = is_of_name(c) ? end : end + 1;
        return true;
    }
    return false;
}

static bool same_word(struct text a, struct text b)
{
    return a.length == b.length && strncasecmp(a.bytes, b.bytes, a.length) == 0;
}

/* Whether it is one of the words of a list that have spaces around them. */
static bool is_one_of(const struct word *word, const char *list)
{
    if (word->is_quoted || word->mark != 0 || word->text.length == 0)
        return false;
    for (const char *at = list + 1; *at != '\0'; at = strchr(at, ' ') + 1)
        if (same_word((struct text){at, (size_t)(strchr(at, ' ') - at)}, word->text))
            return true;
    return false;
}

/* ---- what a verb is about ---- */

static const char all_verbs[] = " ADD DROP ALTER MODIFY CHANGE RENAME ";
static const char before_names[] = " COLUMN COLUMNS CONSTRAINT INDEX KEY UNIQUE FULLTEXT SPATIAL IF NOT EXISTS ONLY ";

struct sentence {
    const char *verbs;
    bool is_active;  /* the verb is one of them */
    bool is_awaited; /* a name may come now */
    bool may_list;   /* a parenthesis would hold names: it comes directly behind the verb */
    unsigned depth, depth_of_list;
};

static void read_mark(struct sentence *sentence, char mark)
{
    if (mark == '(') {
        sentence->depth++;
        if (sentence->may_list)
            sentence->depth_of_list = sentence->depth;
        sentence->is_awaited = sentence->may_list;
    } else if (mark == ')' && sentence->depth > 0) {
        sentence->depth--;
    } else if (mark == ',') {
        sentence->is_awaited = sentence->is_active && sentence->depth == sentence->depth_of_list;
    }
    sentence->may_list = false;
}

/* Answers whether this is the name that is looked for. */
static bool read_word(struct sentence *sentence, const struct word *word, struct text name)
{
    bool is_awaited = sentence->is_awaited;

    if (word->mark != 0) {
        read_mark(sentence, word->mark);
        return false;
    }
    if (is_one_of(word, all_verbs) && sentence->depth <= sentence->depth_of_list) {
        sentence->is_active = sentence->is_awaited = sentence->may_list = is_one_of(word, sentence->verbs);
        sentence->depth_of_list = sentence->depth;
        return false;
    }
    if (is_awaited && same_word(word->text, name))
        return true;
    sentence->is_awaited = is_awaited && is_one_of(word, before_names);
    sentence->may_list = sentence->may_list && is_one_of(word, " COLUMN COLUMNS ");
    return false;
}

bool statement_introduces(const struct ddl_event_row *event, const char *verbs, struct text name,
                          struct reading_budget *budget)
{
    struct sentence sentence = {.verbs = verbs};
    struct text text = event->statement;
    struct word word;
    size_t at = 0;

    if (text.length == 0 || name.length == 0 || budget->bytes < text.length)
        return true;
    budget->bytes -= text.length;
    while (next_word(text, &at, &word))
        if (read_word(&sentence, &word, name))
            return true;
    return false;
}

/* ---- which sort of statement ---- */

static bool has_one_of(const struct ddl_event_row *event, const char *list, struct reading_budget *budget)
{
    for (const char *at = list + 1; *at != '\0'; at = strchr(at, ' ') + 1)
        if (statement_has_word(event, (struct text){at, (size_t)(strchr(at, ' ') - at)}, budget))
            return true;
    return false;
}

/* "CREATE TABLE", "CREATE_TABLE" */
static bool begins(const struct ddl_event_row *event, struct text verb)
{
    return event->command.length >= verb.length && strncasecmp(event->command.bytes, verb.bytes, verb.length) == 0;
}

static bool creates(const struct ddl_event_row *event)
{
    return begins(event, TEXT("CREATE")) || begins(event, TEXT("SELECT INTO")) || begins(event, TEXT("IMPORT"));
}

bool statement_suits(const struct ddl_event_row *event, const struct change *change, bool is_exact,
                     struct reading_budget *budget)
{
    struct text name = path_last(change->object);

    switch (change->effect) {
    case EFFECT_ADDED:
        return creates(event) || statement_introduces(event, " ADD CHANGE RENAME ", name, budget);
    case EFFECT_REMOVED:
        return begins(event, TEXT("DROP")) || statement_introduces(event, " DROP CHANGE RENAME ", name, budget);
    case EFFECT_RENAMED:
        return has_one_of(event, " RENAME CHANGE sp_rename ", budget);
    default:
        return is_exact || creates(event) || statement_introduces(event, " ALTER MODIFY CHANGE ", name, budget);
    }
}

bool statement_sets(const struct ddl_event_row *event, struct text attribute, struct reading_budget *budget)
{
    static const struct {
        struct text attribute;
        const char *words;
    } known[] = {{TEXT_INIT("type"), " TYPE MODIFY CHANGE "},
                 {TEXT_INIT("nullable"), " NULL MODIFY CHANGE "},
                 {TEXT_INIT("default"), " DEFAULT MODIFY CHANGE "},
                 {TEXT_INIT("identity"), " IDENTITY AUTO_INCREMENT INCREMENT RESTART GENERATED "},
                 {TEXT_INIT("generated"), " GENERATED EXPRESSION MODIFY CHANGE "},
                 {TEXT_INIT("collation"), " COLLATE MODIFY CHANGE "},
                 {TEXT_INIT("grants"), " GRANT REVOKE DENY "}};

    if (creates(event))
        return true;
    for (size_t i = 0; i < LENGTH_OF(known); i++)
        if (text_equal(known[i].attribute, attribute))
            return has_one_of(event, known[i].words, budget);
    return statement_has_word(event, attribute, budget);
}

bool statement_adds_kind(const struct ddl_event_row *event, const struct change *change, struct reading_budget *budget)
{
    static const struct {
        enum kind kind;
        struct text word;
    } words[] = {{KIND_CHECK, TEXT_INIT("CHECK")},
                 {KIND_PRIMARY_KEY, TEXT_INIT("PRIMARY")},
                 {KIND_UNIQUE, TEXT_INIT("UNIQUE")},
                 {KIND_FOREIGN_KEY, TEXT_INIT("REFERENCES")},
                 {KIND_EXCLUSION, TEXT_INIT("EXCLUDE")}};

    for (size_t i = 0; i < LENGTH_OF(words) && change->effect == EFFECT_ADDED; i++)
        if (words[i].kind == change->kind)
            return statement_has_word(event, words[i].word, budget);
    return false;
}
