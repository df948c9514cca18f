#include "sources/spec/spec_page.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/option.h"

static const char doing[] = "reading a specification";

enum error_code spec_refuse(const struct spec_page *page, const struct config_node *node, const char *format, ...)
{
    char message[sizeof page->error->message];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    error_set(page->error, ERROR_CONFIG, "%s", message);
    return config_node_blame(node, page->name, page->error);
}

enum error_code spec_no_memory(const struct spec_page *page)
{
    return arena_error(page->arena, page->error, doing);
}

/* ---- keys ---- */

static struct text key_text(const struct config_node *key)
{
    struct text text = {"", 0};

    config_node_text(key, &text);
    return text;
}

/* What a key of the level is called in this file. */
static struct text written_key(const struct spec_page *page, const struct spec_level *level, const char *key)
{
    struct text written = text_from(key);
    size_t level_length = strlen(level->name);

    for (uint32_t i = 0; i < page->alias_count; i++) {
        struct text known = page->aliases[i].known;

        if (text_equal(known, text_from(key)))
            written = page->aliases[i].written;
        if (known.length == level_length + 1 + strlen(key) && memcmp(known.bytes, level->name, level_length) == 0 &&
            known.bytes[level_length] == '.' &&
            memcmp(known.bytes + level_length + 1, key, known.length - level_length - 1) == 0)
            return page->aliases[i].written;
    }
    return written;
}

static bool is_unread(const struct spec_page *page, const struct spec_level *level, struct text key)
{
    for (size_t i = 0; i < SPEC_KEYS_MAX && level->unread[i] != NULL; i++)
        if (text_equal(text_from(level->unread[i]), key))
            return true;
    for (uint32_t i = 0; i < page->ignored_count; i++)
        if (text_equal(page->ignored[i], key))
            return true;
    return false;
}

static const char *article(const char *noun)
{
    return strchr("aeiou", noun[0]) == NULL ? "a" : "an";
}

/* Name the key that was meant, or all there are. */
static void hint_at_keys(const struct spec_page *page, const struct spec_level *level, struct text key)
{
    char list[sizeof page->error->hint] = "";
    const char *nearest = NULL;
    size_t distance = SIZE_MAX, length = 0;

    for (size_t i = 0; i < SPEC_KEYS_MAX && level->keys[i] != NULL; i++) {
        size_t away = option_distance(key.bytes, level->keys[i]);

        if (away < distance) {
            distance = away;
            nearest = level->keys[i];
        }
        if (length < sizeof list)
            length += (size_t)snprintf(list + length, sizeof list - length, "%s%s", i == 0 ? "" : ", ", level->keys[i]);
    }
    if (nearest != NULL && option_is_near(key.bytes, distance))
        error_hint(page->error, "did you mean '%s'?", nearest);
    else
        error_hint(page->error, "the keys of %s %s are: %s; `mapping` adapts others", article(level->name), level->name,
                   list);
}

static enum error_code take_pair(const struct spec_page *page, const struct spec_level *level,
                                 const struct config_node *key, const struct config_node *value,
                                 const struct config_node *ret_values[SPEC_KEYS_MAX])
{
    struct text name = key_text(key);
    char shown[64];

    for (size_t i = 0; i < SPEC_KEYS_MAX && level->keys[i] != NULL; i++) {
        if (!text_equal(written_key(page, level, level->keys[i]), name))
            continue;
        if (ret_values[i] != NULL)
            return spec_refuse(page, key, "the key '%.*s' is there twice", TEXT_ARGS(name));
        ret_values[i] = value;
        return ERROR_NONE;
    }
    if (is_unread(page, level, name))
        return ERROR_NONE;
    snprintf(shown, sizeof shown, "%.50s%s", name.bytes, name.length > 50 ? "..." : "");
    spec_refuse(page, key, "unknown key '%s'", shown);
    hint_at_keys(page, level, name);
    return page->error->code;
}

enum error_code spec_take(const struct spec_page *page, const struct spec_level *level, const struct config_node *node,
                          const struct config_node *ret_values[SPEC_KEYS_MAX])
{
    const struct config_node *key, *value;

    memset(ret_values, 0, SPEC_KEYS_MAX * sizeof *ret_values);
    if (!config_node_is_mapping(node))
        return spec_refuse(page, node, "%s %s is written as keys with values", article(level->name), level->name);
    for (size_t i = 0; config_tree_pair(page->tree, node, i, &key, &value); i++)
        if (take_pair(page, level, key, value, ret_values) != ERROR_NONE)
            return page->error->code;
    for (size_t i = 0; i < SPEC_KEYS_MAX; i++)
        if (ret_values[i] != NULL && config_node_is_null(ret_values[i]))
            ret_values[i] = NULL;
    return ERROR_NONE;
}

/* ---- values ---- */

enum error_code spec_text(const struct spec_page *page, const struct config_node *node, struct text *ret_text)
{
    struct text text = {"", 0};

    if (node != NULL && !config_node_text(node, &text))
        return spec_refuse(page, node, "expected a single value");
    *ret_text = text;
    return ERROR_NONE;
}

enum error_code spec_name(const struct spec_page *page, const struct config_node *node, struct text *ret_text)
{
    struct text text;

    if (!config_node_text(node, &text) || text.length == 0 || config_node_is_null(node))
        return spec_refuse(page, node, "expected a name");
    *ret_text = text;
    return ERROR_NONE;
}

enum error_code spec_flag(const struct spec_page *page, const struct config_node *node, bool otherwise, bool *ret_flag)
{
    static const char *const words[] = {"true",  "True",  "TRUE",  "yes", "Yes", "YES", "on",  "On",  "ON",
                                        "false", "False", "FALSE", "no",  "No",  "NO",  "off", "Off", "OFF"};
    struct text text;

    if (node == NULL) {
        *ret_flag = otherwise;
        return ERROR_NONE;
    }
    for (size_t i = 0; i < LENGTH_OF(words); i++)
        if (config_node_text(node, &text) && text_equal(text, text_from(words[i]))) {
            *ret_flag = i < LENGTH_OF(words) / 2;
            return ERROR_NONE;
        }
    return spec_refuse(page, node, "expected true or false");
}

enum error_code spec_number(const struct spec_page *page, const struct config_node *node, int otherwise,
                            int *ret_number)
{
    enum { MOST = 10000, MOST_DIGITS = 5 };
    struct text text = {"", 0};
    int number = 0;

    if (node == NULL) {
        *ret_number = otherwise;
        return ERROR_NONE;
    }
    config_node_text(node, &text);
    for (size_t i = 0; i < text.length && i <= MOST_DIGITS; i++)
        number = text.bytes[i] < '0' || text.bytes[i] > '9' ? MOST + 1 : number * 10 + (text.bytes[i] - '0');
    if (text.length == 0 || text.length > MOST_DIGITS || number > MOST)
        return spec_refuse(page, node, "expected a whole number from 0 to %d", MOST);
    *ret_number = number;
    return ERROR_NONE;
}

enum error_code spec_names(const struct spec_page *page, const struct config_node *node, struct text **ret_names,
                           uint32_t *ret_count)
{
    bool is_list = config_node_is_list(node);
    size_t count = node == NULL ? 0 : is_list ? config_node_count(node) : 1;
    struct text *names = arena_array(page->arena, count, sizeof *names);

    if (names == NULL)
        return spec_no_memory(page);
    for (size_t i = 0; i < count; i++)
        if (spec_name(page, is_list ? config_tree_item(page->tree, node, i) : node, &names[i]) != ERROR_NONE)
            return page->error->code;
    *ret_names = names;
    *ret_count = (uint32_t)count;
    return ERROR_NONE;
}

enum error_code spec_items(const struct spec_page *page, const struct config_node *node, struct spec_item **ret_items,
                           uint32_t *ret_count)
{
    const struct config_node *key, *value;
    size_t count = config_node_count(node);
    struct spec_item *items;

    if (node != NULL && !config_node_is_list(node) && !config_node_is_mapping(node))
        return spec_refuse(page, node, "expected a list, or keys with values");
    while (config_tree_pair(page->tree, node, count, &key, &value))
        count++;
    items = arena_array(page->arena, count, sizeof *items);
    if (items == NULL)
        return spec_no_memory(page);
    for (size_t i = 0; i < count; i++) {
        if (config_tree_pair(page->tree, node, i, &key, &value))
            items[i] = (struct spec_item){key, value};
        else
            items[i].value = config_tree_item(page->tree, node, i);
    }
    *ret_items = items;
    *ret_count = (uint32_t)count;
    return ERROR_NONE;
}
