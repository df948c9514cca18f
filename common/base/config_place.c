#include "base/config_place.h"

#include "base/config_tree.h"

enum error_code config_place(struct error *error, const char *name, struct text text, const char *way)
{
    CLEANUP(config_tree_closep) struct config_tree *tree = NULL;
    const struct config_node *node = NULL;
    struct error ignored; /* without a place the message still says what is wrong */

    if (error->code == ERROR_MEMORY || error->code == ERROR_INTERNAL)
        return error->code;
    error->code = ERROR_CONFIG;
    if (config_tree_open(&tree, text, &ignored) == ERROR_NONE)
        node = config_tree_follow(tree, config_tree_top(tree), way);
    return config_node_blame(node, name, error);
}
