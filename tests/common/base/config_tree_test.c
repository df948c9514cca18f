#include "base/config_tree.h"

#include "support/allocation.h"
#include "support/cmocka.h"

static const char text[] = "# a comment\n"
                           "name: a\n"
                           "keys: [[id], [a, 'b c']]\n"
                           "targets:\n"
                           "  - poll: 5s\n";

static struct config_tree *open_text(const char *content)
{
    struct config_tree *tree = NULL;
    struct error error = {0};

    assert_int_equal(config_tree_open(&tree, text_from(content), &error), ERROR_NONE);
    return tree;
}

static const struct config_node *at(const struct config_tree *tree, const char *way)
{
    return config_tree_follow(tree, config_tree_top(tree), way);
}

static void test_steps_lead_to_values(void **state)
{
    static const struct {
        const char *way;
        const char *value;
        unsigned line;
        unsigned column;
    } cases[] = {
        {"name", "a", 2, 7},        {"keys.0.0", "id", 3, 9},
        {"keys.1.1", "b c", 3, 18}, {"targets.0.poll", "5s", 5, 11},
        {"name.deeper", "a", 2, 7}, {"targets.0.poll.0", "5s", 5, 11},
    };
    CLEANUP(config_tree_closep) struct config_tree *tree = open_text(text);

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        const struct config_node *node = at(tree, cases[i].way);
        struct text value;

        assert_true(config_node_text(node, &value));
        assert_true(text_equal(value, text_from(cases[i].value)));
        assert_int_equal(config_node_line(node), cases[i].line);
        assert_int_equal(config_node_column(node), cases[i].column);
    }
}

static void test_lists_are_counted(void **state)
{
    CLEANUP(config_tree_closep) struct config_tree *tree = open_text(text);
    const struct config_node *keys = at(tree, "keys");
    struct text value;

    (void)state;
    assert_true(config_node_is_list(keys));
    assert_int_equal(config_node_count(keys), 2);
    assert_int_equal(config_node_count(config_tree_item(tree, keys, 1)), 2);
    assert_null(config_tree_item(tree, keys, 2));
    assert_null(config_tree_member(tree, keys, TEXT("name")));
    assert_false(config_node_text(keys, &value));
    assert_false(config_node_is_list(config_tree_top(tree)));
    assert_int_equal(config_node_count(config_tree_top(tree)), 0);
    assert_null(config_tree_member(tree, config_tree_top(tree), TEXT("nam")));
}

static void test_mappings_are_walked(void **state)
{
    CLEANUP(config_tree_closep) struct config_tree *tree = open_text("a: 1\nb: [x]\nc:\nd: ~\ne: 'null'\n");
    const struct config_node *top = config_tree_top(tree), *key = NULL, *value = NULL;
    static const char *const keys = "abcde";
    struct text name;

    (void)state;
    assert_true(config_node_is_mapping(top));
    assert_false(config_node_is_mapping(at(tree, "b")) || config_node_is_mapping(NULL));
    for (size_t i = 0; keys[i] != '\0'; i++) {
        assert_true(config_tree_pair(tree, top, i, &key, &value));
        assert_true(config_node_text(key, &name) && name.length == 1 && name.bytes[0] == keys[i]);
        assert_int_equal(config_node_is_null(value), keys[i] == 'c' || keys[i] == 'd');
    }
    assert_false(config_tree_pair(tree, top, 5, &key, &value));
    assert_false(config_tree_pair(tree, at(tree, "b"), 0, &key, &value));
    assert_false(config_tree_pair(tree, NULL, 0, &key, &value));
    assert_false(config_node_is_null(NULL));
}

/* A text that nobody has looked at must be of the plain sort, whatever its keys are. */
static void test_loading_looks_first(void **state)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"a: &b 1\n", "x.yaml:1:4: "},
        {"a: *b\n", "x.yaml:1:4: "},
        {"a: !b 1\n", "x.yaml:1:4: "},
        {"? [a]\n: 1\n", "x.yaml:1:3: "},
        {"a: 1\n---\nb: 1\n", "x.yaml:2:1: "},
        {"[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]\n", "x.yaml:1:17: "},
        {"a: [\n", "x.yaml:2:1: "},
        {"a: \xff\n", "'x.yaml' is not text in UTF-8"},
    };
    struct config_tree *tree = NULL;
    struct error error = {0};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        assert_int_equal(config_tree_load(&tree, "x.yaml", text_from(cases[i].text), &error), ERROR_CONFIG);
        assert_null(tree);
        assert_true(text_starts_with(text_from(error.message), text_from(cases[i].message)));
    }
    assert_int_equal(config_tree_load(&tree, "x.yaml", TEXT("any: {key: [[1]]}\n"), &error), ERROR_NONE);
    assert_non_null(config_tree_top(tree));
    config_tree_close(tree);
    assert_int_equal(config_tree_load(&tree, "x.yaml", TEXT(""), &error), ERROR_NONE);
    assert_null(config_tree_top(tree));
    config_tree_close(tree);
}

static void test_nothing_has_no_place(void **state)
{
    CLEANUP(config_tree_closep) struct config_tree *tree = open_text("# nothing\n");
    struct error error = {0};
    struct text value;

    (void)state;
    assert_null(config_tree_top(tree));
    assert_null(at(tree, "name"));
    assert_null(config_tree_member(tree, NULL, TEXT("name")));
    assert_null(config_tree_item(tree, NULL, 0));
    assert_false(config_node_text(NULL, &value));
    assert_int_equal(config_node_line(NULL), 0);
    assert_int_equal(config_node_column(NULL), 0);
    error_set(&error, ERROR_USAGE, "wrong");
    assert_int_equal(config_node_blame(NULL, "c.yaml", &error), ERROR_CONFIG);
    assert_string_equal(error.message, "c.yaml: wrong");
}

static void test_blame_names_the_place(void **state)
{
    CLEANUP(config_tree_closep) struct config_tree *tree = open_text(text);
    struct error error = {0};

    (void)state;
    error_set(&error, ERROR_USAGE, "wrong");
    assert_int_equal(config_node_blame(at(tree, "keys.1"), "c.yaml", &error), ERROR_CONFIG);
    assert_string_equal(error.message, "c.yaml:3:14: wrong");
    error_set(&error, ERROR_LIMIT, "too large");
    assert_int_equal(config_node_blame(at(tree, "keys.1"), "c.yaml", &error), ERROR_LIMIT);
    assert_string_equal(error.message, "too large");
}

static void test_what_is_no_yaml_is_refused(void **state)
{
    struct config_tree *tree = NULL;
    struct error error = {0};

    (void)state;
    assert_int_equal(config_tree_open(&tree, TEXT("a: [\n"), &error), ERROR_CONFIG);
    assert_null(tree);
    config_tree_close(NULL);
}

static enum error_code attempt(void *context, struct error *error)
{
    CLEANUP(config_tree_closep) struct config_tree *tree = NULL;

    (void)context;
    return config_tree_open(&tree, text_from(text), error);
}

static void test_allocations_may_fail(void **state)
{
    (void)state;
    test_every_allocation(attempt, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_steps_lead_to_values),       cmocka_unit_test(test_lists_are_counted),
        cmocka_unit_test(test_mappings_are_walked),        cmocka_unit_test(test_loading_looks_first),
        cmocka_unit_test(test_nothing_has_no_place),       cmocka_unit_test(test_blame_names_the_place),
        cmocka_unit_test(test_what_is_no_yaml_is_refused), cmocka_unit_test(test_allocations_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
