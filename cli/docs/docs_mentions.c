#include "docs/docs_mentions.h"

#include <string.h>
#include <strings.h>

/* A name that was read, unquoted and folded. */
struct word {
    char bytes[MENTION_LIMIT];
    size_t length;
    bool quoted;
    bool too_long;
};

enum expecting {
    EXPECT_NOTHING,
    EXPECT_RELATION, /* the next name is one */
    EXPECT_COMMA     /* one was read: after its alias, a comma leads to another */
};

struct scan {
    const char *at;
    const char *end;
    struct docs_dialect dialect;
    docs_mention_visitor visit;
    void *context;
    enum expecting expecting;
    unsigned alias_words; /* since the relation */
};

static bool begins_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || ((unsigned char)c & 0x80) != 0;
}

static bool continues_word(char c)
{
    return begins_word(c) || (c >= '0' && c <= '9') || c == '$' || c == '#';
}

static bool looking_at(const struct scan *scan, const char *what)
{
    size_t length = strlen(what);

    return (size_t)(scan->end - scan->at) >= length && memcmp(scan->at, what, length) == 0;
}

/* ---------------------------------------------------------------- what says nothing */

static void skip_past(struct scan *scan, const char *what)
{
    const char *found = memmem(scan->at, (size_t)(scan->end - scan->at), what, strlen(what));

    scan->at = found == NULL ? scan->end : found + strlen(what);
}

/* A string; two quotes are one in it. A backslash is taken as itself, as standard SQL does. */
static void skip_string(struct scan *scan)
{
    scan->at++;
    skip_past(scan, "'");
}

/* `$tag$` of PostgreSQL: what stands between two of them is code as well, so only the tag is passed over. */
static bool skip_dollar(struct scan *scan)
{
    const char *at = scan->at + 1;

    while (at < scan->end && *at != '$' && continues_word(*at))
        at++;
    if (at == scan->end || *at != '$')
        return false;
    scan->at = at + 1;
    return true;
}

static bool skip_silent(struct scan *scan)
{
    if (looking_at(scan, "--"))
        skip_past(scan, "\n");
    else if (looking_at(scan, "/*"))
        skip_past(scan, "*/");
    else if (*scan->at == '\'')
        skip_string(scan);
    else if (*scan->at != '$' || !skip_dollar(scan))
        return false;
    return true;
}

static bool next_is(const struct scan *scan, char c)
{
    return scan->at < scan->end && *scan->at == c;
}

static void skip_blanks(struct scan *scan)
{
    while (scan->at < scan->end && strchr(" \t\r\n", *scan->at) != NULL && *scan->at != '\0')
        scan->at++;
}

/* ---------------------------------------------------------------- names */

static void add(struct word *word, char c)
{
    if (word->length == MENTION_LIMIT) {
        word->too_long = true;
        return;
    }
    word->bytes[word->length++] = c;
}

/* The quote that ends what begins with this one, or 0. */
static char closing(const struct scan *scan)
{
    if (*scan->at == '"' || *scan->at == '`')
        return *scan->at;
    return *scan->at == '[' && scan->dialect.brackets ? ']' : '\0';
}

static bool read_quoted(struct scan *scan, char quote, struct word *word)
{
    for (scan->at++; scan->at < scan->end; scan->at++) {
        if (*scan->at == quote) {
            scan->at++;
            if (scan->at == scan->end || *scan->at != quote)
                return true;
        }
        add(word, *scan->at);
    }
    return false;
}

static bool read_word(struct scan *scan, struct word *word)
{
    char quote = scan->at < scan->end ? closing(scan) : '\0';

    word->length = 0;
    word->too_long = false;
    word->quoted = quote != '\0';
    if (word->quoted)
        return read_quoted(scan, quote, word);
    if (scan->at == scan->end || !begins_word(*scan->at))
        return false;
    for (; scan->at < scan->end && continues_word(*scan->at); scan->at++)
        add(word, scan->dialect.fold && *scan->at >= 'A' && *scan->at <= 'Z' ? (char)(*scan->at | 0x20) : *scan->at);
    return true;
}

static bool is_one_of(const struct word *word, const char *const *words)
{
    for (; !word->quoted && *words != NULL; words++)
        if (strlen(*words) == word->length && strncasecmp(*words, word->bytes, word->length) == 0)
            return true;
    return false;
}

/* After these a table stands. */
static bool leads_to_relation(const struct word *word)
{
    static const char *const words[] = {"from", "join", "into", "update", "table", "only", "references", NULL};

    return is_one_of(word, words);
}

/* These end a list of tables. */
static bool ends_list(const struct word *word)
{
    static const char *const words[] = {"where",     "on",     "group", "order",  "having", "limit",
                                        "set",       "select", "union", "except", "window", "for",
                                        "intersect", "values", "begin", "loop",   NULL};

    return is_one_of(word, words);
}

static struct text word_text(const struct word *word)
{
    return (struct text){word->bytes, word->length};
}

/* A bare word that is no name, or the first of one. */
static void read_name(struct scan *scan, struct word *first)
{
    struct word second = {.length = 0}, third = {.length = 0};
    struct docs_mention mention = {.name = word_text(first), .is_relation = scan->expecting == EXPECT_RELATION};
    bool too_long = first->too_long;

    if (next_is(scan, '.')) {
        scan->at++;
        if (!read_word(scan, &second))
            return;
        mention.schema = word_text(first);
        mention.name = word_text(&second);
        too_long = too_long || second.too_long;
        if (next_is(scan, '.')) { /* schema.table.column, or database.schema.table */
            scan->at++;
            if (read_word(scan, &third) && scan->dialect.brackets) {
                mention.schema = word_text(&second);
                mention.name = word_text(&third);
                too_long = third.too_long || second.too_long;
            }
        }
    }
    skip_blanks(scan);
    mention.is_call = next_is(scan, '(');
    scan->expecting = mention.is_relation ? EXPECT_COMMA : scan->expecting;
    scan->alias_words = 0;
    if (!too_long && mention.name.length > 0)
        scan->visit(scan->context, &mention);
}

static void take_word(struct scan *scan)
{
    struct word word;

    if (!read_word(scan, &word))
        return;
    if (leads_to_relation(&word)) {
        scan->expecting = EXPECT_RELATION;
    } else if (ends_list(&word)) {
        scan->expecting = EXPECT_NOTHING;
    } else if (scan->expecting == EXPECT_COMMA && scan->alias_words < 2 && !next_is(scan, '.')) {
        scan->alias_words++; /* `AS o` */
    } else {
        if (scan->expecting == EXPECT_COMMA)
            scan->expecting = EXPECT_NOTHING;
        read_name(scan, &word);
    }
}

void docs_mentions(struct text definition, struct docs_dialect dialect, docs_mention_visitor visit, void *context)
{
    struct scan scan = {.at = definition.bytes, .dialect = dialect, .visit = visit, .context = context};

    scan.end = definition.length == 0 ? definition.bytes : definition.bytes + definition.length;
    while (scan.at != scan.end) {
        if (skip_silent(&scan))
            continue;
        if (begins_word(*scan.at) || closing(&scan) != '\0') {
            take_word(&scan);
        } else if (*scan.at >= '0' && *scan.at <= '9') {
            while (scan.at < scan.end && (continues_word(*scan.at) || *scan.at == '.'))
                scan.at++;
        } else {
            if (*scan.at == ',' && scan.expecting == EXPECT_COMMA)
                scan.expecting = EXPECT_RELATION;
            else if (strchr(" \t\r\n(", *scan.at) == NULL || *scan.at == '\0')
                scan.expecting = EXPECT_NOTHING;
            scan.at++;
        }
    }
}
