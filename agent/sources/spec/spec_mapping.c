#include "sources/spec/spec_mapping.h"

enum { MOST_PAIRS = 5000 };

enum key {
    KEY_TABLES,
    KEY_ENUMS,
    KEY_RELATIONS,
    KEY_VIEWS,
    KEY_SPEC_VERSION,
    KEY_UPDATED_AT,
    KEY_SCHEMA,
    KEY_KEYS,
    KEY_TYPES,
    KEY_NAMES,
    KEY_NAME_STYLE,
    KEY_IGNORE,
    KEY_CHOICES,
    KEY_NOT_DECLARED
};

static const struct spec_level level = {
    .name = "mapping",
    .keys = {"tables", "enums", "relations", "views", "spec_version", "updated_at", "schema", "keys", "types", "names",
             "name_style", "ignore", "choices", "not_declared"},
};

static const char *const section_names[SPEC_SECTION_COUNT] = {"tables", "enums",        "relations",
                                                              "views",  "spec_version", "updated_at"};

const struct spec_pair *spec_pair_find(const struct spec_pair *pairs, uint32_t count, struct text written)
{
    for (uint32_t i = 0; i < count; i++)
        if (text_equal(pairs[i].written, written))
            return &pairs[i];
    return NULL;
}

/* A mapping of names to names. */
static enum error_code read_pairs(const struct spec_page *page, const struct config_node *node,
                                  struct spec_pair **ret_pairs, uint32_t *ret_count)
{
    struct spec_pair *pairs;
    struct spec_item *items;
    uint32_t count;

    if (node != NULL && !config_node_is_mapping(node))
        return spec_refuse(page, node, "expected keys with values");
    if (spec_items(page, node, &items, &count) != ERROR_NONE)
        return page->error->code;
    if (count > MOST_PAIRS)
        return spec_refuse(page, node, "more than %d keys", MOST_PAIRS);
    pairs = arena_array(page->arena, count, sizeof *pairs);
    if (pairs == NULL)
        return spec_no_memory(page);
    for (uint32_t i = 0; i < count; i++) {
        pairs[i].node = items[i].value;
        if (spec_name(page, items[i].key, &pairs[i].written) != ERROR_NONE ||
            spec_name(page, items[i].value, &pairs[i].meant) != ERROR_NONE)
            return page->error->code;
        if (spec_pair_find(pairs, i, pairs[i].written) != NULL)
            return spec_refuse(page, items[i].key, "the key '%.*s' is there twice", TEXT_ARGS(pairs[i].written));
    }
    *ret_pairs = pairs;
    *ret_count = count;
    return ERROR_NONE;
}

static enum error_code read_aliases(const struct spec_page *page, const struct config_node *node,
                                    struct spec_mapping *mapping)
{
    struct spec_pair *pairs = NULL;

    if (read_pairs(page, node, &pairs, &mapping->alias_count) != ERROR_NONE)
        return page->error->code;
    mapping->aliases = arena_array(page->arena, mapping->alias_count, sizeof *mapping->aliases);
    if (mapping->aliases == NULL)
        return spec_no_memory(page);
    for (uint32_t i = 0; i < mapping->alias_count; i++)
        mapping->aliases[i] = (struct spec_alias){pairs[i].written, pairs[i].meant};
    return ERROR_NONE;
}

/* One of two words: whether it is the second. */
static enum error_code read_choice(const struct spec_page *page, const struct config_node *node, const char *first,
                                   const char *second, bool *ret_second)
{
    struct text word;

    if (spec_text(page, node, &word) != ERROR_NONE)
        return page->error->code;
    if (node != NULL && !text_equal(word, text_from(first)) && !text_equal(word, text_from(second)))
        return spec_refuse(page, node, "expected '%s' or '%s'", first, second);
    *ret_second = node != NULL && text_equal(word, text_from(second));
    return ERROR_NONE;
}

static enum error_code read_sections(const struct spec_page *page, const struct config_node *const *values,
                                     struct spec_mapping *mapping)
{
    for (unsigned i = 0; i < SPEC_SECTION_COUNT; i++) {
        mapping->sections[i] = text_from(section_names[i]);
        if (values[i] != NULL && spec_name(page, values[i], &mapping->sections[i]) != ERROR_NONE)
            return page->error->code;
    }
    return ERROR_NONE;
}

enum error_code spec_mapping_read(struct spec_mapping *ret_mapping, const struct spec_page *page,
                                  const struct config_node *node)
{
    const struct config_node *values[SPEC_KEYS_MAX] = {NULL};
    struct spec_mapping mapping = {.schema = {"", 0}};

    if ((node != NULL && spec_take(page, &level, node, values) != ERROR_NONE) ||
        read_sections(page, values, &mapping) != ERROR_NONE ||
        spec_text(page, values[KEY_SCHEMA], &mapping.schema) != ERROR_NONE ||
        read_aliases(page, values[KEY_KEYS], &mapping) != ERROR_NONE ||
        read_pairs(page, values[KEY_TYPES], &mapping.types, &mapping.type_count) != ERROR_NONE ||
        read_pairs(page, values[KEY_NAMES], &mapping.names, &mapping.name_count) != ERROR_NONE ||
        spec_names(page, values[KEY_IGNORE], &mapping.ignored, &mapping.ignored_count) != ERROR_NONE ||
        spec_names(page, values[KEY_NOT_DECLARED], &mapping.undeclared, &mapping.undeclared_count) != ERROR_NONE ||
        read_choice(page, values[KEY_NAME_STYLE], "as_written", "snake_case", &mapping.snake_case) != ERROR_NONE ||
        read_choice(page, values[KEY_CHOICES], "enum", "text", &mapping.choices_are_text) != ERROR_NONE)
        return page->error->code;
    *ret_mapping = mapping;
    return ERROR_NONE;
}
