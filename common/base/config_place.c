#include "base/config_place.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

static yaml_node_t *step_into(yaml_document_t *document, const yaml_node_t *node, struct text step)
{
    if (node->type == YAML_MAPPING_NODE)
        for (yaml_node_pair_t *pair = node->data.mapping.pairs.start; pair < node->data.mapping.pairs.top; pair++) {
            const yaml_node_t *key = yaml_document_get_node(document, pair->key);

            if (key->type == YAML_SCALAR_NODE &&
                text_equal(step, (struct text){(const char *)key->data.scalar.value, key->data.scalar.length}))
                return yaml_document_get_node(document, pair->value);
        }
    if (node->type == YAML_SEQUENCE_NODE) {
        size_t count = (size_t)(node->data.sequence.items.top - node->data.sequence.items.start);
        size_t number = strtoul(step.bytes, NULL, 10);

        if (number < count)
            return yaml_document_get_node(document, node->data.sequence.items.start[number]);
    }
    return NULL;
}

static const yaml_node_t *follow(yaml_document_t *document, const char *way)
{
    const yaml_node_t *node = yaml_document_get_root_node(document);

    while (node != NULL && way[0] != '\0') {
        size_t length = strcspn(way, ".");
        const yaml_node_t *next = step_into(document, node, (struct text){way, length});

        if (next == NULL)
            break;
        node = next;
        way += length + (way[length] == '.');
    }
    return node;
}

enum error_code config_place(struct error *error, const char *name, struct text text, const char *way)
{
    const yaml_node_t *node = NULL;
    yaml_document_t document;
    yaml_parser_t parser;

    if (error->code == ERROR_MEMORY || error->code == ERROR_INTERNAL)
        return error->code;
    error->code = ERROR_CONFIG;
    if (!yaml_parser_initialize(&parser))
        return error_context(error, "%s", name);
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text.bytes, text.length);
    if (yaml_parser_load(&parser, &document)) {
        node = follow(&document, way);
        if (node != NULL)
            error_context(error, "%s:%zu:%zu", name, node->start_mark.line + 1, node->start_mark.column + 1);
        yaml_document_delete(&document);
    }
    if (node == NULL)
        error_context(error, "%s", name);
    yaml_parser_delete(&parser);
    return error->code;
}
