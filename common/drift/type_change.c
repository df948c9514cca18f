#include "drift/type_change.h"

#include <ctype.h>
#include <limits.h>
#include <strings.h>

#include "base/compiler.h"

enum family {
    FAMILY_NONE,
    FAMILY_EXACT, /* integers and numeric */
    FAMILY_FLOAT,
    FAMILY_TEXT,
    FAMILY_BITS,
    FAMILY_TIME,
    FAMILY_TIME_ZONE,
    FAMILY_TIMESTAMP,
    FAMILY_TIMESTAMP_ZONE,
    FAMILY_INTERVAL,
    FAMILY_BYTES,
    FAMILY_BOOLEAN,
};

/* Of text: which letters there are. Of `nvarchar` all; of `varchar` those of a code page, where there is both. */
enum letters { LETTERS_UNKNOWN, LETTERS_SOME, LETTERS_ALL };

/* MariaDB's texts and bytes have three sizes beyond what anybody declares with a number. */
enum { UNLIMITED = INT_MAX - 2, MEDIUM, LONG, TYPE_TEXT_LIMIT = 120 };

/* What a type can hold. Sizes that a family does not use are 0 on both sides. */
struct type {
    enum family family;
    int array;  /* 1: an array of this */
    int size;   /* integer digits, characters, bits or digits of a second */
    int scale;  /* digits after the point */
    bool fixed; /* of fixed length: shorter values are padded or refused */
    bool not_a_number;
    bool binary;   /* a whole number of a fixed count of bits */
    bool positive; /* nothing below zero */
    enum letters letters;
    struct text fields; /* of an interval: "day to second", or empty for all */
};

/* How `size` is meant: what the type holds when it stands without a number in parentheses. */
static const struct name_facts {
    const char *name;
    enum family family;
    int size;
    int scale;
    bool fixed_length;
} names[] = {
    {"tinyint", FAMILY_EXACT, 3, 0, false},
    {"smallint", FAMILY_EXACT, 5, 0, false},
    {"int2", FAMILY_EXACT, 5, 0, false},
    {"smallserial", FAMILY_EXACT, 5, 0, false},
    {"mediumint", FAMILY_EXACT, 7, 0, false},
    {"integer", FAMILY_EXACT, 10, 0, false},
    {"int", FAMILY_EXACT, 10, 0, false},
    {"int4", FAMILY_EXACT, 10, 0, false},
    {"serial", FAMILY_EXACT, 10, 0, false},
    {"bigint", FAMILY_EXACT, 19, 0, false},
    {"int8", FAMILY_EXACT, 19, 0, false},
    {"bigserial", FAMILY_EXACT, 19, 0, false},
    {"unsigned big int", FAMILY_EXACT, 20, 0, false},
    {"numeric", FAMILY_EXACT, UNLIMITED, UNLIMITED, false},
    {"decimal", FAMILY_EXACT, UNLIMITED, UNLIMITED, false},
    {"real", FAMILY_FLOAT, 24, 0, false},
    {"float4", FAMILY_FLOAT, 24, 0, false},
    {"double precision", FAMILY_FLOAT, 53, 0, false},
    {"double", FAMILY_FLOAT, 53, 0, false},
    {"float8", FAMILY_FLOAT, 53, 0, false},
    {"float", FAMILY_FLOAT, 53, 0, false},
    {"character varying", FAMILY_TEXT, UNLIMITED, 0, false},
    {"varying character", FAMILY_TEXT, UNLIMITED, 0, false},
    {"varchar", FAMILY_TEXT, UNLIMITED, 0, false},
    {"nvarchar", FAMILY_TEXT, UNLIMITED, 0, false},
    {"text", FAMILY_TEXT, UNLIMITED, 0, false},
    {"ntext", FAMILY_TEXT, UNLIMITED, 0, false},
    {"clob", FAMILY_TEXT, UNLIMITED, 0, false},
    {"tinytext", FAMILY_TEXT, 255, 0, false},
    {"mediumtext", FAMILY_TEXT, MEDIUM, 0, false},
    {"longtext", FAMILY_TEXT, LONG, 0, false},
    {"bpchar", FAMILY_TEXT, UNLIMITED, 0, true},
    {"character", FAMILY_TEXT, 1, 0, true},
    {"char", FAMILY_TEXT, 1, 0, true},
    {"nchar", FAMILY_TEXT, 1, 0, true},
    {"native character", FAMILY_TEXT, 1, 0, true},
    {"bit", FAMILY_BITS, 1, 0, true},
    {"bit varying", FAMILY_BITS, UNLIMITED, 0, false},
    {"varbit", FAMILY_BITS, UNLIMITED, 0, false},
    {"time", FAMILY_TIME, 6, 0, false},
    {"time without time zone", FAMILY_TIME, 6, 0, false},
    {"timetz", FAMILY_TIME_ZONE, 6, 0, false},
    {"time with time zone", FAMILY_TIME_ZONE, 6, 0, false},
    {"timestamp", FAMILY_TIMESTAMP, 6, 0, false},
    {"datetime", FAMILY_TIMESTAMP, 6, 0, false},
    {"smalldatetime", FAMILY_TIMESTAMP, 0, 0, false},
    {"datetime2", FAMILY_TIMESTAMP, 7, 0, false},
    {"datetimeoffset", FAMILY_TIMESTAMP_ZONE, 7, 0, false},
    {"timestamp without time zone", FAMILY_TIMESTAMP, 6, 0, false},
    {"timestamptz", FAMILY_TIMESTAMP_ZONE, 6, 0, false},
    {"timestamp with time zone", FAMILY_TIMESTAMP_ZONE, 6, 0, false},
    {"interval", FAMILY_INTERVAL, 6, 0, false},
    {"bytea", FAMILY_BYTES, UNLIMITED, 0, false},
    {"blob", FAMILY_BYTES, UNLIMITED, 0, false},
    {"tinyblob", FAMILY_BYTES, 255, 0, false},
    {"mediumblob", FAMILY_BYTES, MEDIUM, 0, false},
    {"longblob", FAMILY_BYTES, LONG, 0, false},
    {"varbinary", FAMILY_BYTES, UNLIMITED, 0, false},
    {"binary", FAMILY_BYTES, 1, 0, true},
    {"image", FAMILY_BYTES, UNLIMITED, 0, false},
    {"boolean", FAMILY_BOOLEAN, 0, 0, false},
    {"bool", FAMILY_BOOLEAN, 0, 0, false},
};

/* The words of a type in lower case with single blanks, and the numbers of its parentheses apart. */
struct spelling {
    char words[TYPE_TEXT_LIMIT];
    size_t length;
    int numbers[2];
    int number_count;
    bool array;
};

/* Read "(12, 2)" from its parenthesis on; answers where it ends, or NULL if it is something else. "(max)" is no limit,
 * and no number. */
static const char *read_numbers(struct spelling *spelling, const char *next, const char *end)
{
    bool negative = false, digits = false;

    if (spelling->number_count != 0)
        return NULL;
    if (end - next >= 5 && strncasecmp(next, "(max)", 5) == 0)
        return next + 5;
    for (next++; next < end; next++) {
        int *number = &spelling->numbers[spelling->number_count];

        if (*next >= '0' && *next <= '9' && *number < 100000000) {
            *number = *number * 10 + (*next - '0');
            digits = true;
        } else if (*next == '-' && !digits && !negative) {
            negative = true;
        } else if ((*next == ',' && spelling->number_count == 0 && digits) || (*next == ')' && digits)) {
            *number = negative ? -*number : *number;
            spelling->number_count++;
            negative = digits = false;
            if (*next == ')')
                return next + 1;
        } else if (*next != ' ') {
            return NULL;
        }
    }
    return NULL;
}

/* False for what is not made of words and numbers: quoted and qualified names are nobody's keywords. */
static bool spell(struct spelling *ret_spelling, struct text text)
{
    const char *next = text.bytes, *end = text.bytes + text.length;
    struct spelling spelling = {0};
    bool gap = false;

    while (next < end && !spelling.array) {
        if (*next == '(') {
            next = read_numbers(&spelling, next, end);
            if (next == NULL)
                return false;
            gap = true;
        } else if (*next == ' ') {
            gap = true;
            next++;
        } else if (*next == '[') {
            spelling.array = true;
        } else {
            int c = tolower((unsigned char)*next++);

            if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '_')
                return false;
            if (spelling.length + 2 >= sizeof spelling.words)
                return false;
            if (gap && spelling.length > 0)
                spelling.words[spelling.length++] = ' ';
            spelling.words[spelling.length++] = (char)c;
            gap = false;
        }
    }
    for (; next < end; next++)
        if (*next != '[' && *next != ']' && !(*next >= '0' && *next <= '9'))
            return false;
    *ret_spelling = spelling;
    return spelling.length > 0;
}

static const struct name_facts *find_name(struct text words)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (text_equal(words, text_from(names[i].name)))
            return &names[i];
    return NULL;
}

/* Put the numbers of the parentheses where the family has use for them. */
static void apply_numbers(struct type *type, const struct spelling *spelling, const struct name_facts *facts)
{
    int first = spelling->numbers[0], second = spelling->number_count > 1 ? spelling->numbers[1] : 0;

    if (spelling->number_count == 0)
        return;
    if (type->family == FAMILY_EXACT && facts->size == UNLIMITED) {
        type->size = first - second; /* a negative scale moves digits to the left of the point */
        type->scale = second;
    } else if (type->family == FAMILY_FLOAT && spelling->number_count > 1) {
        type->fixed = true; /* double(8,2): so many digits and no more */
    } else if (type->family == FAMILY_FLOAT) {
        type->size = first <= 24 ? 24 : 53;
    } else if (type->family != FAMILY_EXACT) {
        type->size = first; /* integers keep theirs: integer(11) is a display width */
    }
}

static enum letters letters_of(struct text words)
{
    if (text_equal(words, TEXT("varchar")) || text_equal(words, TEXT("char")))
        return LETTERS_SOME;
    return words.bytes[0] == 'n' ? LETTERS_ALL : LETTERS_UNKNOWN; /* nvarchar, nchar, ntext, native character */
}

static bool cut_word(struct text *words, struct text word)
{
    if (words->length < word.length || memcmp(words->bytes + words->length - word.length, word.bytes, word.length) != 0)
        return false;
    words->length -= word.length;
    return true;
}

/* The bit of the sign holds a digit more of two of the types. */
static int positive_size(int size)
{
    return size == 7 ? 8 : size == 19 ? 20 : size;
}

/* Fill in what the type holds. `ret_type->fields` points into the spelling. */
static bool understand(struct type *ret_type, const struct spelling *spelling)
{
    struct text words = {spelling->words, spelling->length};
    bool padded = cut_word(&words, TEXT(" zerofill"));
    bool positive = cut_word(&words, TEXT(" unsigned")) || padded;
    const struct name_facts *facts = find_name(words);
    struct text fields = {NULL, 0};

    if (facts == NULL && text_starts_with(words, TEXT("interval "))) {
        facts = find_name(TEXT("interval"));
        fields = (struct text){words.bytes + 9, words.length - 9};
    }
    if (facts == NULL)
        return false;
    *ret_type = (struct type){.family = facts->family,
                              .array = spelling->array,
                              .size = facts->size,
                              .scale = facts->scale,
                              .fixed = facts->fixed_length,
                              .not_a_number = facts->family == FAMILY_EXACT && facts->size == UNLIMITED,
                              .binary = facts->family == FAMILY_EXACT && facts->size < UNLIMITED,
                              .positive = positive,
                              .letters = facts->family == FAMILY_TEXT ? letters_of(words) : LETTERS_UNKNOWN,
                              .fields = fields};
    apply_numbers(ret_type, spelling, facts);
    if (positive && ret_type->binary)
        ret_type->size = positive_size(ret_type->size);
    return true;
}

/* Of two whole numbers of one size the one without negative values reaches higher. */
static bool holds_sign(const struct type *to, const struct type *from)
{
    if (to->positive)
        return from->positive;
    return !from->positive || !to->binary || !from->binary || to->size > from->size;
}

/* Whether every value of `from` is one of `to`; both are of one family. */
static bool holds(const struct type *to, const struct type *from)
{
    return to->size >= from->size && to->scale >= from->scale && to->not_a_number >= from->not_a_number &&
           to->fixed <= from->fixed && holds_sign(to, from) &&
           !(to->letters == LETTERS_SOME && from->letters == LETTERS_ALL) &&
           (to->fields.length == 0 || text_equal(to->fields, from->fields));
}

/* Whether `to` is the list of `from` with more values behind: enum('a') and enum('a','b'). */
static bool lists_more(struct text from, struct text to)
{
    static const struct text openings[] = {{"enum(", 5}, {"set(", 4}};

    for (size_t i = 0; i < LENGTH_OF(openings); i++)
        if (text_starts_with(from, openings[i]) && from.length + 1 < to.length && to.bytes[from.length - 1] == ',' &&
            text_starts_with(to, (struct text){from.bytes, from.length - 1}))
            return true;
    return false;
}

enum type_change type_change_classify(struct text from, struct text to)
{
    struct spelling from_spelling, to_spelling;
    struct type from_type, to_type;

    if (text_equal(from, to))
        return TYPE_CHANGE_SAME;
    if (lists_more(from, to) || lists_more(to, from))
        return lists_more(from, to) ? TYPE_CHANGE_WIDENED : TYPE_CHANGE_NARROWED;
    if (!spell(&from_spelling, from) || !spell(&to_spelling, to) || !understand(&from_type, &from_spelling) ||
        !understand(&to_type, &to_spelling))
        return TYPE_CHANGE_FAMILY;
    if (from_type.family != to_type.family || from_type.array != to_type.array)
        return TYPE_CHANGE_FAMILY;
    if (!holds(&to_type, &from_type))
        return TYPE_CHANGE_NARROWED;
    return holds(&from_type, &to_type) ? TYPE_CHANGE_SAME : TYPE_CHANGE_WIDENED;
}
