#include "drift/rendering.h"

#include "base/buffer.h"

enum { MAJOR_LIMIT = 1000000 };

static const struct {
    struct text engine;
    const char *name;
} engines[] = {
    {TEXT_INIT("postgresql"), "PostgreSQL"},
    {TEXT_INIT("mariadb"), "MariaDB"},
    {TEXT_INIT("mysql"), "MySQL"},
};

enum form { FORM_ALL, FORM_AFTER, FORM_WITH };

static const struct rendered {
    enum kind kind;
    struct text attribute;
    enum form form;
    struct text mark;
} table[] = {
#define RENDERED(kind, attribute, form, mark) {KIND_##kind, TEXT_INIT(attribute), FORM_##form, TEXT_INIT(mark)},
#include "drift/rendering.def"
#undef RENDERED
};

/* ---------------------------------------------------------------- versions */

uint32_t rendering_major(struct text server_version)
{
    uint32_t major = 0;

    for (size_t i = 0; i < server_version.length; i++) {
        char digit = server_version.bytes[i];

        if (digit < '0' || digit > '9')
            break;
        major = major * 10 + (uint32_t)(digit - '0');
        if (major > MAJOR_LIMIT)
            return 0;
    }
    return major;
}

struct text rendering_version(struct text server_version)
{
    size_t length = 0;

    while (length < server_version.length && server_version.bytes[length] != ' ')
        length++;
    return (struct text){server_version.bytes, length};
}

/* The name of an engine whose servers render text, else NULL. */
static const char *engine_name(struct text engine)
{
    for (size_t i = 0; i < LENGTH_OF(engines); i++)
        if (text_equal(engine, engines[i].engine))
            return engines[i].name;
    return NULL;
}

bool rendering_has_engine(struct text engine)
{
    return engine_name(engine) != NULL;
}

bool rendering_is_same(struct text engine, struct text version, struct text other)
{
    return !rendering_has_engine(engine) || rendering_major(version) == rendering_major(other);
}

struct rendering rendering_of(const struct snapshot *from, const struct snapshot *to)
{
    uint32_t a = rendering_major(from->info.server_version), b = rendering_major(to->info.server_version);
    struct rendering rendering = {.engine = engine_name(from->info.engine), .majors = {a < b ? a : b, a < b ? b : a}};

    rendering.differs =
        rendering.engine != NULL && text_equal(from->info.engine, to->info.engine) && a != 0 && b != 0 && a != b;
    return rendering;
}

/* ---------------------------------------------------------------- attributes */

static const struct rendered *find_rendered(enum kind kind, struct text attribute)
{
    for (size_t i = 0; i < LENGTH_OF(table); i++)
        if (table[i].kind == kind && text_equal(table[i].attribute, attribute))
            return &table[i];
    return NULL;
}

/* Where the mark stands; false when it does not. */
static bool find_mark(struct text text, struct text mark, size_t *ret_place)
{
    for (size_t place = 0; place + mark.length <= text.length; place++)
        if (memcmp(text.bytes + place, mark.bytes, mark.length) == 0) {
            *ret_place = place;
            return true;
        }
    return false;
}

/* Whether two texts differ at most in what was rendered. */
static bool may_mean_the_same(const struct rendered *rendered, struct text from, struct text to)
{
    size_t a = 0, b = 0;

    if (rendered->form == FORM_ALL || text_equal(from, to))
        return true;
    if (!find_mark(from, rendered->mark, &a) || !find_mark(to, rendered->mark, &b))
        return false;
    return rendered->form == FORM_WITH || (a == b && memcmp(from.bytes, to.bytes, a) == 0);
}

struct text rendering_certain(enum kind kind, struct text attribute, struct text item)
{
    const struct rendered *rendered = find_rendered(kind, attribute);
    size_t place = 0;

    if (rendered == NULL || (rendered->form != FORM_ALL && !find_mark(item, rendered->mark, &place)))
        return item;
    switch (rendered->form) {
    case FORM_AFTER:
        return (struct text){item.bytes, place + rendered->mark.length};
    case FORM_WITH:
        return rendered->mark;
    case FORM_ALL:
        break;
    }
    return (struct text){"", 0};
}

static bool is_only_rendered(enum kind kind, const struct attribute_change *attribute)
{
    const struct rendered *rendered = find_rendered(kind, attribute->name);
    const struct attribute *from = attribute->from, *to = attribute->to;

    if (rendered == NULL || from == NULL || to == NULL || from->is_list != to->is_list || from->count != to->count)
        return false;
    for (uint32_t i = 0; i < from->count; i++)
        if (!may_mean_the_same(rendered, from->items[i], to->items[i]))
            return false;
    return true;
}

uint32_t rendering_take_out(const struct rendering *rendering, struct change *change)
{
    uint32_t count = change->attribute_count, left = count;

    for (uint32_t i = 0; rendering->differs && i < left;) {
        struct attribute_change attribute = change->attributes[i];

        if (!is_only_rendered(change->kind, &attribute)) {
            i++;
            continue;
        }
        memmove(&change->attributes[i], &change->attributes[i + 1], (count - i - 1) * sizeof attribute);
        change->attributes[count - 1] = attribute;
        left--;
    }
    change->attribute_count = left;
    return count - left;
}

const char *rendering_reason(const struct rendering *rendering, const struct attribute_change *attributes,
                             uint32_t count, struct arena *arena)
{
    CLEANUP(buffer_clear) struct buffer names = {0};

    for (uint32_t i = 0; i < count; i++) {
        buffer_add_string(&names, i > 0 ? ", " : "");
        buffer_add_text(&names, attributes[i].name);
    }
    if (names.failed) {
        arena->over_limit = false;
        return NULL;
    }
    return arena_printf(arena, "%.*s as rendered by %s %u and %u, which may spell it differently",
                        TEXT_ARGS(buffer_text(&names)), rendering->engine, rendering->majors[0], rendering->majors[1]);
}
