#include "lint/script.h"

#include "lint/lexer.h"

static const char doing[] = "reading SQL";

enum { NAME_BYTES = 63, ROUTINE_WORDS = 4, DEPTHS = 64, MARK_BYTES = 4096 };

/* What is known of the statement that is being read. */
struct current {
    size_t start;
    size_t end;
    size_t words;
    size_t parentheses;
    size_t begins; /* BEGIN ATOMIC and CASE that are open */
    char initials[ROUTINE_WORDS];
    size_t initial_count;
    bool is_copy;
    bool from_standard_input;
    size_t chains[DEPTHS]; /* words since the last comma, at each level of parentheses */
    bool is_deep;
};

struct reader {
    struct lint_script *script;
    char *bytes; /* of script->text, to blank in */
    struct arena *arena;
    struct current current;
    size_t statement_room;
    size_t comment_room;
    size_t note_room;
    struct error *error;
};

/* ---- lists that grow ---- */

/* `items` is where the pointer to them is. */
static enum error_code grow(struct reader *reader, void *items, size_t *room, size_t count, size_t size)
{
    size_t larger = *room == 0 ? 16 : *room * 2;
    void *old, *copy;

    if (count < *room)
        return ERROR_NONE;
    copy = arena_array(reader->arena, larger, size);
    if (copy == NULL)
        return arena_error(reader->arena, reader->error, doing);
    memcpy(&old, items, sizeof old);
    if (count > 0)
        memcpy(copy, old, count * size);
    memcpy(items, &copy, sizeof copy);
    *room = larger;
    return ERROR_NONE;
}

static enum error_code add_note(struct reader *reader, struct lint_script_note note)
{
    struct lint_script *script = reader->script;

    if (grow(reader, &script->notes, &reader->note_room, script->note_count, sizeof note) != ERROR_NONE)
        return reader->error->code;
    script->notes[script->note_count++] = note;
    return ERROR_NONE;
}

static enum error_code add_comment(struct reader *reader, const struct word *word)
{
    struct lint_script *script = reader->script;
    size_t count = script->statement_count;
    struct lint_script_comment comment = {word->start, word->end, count};

    if (grow(reader, &script->comments, &reader->comment_room, script->comment_count, sizeof comment) != ERROR_NONE)
        return reader->error->code;
    if (reader->current.words == 0 && count > 0) {
        size_t end = script->statements[count - 1].end;

        if (memchr(script->text.bytes + end, '\n', word->start - end) == NULL)
            comment.statement = count - 1;
    }
    script->comments[script->comment_count++] = comment;
    return ERROR_NONE;
}

static enum error_code end_statement(struct reader *reader)
{
    struct lint_script *script = reader->script;
    const struct current *current = &reader->current;
    struct lint_script_statement statement = {current->start, current->end,
                                              current->end - current->start > LINT_STATEMENT_LIMIT, current->is_deep};

    if (current->words > 0) {
        if (grow(reader, &script->statements, &reader->statement_room, script->statement_count, sizeof statement) !=
            ERROR_NONE)
            return reader->error->code;
        script->statements[script->statement_count++] = statement;
    }
    reader->current = (struct current){0};
    return ERROR_NONE;
}

/* ---- what is no SQL ---- */

static void blank(struct reader *reader, size_t start, size_t end)
{
    for (size_t i = start; i < end; i++)
        if (reader->bytes[i] != '\n' && reader->bytes[i] != '\r')
            reader->bytes[i] = ' ';
}

static size_t line_end(struct text text, size_t at)
{
    const char *found = at < text.length ? memchr(text.bytes + at, '\n', text.length - at) : NULL;

    return found == NULL ? text.length : (size_t)(found - text.bytes);
}

/* The rows of COPY, to the line that is `\.` or the end. */
static size_t skip_rows(struct reader *reader, size_t at)
{
    struct text text = reader->script->text;
    size_t start = line_end(text, at), next = start;

    while (next < text.length) {
        size_t line = next + 1, end = line_end(text, line);
        struct text row = {text.bytes + line, end - line};

        next = end;
        row.length -= row.length > 0 && row.bytes[row.length - 1] == '\r';
        if (text_equal(row, TEXT("\\.")))
            break;
    }
    blank(reader, start, next);
    return next;
}

/* Zero bytes and what is no UTF-8 would stop the parser, or worse: not the rest of the file. */
static enum error_code clean_bytes(struct reader *reader)
{
    struct text text = reader->script->text;
    size_t at = text_starts_with(text, TEXT("\xef\xbb\xbf")) ? 3 : 0;

    blank(reader, 0, at);
    while (at < text.length) {
        size_t length = text_character((struct text){text.bytes + at, text.length - at});

        if (length > 0 && text.bytes[at] != '\0') {
            at += length;
            continue;
        }
        if (add_note(reader, (struct lint_script_note){NOTE_BAD_BYTE, at, at + 1}) != ERROR_NONE)
            return reader->error->code;
        for (; at < text.length; at++) {
            if (text.bytes[at] != '\0' && text_character((struct text){text.bytes + at, text.length - at}) > 0)
                break;
            reader->bytes[at] = '?';
        }
    }
    return ERROR_NONE;
}

/* ---- statements ---- */

/* CREATE [OR REPLACE] FUNCTION or PROCEDURE: only there BEGIN ... END holds semicolons. */
static bool is_routine(const struct current *current)
{
    const char *initials = current->initials;

    return current->initial_count > 1 && initials[0] == 'c' &&
           (initials[1] == 'f' || initials[1] == 'p' ||
            (initials[1] == 'o' && initials[2] == 'r' && (initials[3] == 'f' || initials[3] == 'p')));
}

static void note_name(struct current *current, struct text text, const struct word *word)
{
    static const struct {
        const char *keyword;
        char initial;
    } keywords[] = {{"create", 'c'}, {"function", 'f'}, {"procedure", 'p'}, {"or", 'o'}, {"replace", 'r'}};

    if (current->words == 0)
        current->is_copy = lexer_is(text, word, "copy");
    if (lexer_is(text, word, "stdin"))
        current->from_standard_input = true;
    if (current->initial_count < ROUTINE_WORDS) {
        for (size_t i = 0; i < LENGTH_OF(keywords); i++)
            if (lexer_is(text, word, keywords[i].keyword))
                current->initials[current->initial_count] = keywords[i].initial;
        current->initial_count++;
    }
    if (current->parentheses > 0 || !is_routine(current))
        return;
    if (lexer_is(text, word, "begin") || (current->begins > 0 && lexer_is(text, word, "case")))
        current->begins++;
    else if (current->begins > 0 && lexer_is(text, word, "end"))
        current->begins--;
}

/* Parse trees are as deep as parentheses are, and as chains without a comma are long. */
static void note_depth(struct current *current, char sign)
{
    size_t level = current->parentheses < DEPTHS ? current->parentheses : DEPTHS - 1, depth = current->parentheses;

    current->chains[level] = sign == ',' ? 0 : current->chains[level] + 1;
    for (size_t i = 0; i <= level; i++)
        depth += current->chains[i];
    current->is_deep = current->is_deep || depth > LINT_DEPTH_LIMIT;
}

static void note_sign(struct current *current, char sign)
{
    if (sign == '(' || sign == '[') {
        current->parentheses++;
        if (current->parentheses < DEPTHS)
            current->chains[current->parentheses] = 0;
    } else if ((sign == ')' || sign == ']') && current->parentheses > 0) {
        current->parentheses--;
    }
}

static enum error_code take_word(struct reader *reader, const struct word *word)
{
    struct current *current = &reader->current;
    struct text text = reader->script->text;
    char first = text.bytes[word->start];

    if (word->kind == WORD_NAME)
        note_name(current, text, word);
    else if (word->kind == WORD_SIGN)
        note_sign(current, first);
    if ((word->kind == WORD_NAME || word->kind == WORD_QUOTED) && lexer_name_length(text, word) > NAME_BYTES &&
        add_note(reader, (struct lint_script_note){NOTE_LONG_NAME, word->start, word->end}) != ERROR_NONE)
        return reader->error->code;
    note_depth(current, word->kind == WORD_SIGN ? first : 'a');
    if (current->words++ == 0)
        current->start = word->start;
    current->end = word->end;
    return ERROR_NONE;
}

static bool ends_statement(const struct reader *reader, const struct word *word)
{
    return word->kind == WORD_SIGN && reader->script->text.bytes[word->start] == ';' &&
           reader->current.parentheses == 0 && reader->current.begins == 0;
}

/* Take a word; `ret_next` is where to go on. */
static enum error_code take(struct reader *reader, const struct word *word, size_t *ret_next)
{
    size_t next = word->end;

    if (word->kind == WORD_COMMENT) {
        if (add_comment(reader, word) != ERROR_NONE)
            return reader->error->code;
    } else if (word->kind == WORD_BACKSLASH) {
        next = line_end(reader->script->text, word->start);
        blank(reader, word->start, next);
        if (add_note(reader, (struct lint_script_note){NOTE_PSQL, word->start, next}) != ERROR_NONE)
            return reader->error->code;
    } else if (ends_statement(reader, word)) {
        if (reader->current.is_copy && reader->current.from_standard_input)
            next = skip_rows(reader, word->end);
        if (end_statement(reader) != ERROR_NONE)
            return reader->error->code;
    } else if (take_word(reader, word) != ERROR_NONE) {
        return reader->error->code;
    }
    *ret_next = next;
    return ERROR_NONE;
}

static bool begins_character(char c)
{
    return ((unsigned char)c & 0xc0) != 0x80;
}

static enum error_code find_lines(struct reader *reader)
{
    struct lint_script *script = reader->script;
    size_t count = 1;

    for (size_t i = 0; i < script->text.length; i++)
        count += script->text.bytes[i] == '\n';
    script->lines = arena_array(reader->arena, count, sizeof *script->lines);
    script->marks = arena_array(reader->arena, script->text.length / MARK_BYTES + 1, sizeof *script->marks);
    if (script->lines == NULL || script->marks == NULL)
        return arena_error(reader->arena, reader->error, doing);
    script->line_count = 1;
    for (size_t i = 0, characters = 0; i < script->text.length; i++) {
        if (i % MARK_BYTES == 0)
            script->marks[i / MARK_BYTES] = characters;
        characters += begins_character(script->text.bytes[i]);
        if (script->text.bytes[i] == '\n')
            script->lines[script->line_count++] = i + 1;
    }
    return ERROR_NONE;
}

enum error_code lint_script_read(struct lint_script *ret_script, struct text name, struct text text,
                                 struct arena *arena, struct error *error)
{
    struct lint_script script = {.name = name, .source = text};
    struct reader reader = {.script = &script, .arena = arena, .error = error};

    if (text.length > LINT_SIZE_LIMIT)
        return error_set(error, ERROR_LIMIT, "'%.*s' has more than %d bytes", TEXT_ARGS(name), LINT_SIZE_LIMIT);
    reader.bytes = arena_copy(arena, text.length == 0 ? "" : text.bytes, text.length);
    if (reader.bytes == NULL)
        return arena_error(arena, error, doing);
    script.text = (struct text){reader.bytes, text.length};
    if (clean_bytes(&reader) != ERROR_NONE || find_lines(&reader) != ERROR_NONE)
        return error->code;
    for (size_t at = 0;;) {
        struct word word = lexer_next(script.text, at);

        if (word.kind == WORD_END)
            break;
        if (take(&reader, &word, &at) != ERROR_NONE)
            return error->code;
    }
    if (end_statement(&reader) != ERROR_NONE)
        return error->code;
    *ret_script = script;
    return ERROR_NONE;
}

/* How many characters there are before an offset. */
static size_t characters_before(const struct lint_script *script, size_t offset)
{
    size_t mark = offset / MARK_BYTES, count;

    if (offset >= script->text.length)
        mark = script->text.length == 0 ? 0 : (script->text.length - 1) / MARK_BYTES;
    count = script->marks[mark];
    for (size_t i = mark * MARK_BYTES; i < offset && i < script->text.length; i++)
        count += begins_character(script->text.bytes[i]);
    return count;
}

struct lint_place lint_script_place(const struct lint_script *script, size_t offset)
{
    size_t low = 0, high = script->line_count;

    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        if (script->lines[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    return (struct lint_place){
        (unsigned)low + 1,
        (unsigned)(characters_before(script, offset) - characters_before(script, script->lines[low])) + 1};
}

struct text lint_script_line(const struct lint_script *script, unsigned line)
{
    size_t start = script->lines[line - 1], end = line_end(script->source, start);

    end -= end > start && script->source.bytes[end - 1] == '\r';
    return (struct text){script->source.bytes + start, end - start};
}
