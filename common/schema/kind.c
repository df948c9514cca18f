#include "schema/kind.h"

#include <stdint.h>

#define PLACE_TOP false
#define PLACE_PART true
const struct kind_facts kind_table[] = {
#define KIND(symbol, number, name, plural, place, path, aspect)                                                        \
    {KIND_##symbol, name, plural, PLACE_##place, PATH_##path, ASPECT_##aspect},
#include "schema/kind.def"
#undef KIND
};
const size_t kind_table_count = sizeof kind_table / sizeof kind_table[0];

enum {
#define PLACE_IS_TOP 1
#define PLACE_IS_PART 0
#define KIND(symbol, number, name, plural, place, path, aspect) +PLACE_IS_##place
    kind_top_count = 0
#include "schema/kind.def"
#undef KIND
};

/* Attributes that say who may do what, and how and where bytes are kept. Everything else is structure. */
static const struct {
    struct text name;
    enum aspect aspect;
} attribute_aspects[] = {
    {{"owner", 5}, ASPECT_ACCESS},
    {{"grants", 6}, ASPECT_ACCESS},
    {{"revoked", 7}, ASPECT_ACCESS},
    {{"security_labels", 15}, ASPECT_ACCESS},
    {{"denied", 6}, ASPECT_ACCESS},
    {{"definer", 7}, ASPECT_ACCESS},
    {{"execute_as", 10}, ASPECT_ACCESS},
    {{"sql_security", 12}, ASPECT_ACCESS},
    {{"storage", 7}, ASPECT_STORAGE},
    {{"row_format", 10}, ASPECT_STORAGE},
    {{"tablespace", 10}, ASPECT_STORAGE},
    {{"compression", 11}, ASPECT_STORAGE},
    {{"clustered_on", 12}, ASPECT_STORAGE},
    {{"access_method", 13}, ASPECT_STORAGE},
    {{"statistics_target", 17}, ASPECT_STORAGE},
    {{"statistics_options", 18}, ASPECT_STORAGE},
    {{"statistics_targets", 18}, ASPECT_STORAGE},
    {{"storage_parameters", 18}, ASPECT_STORAGE},
};

const struct kind_facts *kind_facts(unsigned number)
{
    /* Top-level kinds are numbered from 1, parts from 64, both without gaps: two runs of the table. */
    size_t place = number < KIND_COLUMN ? (size_t)number - KIND_SCHEMA : kind_top_count + number - KIND_COLUMN;

    return place < kind_table_count && kind_table[place].kind == number ? &kind_table[place] : NULL;
}

const char *kind_name(enum kind kind)
{
    const struct kind_facts *facts = kind_facts(kind);

    return facts == NULL ? "none" : facts->name;
}

enum kind kind_from_name(struct text name)
{
    for (size_t i = 0; i < kind_table_count; i++)
        if (text_equal(name, text_from(kind_table[i].name)))
            return kind_table[i].kind;
    return KIND_NONE;
}

static const char *const aspect_names[ASPECT_COUNT] = {"structure", "access", "storage"};

const char *aspect_name(enum aspect aspect)
{
    return aspect_names[aspect];
}

bool aspect_from_name(struct text name, enum aspect *ret_aspect)
{
    for (unsigned i = 0; i < ASPECT_COUNT; i++)
        if (text_equal(name, text_from(aspect_names[i]))) {
            *ret_aspect = (enum aspect)i;
            return true;
        }
    return false;
}

enum aspect attribute_aspect(enum kind kind, struct text attribute)
{
    /* The lengths that occur in the table: asked for every attribute of a snapshot, so most answers must be quick. */
    static const uint32_t lengths =
        1u << 5 | 1u << 6 | 1u << 7 | 1u << 10 | 1u << 11 | 1u << 12 | 1u << 13 | 1u << 15 | 1u << 17 | 1u << 18;
    const struct kind_facts *facts = kind_facts(kind);

    if (facts != NULL && facts->aspect != ASPECT_STRUCTURE)
        return facts->aspect;
    if (attribute.length >= 32 || (lengths >> attribute.length & 1) == 0)
        return ASPECT_STRUCTURE;
    for (size_t i = 0; i < sizeof attribute_aspects / sizeof attribute_aspects[0]; i++)
        if (text_equal(attribute, attribute_aspects[i].name))
            return attribute_aspects[i].aspect;
    return ASPECT_STRUCTURE;
}
