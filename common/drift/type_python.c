#include "drift/type_python.h"

#include "base/compiler.h"

enum { DEPTH_LIMIT = 16 };

static struct text behind(struct text text, size_t count)
{
    return (struct text){text.bytes + count, text.length - count};
}

/* Cut off what stands before the next separator that is neither in brackets nor in quotes; false at the end. */
static bool next_item(struct text *rest, char separator, struct text *ret_item)
{
    size_t depth = 0, end = 0;
    char quote = '\0';

    if (rest->length == 0)
        return false;
    for (; end < rest->length && !(depth == 0 && quote == '\0' && rest->bytes[end] == separator); end++) {
        char c = rest->bytes[end];

        if (quote != '\0') {
            if (c == '\\' && end + 1 < rest->length)
                end++;
            else if (c == quote)
                quote = '\0';
        } else if (c == '\'' || c == '"') {
            quote = c;
        } else if (c == '[') {
            depth++;
        } else if (c == ']' && depth > 0) {
            depth--;
        }
    }
    if (end > rest->length)
        end = rest->length;
    *ret_item = text_trim((struct text){rest->bytes, end});
    *rest = behind(*rest, end == rest->length ? end : end + 1);
    return true;
}

static struct text without_module(struct text name)
{
    static const struct text modules[] = {TEXT_INIT("typing."), TEXT_INIT("typing_extensions."),
                                          TEXT_INIT("collections.abc."), TEXT_INIT("builtins.")};

    for (size_t i = 0; i < LENGTH_OF(modules); i++)
        if (text_starts_with(name, modules[i]))
            return behind(name, modules[i].length);
    return name;
}

/* "list[int]": the name, and what stands in the brackets; false when there are none. */
static bool split_brackets(struct text item, struct text *ret_name, struct text *ret_inside)
{
    const char *open = item.length == 0 ? NULL : memchr(item.bytes, '[', item.length);

    if (open == NULL || item.bytes[item.length - 1] != ']')
        return false;
    *ret_name = text_trim((struct text){item.bytes, (size_t)(open - item.bytes)});
    *ret_inside = text_trim((struct text){open + 1, (size_t)(item.bytes + item.length - 1 - (open + 1))});
    return true;
}

static bool is_one_of(struct text name, const struct text *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(name, names[i]))
            return true;
    return false;
}

static bool is_list(struct text name)
{
    static const struct text names[] = {TEXT_INIT("list"),     TEXT_INIT("List"),      TEXT_INIT("tuple"),
                                        TEXT_INIT("Sequence"), TEXT_INIT("frozenset"), TEXT_INIT("set")};

    return is_one_of(name, names, LENGTH_OF(names));
}

static bool is_dictionary(struct text name)
{
    static const struct text names[] = {TEXT_INIT("dict"), TEXT_INIT("Dict"), TEXT_INIT("Mapping"),
                                        TEXT_INIT("MutableMapping")};

    return is_one_of(name, names, LENGTH_OF(names));
}

/* ---------------------------------------------------------------- what is held */

static void hold_row(struct type_value *value, const struct type_row *row)
{
    if (value->held == 0) {
        value->family = row->family;
        value->size = row->size;
        value->scale = row->scale;
    }
    value->held |= 1U << row->family;
}

static void hold_named(struct type_value *value, struct text name)
{
    for (size_t i = 0; i < type_row_count; i++)
        if ((type_rows[i].engines & TYPE_ENGINE_PYTHON) != 0 && text_equal(name, text_from(type_rows[i].spelling)))
            hold_row(value, &type_rows[i]);
}

static void hold_family(struct type_value *value, enum type_family family)
{
    const struct type_row row = {.family = family, .size = TYPE_SIZE_ANY};

    hold_row(value, &row);
}

/* Values that are listed are of the type that they are written in. */
static void hold_literals(struct type_value *value, struct text rest)
{
    struct text item;

    while (next_item(&rest, ',', &item)) {
        char first = item.length == 0 ? '\0' : item.bytes[0];

        if (first == '\'' || first == '"') {
            hold_family(value, TYPE_FAMILY_TEXT);
            hold_family(value, TYPE_FAMILY_FIXED_TEXT);
        } else if (first == '-' || (first >= '0' && first <= '9')) {
            hold_family(value, TYPE_FAMILY_INTEGER);
            hold_family(value, TYPE_FAMILY_UNSIGNED);
        } else if (first == 'b' && item.length > 1 && (item.bytes[1] == '\'' || item.bytes[1] == '"')) {
            hold_family(value, TYPE_FAMILY_BYTES);
            hold_family(value, TYPE_FAMILY_FIXED_BYTES);
        } else if (text_equal(item, TEXT("True")) || text_equal(item, TEXT("False"))) {
            hold_family(value, TYPE_FAMILY_BOOLEAN);
        }
    }
}

static void hold_union(struct type_value *value, struct text rest, unsigned depth);

/* Of "tuple[int, ...]" the first. */
static void hold_list(struct type_value *value, struct text inside, unsigned depth)
{
    struct text first = {"", 0};

    value->is_array = true;
    value->element = next_item(&inside, ',', &first) ? first : (struct text){"Any", 3};
    hold_union(value, value->element, depth + 1);
}

static void hold_everything(struct type_value *value)
{
    hold_family(value, TYPE_FAMILY_TEXT);
    value->held = TYPE_HOLDS_EVERYTHING;
}

static void hold(struct type_value *value, struct text item, unsigned depth)
{
    struct text inside = {"", 0}, name = item;
    bool has_brackets = split_brackets(item, &name, &inside);

    name = without_module(name);
    if (is_list(name))
        hold_list(value, inside, depth);
    else if (is_dictionary(name))
        hold_named(value, TEXT("dict"));
    else if (has_brackets && text_equal(name, TEXT("Literal")))
        hold_literals(value, inside);
    else if (text_equal(name, TEXT("Any")) || text_equal(name, TEXT("object")))
        hold_everything(value);
    else if (!has_brackets)
        hold_named(value, name);
    if (value->held == 0) /* a class of its own stands for a type of the database's own */
        value->held = 1U << TYPE_FAMILY_NONE;
}

/* All members are to be held by what is, or is not, a list; "int | list[int]" is neither, and holds nothing. */
static void hold_union(struct type_value *value, struct text rest, unsigned depth)
{
    const bool was_array = value->is_array;
    bool any_list = false, any_other = false;
    struct text item;

    while (depth < DEPTH_LIMIT && next_item(&rest, '|', &item)) {
        struct type_value member = {.element = item};

        if (text_equal(item, TEXT("None")))
            continue;
        hold(&member, item, depth);
        any_list = any_list || member.is_array;
        any_other = any_other || !member.is_array;
        if (value->held == 0) {
            value->family = member.family;
            value->size = member.size;
            value->scale = member.scale;
        }
        value->held |= member.held;
        value->element = member.element;
    }
    value->is_array = was_array || any_list;
    if (any_list && any_other)
        value->held = 0;
}

struct type_value type_python_value(struct text spelling)
{
    struct type_value value = {.engine = TYPE_ENGINE_PYTHON, .spelling = spelling, .element = spelling};

    hold_union(&value, spelling, 0);
    if (value.held == 0)
        value.family = TYPE_FAMILY_NONE;
    return value;
}
