#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/sources/contract.h"
#include "agent/sources/listing.h"
#include "base/file.h"

static struct test_directory directory;
static struct contract contract;

/* A file in a folder of its own or below it: "shop/models/order.py". */
static void write_file(const char *name, struct text content)
{
    const char *path = test_directory_path(&directory, name);

    for (const char *slash = strchr(path + strlen(directory.path) + 1, '/'); slash != NULL;
         slash = strchr(slash + 1, '/'))
        mkdir(arena_printf(&directory.arena, "%.*s", (int)(slash - path), path), 0700);
    test_directory_write(&directory, name, content);
}

static const char *reference(const char *name)
{
    return arena_printf(&directory.arena, "python:%s", test_directory_path(&directory, name));
}

/* The REF of a folder with one module. */
static const char *write_module(const char *folder, const char *source)
{
    write_file(arena_printf(&directory.arena, "%s/module.py", folder), text_from(source));
    return reference(folder);
}

/* Put an interpreter of another sort in front of PATH; answers what PATH was. */
static const char *use_interpreter(const char *script)
{
    const char *path = getenv("PATH"), *before = arena_string(&directory.arena, text_from(path));

    write_file("bin/python3", text_from(script));
    assert_int_equal(chmod(test_directory_path(&directory, "bin/python3"), 0700), 0);
    setenv("PATH", arena_printf(&directory.arena, "%s:%s", test_directory_path(&directory, "bin"), before), 1);
    return before;
}

/* ---- the contract's fixtures ---- */

static const char small[] = "from enum import Enum\n"
                            "from typing import TypedDict\n"
                            "class State(Enum):\n"
                            "    NEW = 'new'\n"
                            "class OrderRow(TypedDict):\n"
                            "    '''One row an order.'''\n"
                            "    id: int\n"
                            "    state: State | None\n";

/* A name of SQL inside of a Python string in single quotes. */
static void add_escaped(struct buffer *source, const char *text, bool doubled)
{
    for (; *text != '\0'; text++) {
        if (*text == '\\' || *text == '\'')
            buffer_add_byte(source, '\\');
        if (doubled && *text == '"')
            buffer_add_byte(source, '"');
        if ((unsigned char)*text < 0x20)
            buffer_printf(source, "\\x%02x", (unsigned char)*text);
        else
            buffer_add_byte(source, (uint8_t)*text);
    }
}

static void add_table(struct buffer *source, unsigned number, const char *name, const char *column)
{
    buffer_printf(source, "class C%uRow(TypedDict):\n    'Row of table `public.\"", number);
    add_escaped(source, name, true);
    buffer_add_string(source, "\"`.'\n    a: Annotated[int, 'column: ");
    add_escaped(source, column, false);
    buffer_add_string(source, "']\n");
}

static const char *make(struct contract *self, enum contract_fixture which)
{
    CLEANUP(buffer_clear) struct buffer source = {0};

    (void)self;
    if (which == CONTRACT_SMALL)
        return write_module("small", small);
    buffer_add_string(&source, "from typing import Annotated, TypedDict\n");
    contract_write_tables(&source, which, add_table);
    return write_module(which == CONTRACT_THOUSAND ? "thousand" : "odd", source.bytes);
}

/* ---- what is read: one module each ---- */

/* Some thousand times Python would take minutes: one that knows the answer stands in for it. */
static void test_allocation_failures_are_survived(void **state)
{
    static const char answer[] =
        "#!/bin/sh\necho '{\"version\": \"3\", \"tables\": [{\"path\": [\"public\", \"orders\"], \"comment\": \"x\", "
        "\"columns\": [{\"name\": \"id\", \"type\": [\"list[\", [\"public\", \"state\"], \"]\"], \"nullable\": true, "
        "\"required\": false, \"comment\": \"\"}]}], \"enums\": [{\"path\": [\"public\", \"state\"], \"comment\": "
        "\"\", "
        "\"labels\": [\"new\"]}], \"gaps\": [{\"kind\": \"table\", \"path\": [\"a\", \"b\"], \"reason\": \"c\"}]}'\n";
    const char *before = use_interpreter(answer);

    contract_survives_allocation_failures(state);
    setenv("PATH", before, 1);
}

/* ---- golden results: each folder of python/ reads as the file of its name ---- */

static void test_folders_read_as_expected(void **state)
{
    static const char *const cases[] = {"aliases", "conditions", "convention", "functional", "mapped", "markers",
                                        "members", "order",      "package",    "required",   "types",  "unresolved"};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        const char *folder =
            test_source_path(&directory, arena_printf(&directory.arena, "tests/agent/sources/python/%s", cases[i]));
        struct error error = {0};
        struct text expected;

        print_message("  %s\n", cases[i]);
        assert_int_equal(file_read(arena_printf(&directory.arena, "%s.txt", folder), 1024 * 1024, &directory.arena,
                                   &expected, &error),
                         ERROR_NONE);
        listing_check(&contract, arena_printf(&directory.arena, "python:%s", folder), expected.bytes);
    }
}

static void test_a_file_is_read_alone(void **state)
{
    write_file("alone/one.py", TEXT("from typing import TypedDict\nclass ARow(TypedDict):\n    x: int\n"));
    write_file("alone/two.py", TEXT("not python"));
    (void)state;
    listing_check(&contract, reference("alone/one.py"),
                  "table public.\"as\" column_order={x}\n  column x nullable=no type=int\n");
}

static void test_absolute_imports_reach_the_folder(void **state)
{
    const char *shop = "from shop.kinds import Id\nimport shop.kinds\nfrom typing import TypedDict\n"
                       "class ARow(TypedDict):\n    x: Id\n    y: shop.kinds.Id\n";
    const char *listing = "table public.\"as\" column_order={x,y}\n  column x nullable=no type=int\n"
                          "  column y nullable=no type=int\n";

    (void)state;
    write_file("src/shop/kinds.py", TEXT("Id = int\n"));
    write_file("src/shop/rows.py", text_from(shop));
    listing_check(&contract, reference("src"), listing);
    listing_check(&contract, reference("src/shop"), listing);
    write_file("repository/src/shop/kinds.py", TEXT("Id = int\n"));
    write_file("repository/src/shop/rows.py", text_from(shop));
    listing_check(&contract, reference("repository"), listing);
}

/* ---- nothing is run ---- */

/* A module that would leave a file behind if anything in it were run. */
static void test_nothing_is_run(void **state)
{
    const char *marker = test_directory_path(&directory, "was-run");
    const char *harm = arena_printf(&directory.arena,
                                    "import os\nopen('%s', 'w').close()\nos.system('touch %s')\n"
                                    "from typing import Annotated, TypedDict\n"
                                    "class Meta(type):\n"
                                    "    def __new__(*a): open('%s', 'w')\n"
                                    "    def __prepare__(*a): open('%s', 'w')\n"
                                    "class ARow(TypedDict):\n"
                                    "    x: Annotated[int, open('%s', 'w')]\n"
                                    "class B(metaclass=Meta):\n    y: \"open('%s', 'w')\"\n"
                                    "class CRow(TypedDict):\n    x: \"__import__('os').system('touch %s')\"\n",
                                    marker, marker, marker, marker, marker, marker, marker);

    (void)state;
    write_file("harm/module.py", text_from(harm));
    write_file("harm/sitecustomize.py", text_from(harm));
    write_file("harm/usercustomize.py", text_from(harm));
    write_file("harm/enum.py", text_from(harm));
    write_file("harm/ast.py", text_from(harm));
    write_file("harm/json/__init__.py", text_from(harm));
    write_file("harm/driftline-python.yaml", TEXT("ignore: [\"enum.*\", \"ast.*\", \"json.*\", \"*customize.*\"]\n"));
    assert_int_equal(chdir(test_directory_path(&directory, "harm")), 0);
    setenv("PYTHONPATH", test_directory_path(&directory, "harm"), 1);
    setenv("PYTHONSTARTUP", test_directory_path(&directory, "harm/module.py"), 1);
    listing_check(&contract, reference("harm"),
                  "table public.\"as\" column_order={x}\n  column x nullable=no type=int\n"
                  "gap table public.cs: the type of 'x': 'Call' is no type that can be read\n");
    unsetenv("PYTHONPATH");
    unsetenv("PYTHONSTARTUP");
    assert_int_equal(chdir("/"), 0);
    assert_int_not_equal(access(marker, F_OK), 0);
}

/* ---- what is wrong with files ---- */

static void test_syntax_errors_have_a_place(void **state)
{
    static const struct {
        const char *source, *words;
    } mistakes[] = {
        {"x = 1\ndef f(:\n    pass\n", "module.py:2:7: "},
        {"x = (\n", "module.py:1:5: "},
        {"class A:\npass\n", "module.py:2:1: "},
        {"print 'two'\n", "module.py:1:1: "},
        {"if True:\n\tx = 1\n        y = 2\n", "module.py:3:"},
        {"x = 'a\n", "module.py:1:5: "},
        {"# coding: nonsense\n", "module.py:1:1: "},
        {"# coding: rot13\n", "module.py:1:1: "},
        {"# coding: hex\n", "module.py:1:1: "},
        {"# coding: ascii\nx = '\xc3\xa4'\n", "module.py:"},
        {"x = '\xff'\n", "module.py:"},
        {"x = 0777\n", "module.py:1:"},
        {"async = 1\n", "module.py:1:"},
        {"\xef\xbb\xbf# coding: latin-1\nx = 1\n", "module.py:"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(mistakes); i++) {
        print_message("  %s\n", mistakes[i].words);
        contract_fails(&contract, write_module("mistake", mistakes[i].source), ERROR_CONFIG, mistakes[i].words);
    }
    write_file("nul/module.py", (struct text){"x = 1\0\n", 7});
    contract_fails(&contract, reference("nul"), ERROR_CONFIG, "module.py:1:");
}

/* Encodings, ends of lines and white space of every sort that is legal. */
static void test_legal_texts_are_read(void **state)
{
    static const struct {
        const char *source, *column;
    } texts[] = {
        {"from typing import TypedDict\r\nclass ARow(TypedDict):\r\n    gr\xc3\xb6\xc3\x9f"
         "e: int\r\n",
         "größe"},
        {"from typing import TypedDict\rclass ARow(TypedDict):\r    a: int\r", "a"},
        {"\xef\xbb\xbf"
         "from typing import TypedDict\nclass ARow(TypedDict):\n    a: int\n",
         "a"},
        {"# -*- coding: latin-1 -*-\nfrom typing import TypedDict\nclass ARow(TypedDict):\n    gr\xf6\xdf"
         "e: int\n",
         "größe"},
        {"#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\nfrom typing import TypedDict\n"
         "class ARow(TypedDict):\n    gr\xf6\xdf"
         "e: int\n",
         "größe"},
        {"from typing import TypedDict\nclass ARow(TypedDict):\n\ta: int", "a"},
        {"from typing import TypedDict\nclass ARow(TypedDict): a: int; ", "a"},
        {"from typing import \\\n  TypedDict\n\f\nclass ARow(\n TypedDict # why\n ):\n    a: (\n  int)\n", "a"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(texts); i++)
        listing_check(&contract, write_module("legal", texts[i].source),
                      arena_printf(&directory.arena,
                                   "table public.\"as\" column_order={%s}\n  column %s nullable=no type=int\n",
                                   texts[i].column, texts[i].column));
}

static void add_times(struct buffer *source, unsigned count, const char *text)
{
    for (unsigned i = 0; i < count; i++)
        buffer_add_string(source, text);
}

/* Legal source that is made to take for ever, or all memory, or the stack. */
static void test_bombs_do_not_go_off(void **state)
{
    CLEANUP(buffer_clear) struct buffer source = {0};

    (void)state;
    add_times(&source, 100000, "-");
    buffer_add_string(&source, "1\n");
    contract_fails(&contract, write_module("bomb", source.bytes), ERROR_CONFIG, "module.py:1:1");
    buffer_reset(&source);
    buffer_add_string(&source, "x = ");
    add_times(&source, 100000, "(");
    contract_fails(&contract, write_module("bomb", source.bytes), ERROR_CONFIG, "module.py:1:");
    buffer_reset(&source);
    buffer_add_string(&source, "from typing import TypedDict, Union\nA0 = B0 = int\n");
    for (unsigned i = 1; i < 60; i++)
        buffer_printf(&source, "A%u = Union[A%u, B%u]\nB%u = dict[A%u, B%u]\n", i, i - 1, i - 1, i, i - 1, i - 1);
    buffer_add_string(&source, "class R0(TypedDict): pass\nclass S0(TypedDict): pass\n");
    for (unsigned i = 1; i < 60; i++)
        buffer_printf(&source, "class R%u(R%u, S%u): pass\nclass S%u(R%u, S%u): pass\n", i, i - 1, i - 1, i, i - 1,
                      i - 1);
    buffer_add_string(&source,
                      "class LargeRow(R59, S59):\n    a: A59\n    b: B59\nclass WideRow(R59, S59):\n    a: int\n");
    listing_check(&contract, write_module("bomb", source.bytes),
                  "table public.wides column_order={a}\n  column a nullable=no type=int\n"
                  "gap table public.larges: the type of 'a': a type is too large\n");
}

static void test_limits_are_said(void **state)
{
    CLEANUP(buffer_clear) struct buffer source = {0};
    struct source_settings settings;
    struct snapshot *snapshot = NULL;
    struct error error = {0};

    (void)state;
    while (source.length <= 4 * 1024 * 1024)
        buffer_add_string(&source, "# nothing but words\n");
    contract_fails(&contract, write_module("large", source.bytes), ERROR_LIMIT, "module.py' is larger");
    source_settings_init(&settings);
    settings.statement_timeout_ms = 1;
    assert_int_equal(source_python.read(&snapshot, make(&contract, CONTRACT_SMALL), &settings, &error), ERROR_TIMEOUT);
    assert_non_null(strstr(error.message, "1 ms"));
}

static void test_without_an_interpreter_it_says_so(void **state)
{
    const char *path = getenv("PATH"), *before = arena_string(&directory.arena, text_from(path));

    (void)state;
    setenv("PATH", "/nowhere", 1);
    contract_fails(&contract, make(&contract, CONTRACT_SMALL), ERROR_UNSUPPORTED, "no 'python3' in PATH");
    setenv("PATH", before, 1);
}

/* An interpreter of another sort. */
static void test_what_the_interpreter_says_is_not_believed(void **state)
{
    static const struct {
        const char *script;
        enum error_code code;
        const char *words;
    } cases[] = {
        {"exit 3", ERROR_CORRUPT, "exit status 3"},
        {"kill -SEGV $$", ERROR_CORRUPT, "signal 11"},
        {"printf .; kill -SEGV $$", ERROR_CORRUPT, "failed at 'module.py'"},
        {"exit 0", ERROR_CORRUPT, "makes no sense"},
        {"echo '[]'", ERROR_CORRUPT, "makes no sense"},
        {"echo '{}'", ERROR_CORRUPT, "makes no sense"},
        {"echo '{\"tables\": [], \"enums\": [], \"gaps\": []}'", ERROR_CORRUPT, "makes no sense"},
        {"echo '{\"version\": \"1\", \"tables\": [{}], \"enums\": [], \"gaps\": []}'", ERROR_CORRUPT, "makes no sense"},
        {"echo '{\"error\": {\"message\": \"no\", \"file\": \"\"}}'", ERROR_UNSUPPORTED, "no"},
        {"exec cat /dev/zero", ERROR_LIMIT, "limit"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(cases); i++) {
        const char *before = use_interpreter(arena_printf(&directory.arena, "#!/bin/sh\n%s\n", cases[i].script));

        print_message("  %s\n", cases[i].script);
        contract_fails(&contract, make(&contract, CONTRACT_SMALL), cases[i].code, cases[i].words);
        setenv("PATH", before, 1);
    }
}

/* ---- which files ---- */

static void test_only_files_of_the_folder_are_read(void **state)
{
    static const char wrong[] = "this is (no Python\n";

    (void)state;
    write_file("files/module.py", text_from(small));
    write_file("files/.hidden/module.py", text_from(wrong));
    write_file("files/.hidden.py", text_from(small));
    write_file("files/__pycache__/module.py", text_from(wrong));
    write_file("files/lib/site-packages/module.py", text_from(wrong));
    write_file("files/venv/pyvenv.cfg", TEXT(""));
    write_file("files/venv/module.py", text_from(wrong));
    write_file("files/node_modules/module.py", text_from(wrong));
    write_file("files/notes.txt", text_from(wrong));
    write_file("files/py", text_from(wrong));
    write_file("elsewhere/module.py", text_from(wrong));
    assert_int_equal(symlink("../elsewhere", test_directory_path(&directory, "files/link")), 0);
    assert_int_equal(symlink("../elsewhere/module.py", test_directory_path(&directory, "files/link.py")), 0);
    assert_int_equal(symlink(".", test_directory_path(&directory, "files/circle")), 0);
    assert_int_equal(mkfifo(test_directory_path(&directory, "files/pipe.py"), 0600), 0);
    assert_int_equal(symlink("files", test_directory_path(&directory, "itself")), 0);
    listing_check(&contract, reference("files"),
                  "table public.orders column_order={id,state} comment='One row an order.'\n"
                  "  column id nullable=no type=int\n"
                  "  column state nullable=yes type=public.state\n"
                  "enum public.state labels={new}\n");
    listing_check(&contract, reference("itself/module.py"),
                  "table public.orders column_order={id,state} comment='One row an order.'\n"
                  "  column id nullable=no type=int\n"
                  "  column state nullable=yes type=public.state\n"
                  "enum public.state labels={new}\n");
    write_file("none/notes.txt", text_from(wrong));
    contract_fails(&contract, reference("none"), ERROR_NOT_FOUND, "there is no Python file in");
}

static void test_mistakes_in_the_mapping_are_named(void **state)
{
    (void)state;
    write_module("wrong", small);
    write_file("wrong/driftline-python.yaml", TEXT("tables: []\nlabel: names\n"));
    contract_fails(&contract, reference("wrong"), ERROR_CONFIG, "driftline-python.yaml:2:1: unknown key 'label'");
    write_file("wrong/driftline-python.yaml", TEXT("labels: both\n"));
    contract_fails(&contract, reference("wrong"), ERROR_CONFIG, "driftline-python.yaml:1:9");
    write_file("wrong/driftline-python.yaml", TEXT("tables: [{class: A}]\n"));
    contract_fails(&contract, reference("wrong"), ERROR_CONFIG, "the key 'name' is missing");
}

/* ---- watching ---- */

static void assert_noticed(struct watch *watch)
{
    assert_int_equal(contract_look(watch, WATCH_CHEAP), WATCH_MOVED);
    assert_int_equal(contract_look(watch, WATCH_EXACT), WATCH_CHANGED);
    watch_keep(watch);
    assert_int_equal(contract_look(watch, WATCH_CHEAP), WATCH_SAME);
}

static void test_changes_are_noticed(void **state)
{
    const char *ref = write_module("watched", small);
    struct source_settings settings;
    struct watch *watch = NULL;
    struct error error = {0};

    (void)state;
    source_settings_init(&settings);
    assert_int_equal(watch_open(&watch, ref, &settings, &error), ERROR_NONE);
    assert_int_equal(contract_look(watch, WATCH_EXACT), WATCH_CHANGED);
    watch_keep(watch);
    write_file("watched/notes.txt", TEXT("nothing"));
    assert_int_equal(contract_look(watch, WATCH_CHEAP), WATCH_SAME);
    write_file("watched/other.py", TEXT(""));
    assert_noticed(watch);
    write_file("watched/driftline-python.yaml", TEXT("schema: shop\n"));
    assert_noticed(watch);
    assert_int_equal(unlink(test_directory_path(&directory, "watched/other.py")), 0);
    assert_noticed(watch);
    watch_close(watch);
}

/* ---- setting up ---- */

static int setup(void **state)
{
    test_directory_make(&directory);
    setenv("PATH", "/usr/bin:/bin", 1); /* the system's Python, not a wrapper that takes its time */
    contract = (struct contract){
        .source = &source_python,
        .directory = &directory,
        .schema = "public",
        .make = make,
        .has_gaps = true,
        .missing = "python:/nowhere/missing",
        .missing_code = ERROR_NOT_FOUND,
        .nameless = "python:",
    };
    *state = &contract;
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONTRACT_COMMON_TESTS,
        cmocka_unit_test(test_allocation_failures_are_survived),
        CONTRACT_NAMED_TESTS,
        cmocka_unit_test(test_folders_read_as_expected),
        cmocka_unit_test(test_a_file_is_read_alone),
        cmocka_unit_test(test_absolute_imports_reach_the_folder),
        cmocka_unit_test(test_nothing_is_run),
        cmocka_unit_test(test_syntax_errors_have_a_place),
        cmocka_unit_test(test_legal_texts_are_read),
        cmocka_unit_test(test_bombs_do_not_go_off),
        cmocka_unit_test(test_limits_are_said),
        cmocka_unit_test(test_without_an_interpreter_it_says_so),
        cmocka_unit_test(test_what_the_interpreter_says_is_not_believed),
        cmocka_unit_test(test_only_files_of_the_folder_are_read),
        cmocka_unit_test(test_mistakes_in_the_mapping_are_named),
        cmocka_unit_test(test_changes_are_noticed),
    };

    return cmocka_run_group_tests(tests, setup, contract_teardown);
}
