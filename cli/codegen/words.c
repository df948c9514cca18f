#include "codegen/words.h"

#include "base/compiler.h"
#include "codegen/letters.h"

/* ---- words ---- */

struct character {
    uint32_t code;
    enum letter_sort sort;
};

struct characters {
    struct character items[2 * WORDS_LIMIT]; /* one may become two letters */
    size_t count;
};

static void add(struct characters *characters, uint32_t code)
{
    characters->items[characters->count++] = (struct character){code, letter_sort(code)};
}

static void take_apart(struct characters *characters, struct text name, bool unicode)
{
    size_t length;

    characters->count = 0;
    for (size_t i = 0; i < WORDS_LIMIT && name.length > 0; i++) {
        uint32_t code = letter_read(name, &length);
        char letters[2];
        size_t count = unicode || code < 0x80 ? 0 : letter_plain(code, letters);

        name = (struct text){name.bytes + length, name.length - length};
        for (size_t j = 0; j < count; j++)
            add(characters, j == 0 ? (uint8_t)letters[j] : letter_small((uint8_t)letters[j]));
        if (count == 0)
            add(characters, unicode || code < 0x80 ? code : ' ');
    }
}

/* Whether a word begins here: `orderItem`, `HTTPServer`, and after anything that is no part of a word. */
static bool begins_word(const struct characters *characters, size_t at)
{
    enum letter_sort before = at == 0 ? LETTER_NONE : characters->items[at - 1].sort;
    enum letter_sort after = at + 1 < characters->count ? characters->items[at + 1].sort : LETTER_NONE;

    if (before == LETTER_NONE)
        return true;
    if (characters->items[at].sort != LETTER_LARGE)
        return false;
    return before == LETTER_SMALL || before == LETTER_DIGIT || after == LETTER_SMALL;
}

static void write_character(struct buffer *output, struct character character, enum word_style style, bool begins,
                            bool is_first)
{
    bool large = style == WORDS_UPPER || (begins && (style == WORDS_PASCAL || (style == WORDS_CAMEL && !is_first)));

    if (begins && !is_first && (style == WORDS_SNAKE || style == WORDS_UPPER))
        buffer_add_byte(output, '_');
    letter_write(output, large ? letter_large(character.code) : letter_small(character.code));
}

static void write_as_is(struct buffer *output, const struct characters *characters)
{
    bool pending = false, any = false;

    for (size_t i = 0; i < characters->count; i++) {
        uint32_t code = characters->items[i].code;

        if (characters->items[i].sort == LETTER_NONE && code != '_') {
            pending = true;
            continue;
        }
        if (pending && any)
            buffer_add_byte(output, '_');
        letter_write(output, code);
        pending = false;
        any = true;
    }
}

static bool has_word(const struct characters *characters)
{
    for (size_t i = 0; i < characters->count; i++)
        if (characters->items[i].sort != LETTER_NONE)
            return true;
    return false;
}

void words_write(struct buffer *output, struct text name, enum word_style style, bool unicode)
{
    struct characters characters;
    bool is_first = true;

    take_apart(&characters, name, unicode);
    if (!has_word(&characters))
        return;
    if (style == WORDS_AS_THEY_ARE) {
        write_as_is(output, &characters);
        return;
    }
    for (size_t i = 0; i < characters.count; i++) {
        if (characters.items[i].sort == LETTER_NONE)
            continue;
        write_character(output, characters.items[i], style, begins_word(&characters, i), is_first);
        is_first = false;
    }
}

bool words_begin_large(struct text name)
{
    size_t length;

    return name.length > 0 && letter_sort(letter_read(name, &length)) == LETTER_LARGE;
}

/* ---- the singular ---- */

struct ending {
    struct text plural;
    struct text singular;
};

/* Whole words first, then ends of words, from the longest; the first that fits decides. */
static const struct ending whole[] = {
    {TEXT_INIT("people"), TEXT_INIT("person")},     {TEXT_INIT("men"), TEXT_INIT("man")},
    {TEXT_INIT("women"), TEXT_INIT("woman")},       {TEXT_INIT("mice"), TEXT_INIT("mouse")},
    {TEXT_INIT("feet"), TEXT_INIT("foot")},         {TEXT_INIT("teeth"), TEXT_INIT("tooth")},
    {TEXT_INIT("geese"), TEXT_INIT("goose")},       {TEXT_INIT("children"), TEXT_INIT("child")},
    {TEXT_INIT("movies"), TEXT_INIT("movie")},      {TEXT_INIT("cookies"), TEXT_INIT("cookie")},
    {TEXT_INIT("ties"), TEXT_INIT("tie")},          {TEXT_INIT("lies"), TEXT_INIT("lie")},
    {TEXT_INIT("pies"), TEXT_INIT("pie")},          {TEXT_INIT("series"), TEXT_INIT("series")},
    {TEXT_INIT("species"), TEXT_INIT("species")},   {TEXT_INIT("news"), TEXT_INIT("news")},
    {TEXT_INIT("lens"), TEXT_INIT("lens")},         {TEXT_INIT("gas"), TEXT_INIT("gas")},
    {TEXT_INIT("bus"), TEXT_INIT("bus")},           {TEXT_INIT("has"), TEXT_INIT("has")},
    {TEXT_INIT("was"), TEXT_INIT("was")},           {TEXT_INIT("as"), TEXT_INIT("as")},
    {TEXT_INIT("dns"), TEXT_INIT("dns")},           {TEXT_INIT("sms"), TEXT_INIT("sms")},
    {TEXT_INIT("aliases"), TEXT_INIT("alias")},     {TEXT_INIT("alias"), TEXT_INIT("alias")},
    {TEXT_INIT("atlases"), TEXT_INIT("atlas")},     {TEXT_INIT("atlas"), TEXT_INIT("atlas")},
    {TEXT_INIT("canvases"), TEXT_INIT("canvas")},   {TEXT_INIT("canvas"), TEXT_INIT("canvas")},
    {TEXT_INIT("buses"), TEXT_INIT("bus")},         {TEXT_INIT("lenses"), TEXT_INIT("lens")},
    {TEXT_INIT("indices"), TEXT_INIT("index")},     {TEXT_INIT("matrices"), TEXT_INIT("matrix")},
    {TEXT_INIT("vertices"), TEXT_INIT("vertex")},   {TEXT_INIT("criteria"), TEXT_INIT("criterion")},
    {TEXT_INIT("analyses"), TEXT_INIT("analysis")}, {TEXT_INIT("bases"), TEXT_INIT("base")},
    {TEXT_INIT("crises"), TEXT_INIT("crisis")},     {TEXT_INIT("leaves"), TEXT_INIT("leaf")},
    {TEXT_INIT("lives"), TEXT_INIT("life")},        {TEXT_INIT("wolves"), TEXT_INIT("wolf")},
    {TEXT_INIT("knives"), TEXT_INIT("knife")},      {TEXT_INIT("shelves"), TEXT_INIT("shelf")},
    {TEXT_INIT("halves"), TEXT_INIT("half")},       {TEXT_INIT("heroes"), TEXT_INIT("hero")},
    {TEXT_INIT("potatoes"), TEXT_INIT("potato")},   {TEXT_INIT("quizzes"), TEXT_INIT("quiz")},
};

static const struct ending endings[] = {
    {TEXT_INIT("tuses"), TEXT_INIT("tus")}, {TEXT_INIT("puses"), TEXT_INIT("pus")},
    {TEXT_INIT("ruses"), TEXT_INIT("rus")}, {TEXT_INIT("sses"), TEXT_INIT("ss")},
    {TEXT_INIT("shes"), TEXT_INIT("sh")},   {TEXT_INIT("ches"), TEXT_INIT("ch")},
    {TEXT_INIT("xes"), TEXT_INIT("x")},     {TEXT_INIT("ies"), TEXT_INIT("y")},
    {TEXT_INIT("ss"), TEXT_INIT("ss")},     {TEXT_INIT("us"), TEXT_INIT("us")},
    {TEXT_INIT("is"), TEXT_INIT("is")},     {TEXT_INIT("s"), TEXT_INIT("")},
};

static bool equals_small(const char *bytes, struct text small)
{
    for (size_t i = 0; i < small.length; i++)
        if (letter_small((uint8_t)bytes[i]) != (uint8_t)small.bytes[i])
            return false;
    return true;
}

/* Where the last word begins. */
static size_t last_word(struct text name)
{
    size_t at = name.length;

    while (at > 0 && letter_sort((uint8_t)name.bytes[at - 1]) > LETTER_DIGIT) {
        at--;
        if (letter_sort((uint8_t)name.bytes[at]) == LETTER_LARGE && at > 0 &&
            letter_sort((uint8_t)name.bytes[at - 1]) != LETTER_LARGE)
            break;
    }
    return at;
}

/* What the singular has in place of the end, as large or small as that began. */
static void write_ending(struct buffer *output, struct text before, struct text after)
{
    size_t length = before.length;
    bool large = length > 0 && letter_sort((uint8_t)before.bytes[length - 1]) == LETTER_LARGE;

    for (size_t i = 0; i < after.length; i++) {
        uint8_t c = (uint8_t)after.bytes[i];

        if (i < length && letter_small((uint8_t)before.bytes[i]) == c)
            c = (uint8_t)before.bytes[i];
        else if (large)
            c = (uint8_t)letter_large(c);
        buffer_add_byte(output, c);
    }
}

void words_write_singular(struct buffer *output, struct text name)
{
    size_t at = last_word(name), length = name.length - at;

    for (size_t i = 0; i < LENGTH_OF(whole); i++)
        if (length == whole[i].plural.length && equals_small(name.bytes + at, whole[i].plural)) {
            buffer_add(output, name.bytes, at);
            write_ending(output, (struct text){name.bytes + at, length}, whole[i].singular);
            return;
        }
    for (size_t i = 0; i < LENGTH_OF(endings); i++) {
        size_t end = endings[i].plural.length;

        if (length >= end + 2 && equals_small(name.bytes + name.length - end, endings[i].plural)) {
            buffer_add(output, name.bytes, name.length - end);
            write_ending(output, (struct text){name.bytes + name.length - end, end}, endings[i].singular);
            return;
        }
    }
    buffer_add_text(output, name);
}
