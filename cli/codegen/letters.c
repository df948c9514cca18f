#include "codegen/letters.h"

#include <string.h>

#include "base/compiler.h"

enum {
    REPLACEMENT = 0xfffd,
    LATIN_FIRST = 0xc0,
    LATIN_LAST = 0x17e, /* of the table of plain letters */
};

static const struct {
    uint32_t first, last;
} ranges[] = {
    {0xc0, 0xd6},     {0xd8, 0xf6},     {0xf8, 0x131},    {0x134, 0x13e}, {0x141, 0x148}, {0x14a, 0x17e},
    {0x386, 0x386},   {0x388, 0x38a},   {0x38c, 0x38c},   {0x38e, 0x3a1}, {0x3a3, 0x3ce}, {0x400, 0x481},
    {0x48a, 0x52f},   {0x5d0, 0x5ea},   {0x620, 0x63a},   {0x641, 0x64a}, {0xe01, 0xe30}, {0x3041, 0x3096},
    {0x30a1, 0x30fa}, {0x4e00, 0x9fa5}, {0xac00, 0xd7a3},
};

/* Where large and small letters stand: in two blocks, or each beside its other. */
static const struct {
    uint32_t first, last; /* of the large ones, or of all */
    uint32_t distance;    /* to the small one; 0: pairs that begin at `first` */
} cases[] = {
    {0xc0, 0xd6, 0x20},   {0xd8, 0xde, 0x20},   {0x100, 0x12f, 0}, {0x134, 0x137, 0},    {0x139, 0x13e, 0},
    {0x141, 0x148, 0},    {0x14a, 0x177, 0},    {0x179, 0x17e, 0}, {0x391, 0x3a1, 0x20}, {0x3a3, 0x3a9, 0x20},
    {0x410, 0x42f, 0x20}, {0x400, 0x40f, 0x50}, {0x460, 0x481, 0}, {0x48a, 0x4bf, 0},
};

/* Two characters each, from U+00C0 to U+017E. */
static const char plain[] = "A A A A A A AEC E E E E I I I I D N O O O O O   O U U U U Y Thss"
                            "a a a a a a aec e e e e i i i i d n o o o o o   o u u u u y thy "
                            "A a A a A a C c C c C c C c D d D d E e E e E e E e E e G g G g "
                            "G g G g H h H h I i I i I i I i I i     J j K k k L l L l L l   "
                            "  L l N n N n N n   N n O o O o O o OEoeR r R r R r S s S s S s "
                            "S s T t T t T t U u U u U u U u U u U u W w Y y Y Z z Z z Z z ";

enum letter_sort letter_sort(uint32_t character)
{
    if (character < 0x80) {
        if (character >= '0' && character <= '9')
            return LETTER_DIGIT;
        if (character >= 'A' && character <= 'Z')
            return LETTER_LARGE;
        return character >= 'a' && character <= 'z' ? LETTER_SMALL : LETTER_NONE;
    }
    for (size_t i = 0; i < LENGTH_OF(ranges); i++)
        if (character >= ranges[i].first && character <= ranges[i].last)
            return letter_small(character) != character ? LETTER_LARGE : LETTER_SMALL;
    return LETTER_NONE;
}

uint32_t letter_small(uint32_t character)
{
    if (character >= 'A' && character <= 'Z')
        return character + 0x20;
    for (size_t i = 0; i < LENGTH_OF(cases); i++)
        if (character >= cases[i].first && character <= cases[i].last)
            return cases[i].distance > 0 ? character + cases[i].distance
                                         : character + 1 - (character - cases[i].first) % 2;
    return character;
}

uint32_t letter_large(uint32_t character)
{
    if (character >= 'a' && character <= 'z')
        return character - 0x20;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        uint32_t distance = cases[i].distance;

        if (character >= cases[i].first + distance && character <= cases[i].last + distance)
            return distance > 0 ? character - distance : character - (character - cases[i].first) % 2;
    }
    return character;
}

size_t letter_plain(uint32_t character, char ret_letters[2])
{
    const char *letters;

    if (character < LATIN_FIRST || character > LATIN_LAST)
        return 0;
    letters = &plain[2 * (character - LATIN_FIRST)];
    if (letters[0] == ' ')
        return 0;
    memcpy(ret_letters, letters, 2);
    return letters[1] == ' ' ? 1 : 2;
}

uint32_t letter_read(struct text text, size_t *ret_length)
{
    static const uint8_t masks[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    size_t length = text_character(text);
    uint32_t character;

    *ret_length = length == 0 ? 1 : length;
    if (length == 0)
        return REPLACEMENT;
    character = (uint8_t)text.bytes[0] & masks[length];
    for (size_t i = 1; i < length; i++)
        character = character << 6 | ((uint8_t)text.bytes[i] & 0x3f);
    return character;
}

void letter_write(struct buffer *output, uint32_t character)
{
    if (character < 0x80) {
        buffer_add_byte(output, (uint8_t)character);
    } else if (character < 0x800) {
        buffer_add_byte(output, (uint8_t)(0xc0 | character >> 6));
        buffer_add_byte(output, (uint8_t)(0x80 | (character & 0x3f)));
    } else if (character < 0x10000) {
        buffer_add_byte(output, (uint8_t)(0xe0 | character >> 12));
        buffer_add_byte(output, (uint8_t)(0x80 | (character >> 6 & 0x3f)));
        buffer_add_byte(output, (uint8_t)(0x80 | (character & 0x3f)));
    } else {
        buffer_add_byte(output, (uint8_t)(0xf0 | character >> 18));
        buffer_add_byte(output, (uint8_t)(0x80 | (character >> 12 & 0x3f)));
        buffer_add_byte(output, (uint8_t)(0x80 | (character >> 6 & 0x3f)));
        buffer_add_byte(output, (uint8_t)(0x80 | (character & 0x3f)));
    }
}
