#include "base/config_tree.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/config_check.h"
#include "base/memory.h"

/* A config_node is libyaml's node under another name, so that libyaml stays in this file. */
struct config_tree {
    yaml_document_t document;
};

static const yaml_node_t *inside(const struct config_node *node)
{
    return (const yaml_node_t *)(const void *)node;
}

static const struct config_node *outside(const yaml_node_t *node)
{
    return (const struct config_node *)(const void *)node;
}

static const struct config_node *node_of(const struct config_tree *tree, int number)
{
    return outside(yaml_document_get_node((yaml_document_t *)&tree->document, number));
}

enum error_code config_tree_open(struct config_tree **ret_tree, struct text text, struct error *error)
{
    static const char doing[] = "reading a configuration";
    struct config_tree *tree = mem_realloc(NULL, sizeof *tree);
    yaml_parser_t parser;
    bool loaded, memory;

    if (tree == NULL)
        return error_memory(error, doing);
    if (!yaml_parser_initialize(&parser)) {
        mem_free(tree);
        return error_memory(error, doing);
    }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text.bytes, text.length);
    loaded = yaml_parser_load(&parser, &tree->document) != 0;
    memory = parser.error == YAML_MEMORY_ERROR;
    yaml_parser_delete(&parser);
    if (loaded) {
        *ret_tree = tree;
        return ERROR_NONE;
    }
    mem_free(tree);
    return memory ? error_memory(error, doing) : error_set(error, ERROR_CONFIG, "not valid YAML");
}

enum error_code config_tree_load(struct config_tree **ret_tree, const char *name, struct text text, struct error *error)
{
    static const cyaml_schema_value_t anything = {.type = CYAML_IGNORE};
    CLEANUP(arena_free) struct arena arena;
    bool empty = false;

    arena_init(&arena, SIZE_MAX);
    if (!text_is_utf8(text))
        return error_set(error, ERROR_CONFIG, "'%s' is not text in UTF-8", name);
    if (config_check(name, text, &anything, &arena, &empty, error) != ERROR_NONE)
        return error->code;
    return config_tree_open(ret_tree, text, error);
}

void config_tree_close(struct config_tree *tree)
{
    if (tree == NULL)
        return;
    yaml_document_delete(&tree->document);
    mem_free(tree);
}

void config_tree_closep(struct config_tree **tree)
{
    config_tree_close(*tree);
}

/* ---- steps ---- */

const struct config_node *config_tree_top(const struct config_tree *tree)
{
    return outside(yaml_document_get_root_node((yaml_document_t *)&tree->document));
}

const struct config_node *config_tree_member(const struct config_tree *tree, const struct config_node *node,
                                             struct text key)
{
    if (node == NULL || inside(node)->type != YAML_MAPPING_NODE)
        return NULL;
    for (yaml_node_pair_t *pair = inside(node)->data.mapping.pairs.start; pair < inside(node)->data.mapping.pairs.top;
         pair++) {
        struct text name;

        if (config_node_text(node_of(tree, pair->key), &name) && text_equal(key, name))
            return node_of(tree, pair->value);
    }
    return NULL;
}

const struct config_node *config_tree_item(const struct config_tree *tree, const struct config_node *node,
                                           size_t number)
{
    if (node == NULL || number >= config_node_count(node))
        return NULL;
    return node_of(tree, inside(node)->data.sequence.items.start[number]);
}

bool config_tree_pair(const struct config_tree *tree, const struct config_node *node, size_t number,
                      const struct config_node **ret_key, const struct config_node **ret_value)
{
    const yaml_node_pair_t *pair;

    if (!config_node_is_mapping(node) ||
        number >= (size_t)(inside(node)->data.mapping.pairs.top - inside(node)->data.mapping.pairs.start))
        return false;
    pair = &inside(node)->data.mapping.pairs.start[number];
    *ret_key = node_of(tree, pair->key);
    *ret_value = node_of(tree, pair->value);
    return true;
}

static const struct config_node *step_into(const struct config_tree *tree, const struct config_node *node,
                                           struct text step)
{
    if (config_node_is_list(node))
        return config_tree_item(tree, node, strtoul(step.bytes, NULL, 10));
    return config_tree_member(tree, node, step);
}

const struct config_node *config_tree_follow(const struct config_tree *tree, const struct config_node *node,
                                             const char *way)
{
    while (node != NULL && way[0] != '\0') {
        size_t length = strcspn(way, ".");
        const struct config_node *next = step_into(tree, node, (struct text){way, length});

        if (next == NULL)
            break;
        node = next;
        way += length + (way[length] == '.');
    }
    return node;
}

/* ---- one value ---- */

bool config_node_is_list(const struct config_node *node)
{
    return node != NULL && inside(node)->type == YAML_SEQUENCE_NODE;
}

size_t config_node_count(const struct config_node *node)
{
    if (!config_node_is_list(node))
        return 0;
    return (size_t)(inside(node)->data.sequence.items.top - inside(node)->data.sequence.items.start);
}

bool config_node_is_mapping(const struct config_node *node)
{
    return node != NULL && inside(node)->type == YAML_MAPPING_NODE;
}

bool config_node_text(const struct config_node *node, struct text *ret_text)
{
    if (node == NULL || inside(node)->type != YAML_SCALAR_NODE)
        return false;
    *ret_text = (struct text){(const char *)inside(node)->data.scalar.value, inside(node)->data.scalar.length};
    return true;
}

bool config_node_is_null(const struct config_node *node)
{
    struct text text;

    return config_node_text(node, &text) && inside(node)->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
           (text.length == 0 || text_equal(text, TEXT("~")) || text_equal(text, TEXT("null")));
}

unsigned config_node_line(const struct config_node *node)
{
    return node == NULL ? 0 : (unsigned)inside(node)->start_mark.line + 1;
}

unsigned config_node_column(const struct config_node *node)
{
    return node == NULL ? 0 : (unsigned)inside(node)->start_mark.column + 1;
}

enum error_code config_node_blame(const struct config_node *node, const char *name, struct error *error)
{
    if (error->code == ERROR_MEMORY || error->code == ERROR_LIMIT || error->code == ERROR_INTERNAL)
        return error->code;
    error->code = ERROR_CONFIG;
    if (node == NULL)
        return error_context(error, "%s", name);
    return error_context(error, "%s:%u:%u", name, config_node_line(node), config_node_column(node));
}
