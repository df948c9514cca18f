#include <stdio.h>
#include <string.h>

#include "agent/sources/contract.h"
#include "agent/sources/listing.h"

static struct test_directory directory;
static struct contract contract;

/* The REF of a specification that is written under this name. */
static const char *write_spec(const char *name, struct text content)
{
    return arena_printf(&directory.arena, "spec:%s", test_directory_write(&directory, name, content));
}

/* ---- the contract's fixtures ---- */

static const char small[] = "spec_version: 3\n"
                            "enums: {state: [new, paid]}\n"
                            "tables:\n"
                            "  - name: customers\n"
                            "    fields: {id: bigint}\n"
                            "    primary_key: id\n"
                            "  - name: orders\n"
                            "    description: one row an order\n"
                            "    fields:\n"
                            "      - {name: id, type: serial, primary_key: true}\n"
                            "      - {name: state, type: state, default: \"'new'\", unique: true}\n"
                            "      - {name: customer, type: bigint, references: customers.id}\n"
                            "    unique: [[id, state]]\n"
                            "views: [late_orders]\n";

static void add_table(struct buffer *spec, unsigned number, const char *name, const char *column)
{
    (void)number;
    buffer_add_string(spec, "  - name: ");
    contract_quote_yaml(spec, name);
    buffer_add_string(spec, "\n    fields: [{type: int, name: ");
    contract_quote_yaml(spec, column);
    buffer_add_string(spec, "}]\n");
}

static const char *make(struct contract *self, enum contract_fixture which)
{
    CLEANUP(buffer_clear) struct buffer spec = {0};

    (void)self;
    if (which == CONTRACT_SMALL)
        return write_spec("small.yaml", text_from(small));
    buffer_add_string(&spec, "tables:\n");
    contract_write_tables(&spec, which, add_table);
    return write_spec(which == CONTRACT_THOUSAND ? "thousand.yaml" : "odd.yaml", buffer_text(&spec));
}

/* ---- what is read ---- */

static void test_everything_is_read(void **state)
{
    (void)state;
    listing_check(&contract, write_spec("small.yaml", text_from(small)),
                  "table public.customers column_order={id}\n"
                  "  column id nullable=no type=bigint\n"
                  "  primary_key customers_pkey columns={id}\n"
                  "table public.orders column_order={id,state,customer} comment='one row an order'\n"
                  "  column customer nullable=yes type=bigint\n"
                  "  column id default=nextval('public.orders_id_seq'::regclass) nullable=no type=integer\n"
                  "  column state default='new' nullable=yes type=public.state\n"
                  "  primary_key orders_pkey columns={id}\n"
                  "  unique orders_id_state_key columns={id,state}\n"
                  "  unique orders_state_key columns={state}\n"
                  "  foreign_key orders_customer_fkey columns={customer} referenced_columns={id} "
                  "references=public.customers\n"
                  "view public.late_orders\n"
                  "enum public.state labels={new,paid}\n");
}

/* Lists and mappings by name say the same. */
static void test_shapes_are_equal(void **state)
{
    static const char *const shapes[] = {
        "tables: [{name: a, fields: [{name: x, type: int, nullable: false}]}]\nenums: [{name: e, labels: [p, q]}]\n",
        "tables: {a: {fields: [{name: x, type: integer, required: true}]}}\nenums: {e: [p, q]}\n",
        "tables: {a: {fields: {x: {type: int4, required: yes}}}}\nenums: {e: {labels: [{name: p}, {name: q}]}}\n",
        ("schema: public\nrelations: []\nviews:\ntables: {a: {schema: public, fields: {x: {type: INT, nullable: "
         "no}}}}\n"
         "enums: [{name: e, schema: public, labels: [p, q], description: }]\n"),
    };
    struct hash root = {{0}};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(shapes); i++) {
        struct snapshot *snapshot = contract_read(&contract, write_spec("shape.yaml", text_from(shapes[i])));

        if (i > 0)
            assert_true(hash_equal(&snapshot->root, &root));
        root = snapshot->root;
        snapshot_free(snapshot);
    }
}

static const char airtable[] =
    "tables:\n"
    "  - id: tbl1\n"
    "    name: Organizations\n"
    "    primaryFieldId: fld1\n"
    "    fields:\n"
    "      - {id: fld1, name: Full Name, type: singleLineText}\n"
    "      - id: fld2\n"
    "        name: Type\n"
    "        type: singleSelect\n"
    "        options: {choices: [{id: sel1, name: School, color: blueLight2}, {id: sel2, name: A company}]}\n"
    "      - {id: fld3, name: Members, type: multipleRecordLinks,\n"
    "         options: {linkedTableId: tbl2, isReversed: false, prefersSingleRecordLink: false}}\n"
    "      - {id: fld4, name: Head Count, type: number, options: {precision: 0}}\n"
    "      - {id: fld5, name: Share, type: number, options: {precision: 2}}\n"
    "      - {id: fld6, name: Score, type: formula, options: {isValid: true, formula: '1+1', referencedFieldIds: [],\n"
    "         result: {type: number, options: {precision: 0}}}}\n"
    "      - {id: fld7, name: Cities, type: multipleLookupValues, options: {isValid: true, recordLinkFieldId: fld3,\n"
    "         fieldIdInLinkedTable: fldA, result: {type: singleLineText}}}\n"
    "      - {id: fld8, name: Files, type: multipleAttachments, options: {isReversed: true}}\n"
    "      - {id: fld9, name: Labels, type: multipleSelects, options: {choices: [{name: x}]}}\n"
    "    views: [{id: viw1, name: Grid view, type: grid}]\n"
    "  - {id: tbl2, name: Team Members, fields: [\n"
    "       {id: fldA, name: City, type: singleLineText},\n"
    "       {id: fldB, name: Organization, type: multipleRecordLinks,\n"
    "        options: {linkedTableId: tbl1, prefersSingleRecordLink: true}},\n"
    "       {id: fldC, name: Born, type: date}, {id: fldD, name: Seen, type: dateTime},\n"
    "       {id: fldE, name: Active, type: checkbox, options: {icon: check, color: greenBright}},\n"
    "       {id: fldF, name: Pay, type: currency, options: {precision: 2, symbol: $}},\n"
    "       {id: fldG, name: No, type: autoNumber}, {id: fldH, name: Sum, type: rollup}]}\n";

static void test_airtable_is_read_as_it_is(void **state)
{
    (void)state;
    listing_check(&contract,
                  write_spec("airtable.yaml", text_from(arena_printf(&directory.arena, "%s%s", airtable,
                                                                     "mapping: {name_style: snake_case}\n"))),
                  "table public.organizations column_order={full_name,type,members,head_count,share,score,cities,"
                  "files,labels} primary_field=full_name\n"
                  "  column cities nullable=yes type=text[]\n"
                  "  column files nullable=yes type=jsonb\n"
                  "  column full_name nullable=yes type=text\n"
                  "  column head_count nullable=yes type=bigint\n"
                  "  column labels nullable=yes type=public.organization_labels[]\n"
                  "  column members links_to=public.team_members nullable=yes type=text[]\n"
                  "  column score formula=1+1 nullable=yes type=bigint\n"
                  "  column share nullable=yes type=numeric\n"
                  "  column type nullable=yes type=public.organization_type\n"
                  "table public.team_members column_order={city,organization,born,seen,active,pay,no,sum}\n"
                  "  column active nullable=yes type=boolean\n"
                  "  column born nullable=yes type=date\n"
                  "  column city nullable=yes type=text\n"
                  "  column no nullable=yes type=bigint\n"
                  "  column organization links_to=public.organizations nullable=yes type=text\n"
                  "  column pay nullable=yes type=numeric\n"
                  "  column seen nullable=yes type='timestamp with time zone'\n"
                  "  column sum nullable=yes type=text\n"
                  "enum public.organization_labels labels={x}\n"
                  "enum public.organization_type labels={School,A company}\n");
}

/* A shape that somebody else thought of. */
static const char foreign[] = "meta: {revision: r7, changed: yesterday, owner: data team}\n"
                              "model:\n"
                              "  entities:\n"
                              "    - {title: Order, color: red, columns: [{title: Key, kind: id_type, pk: true},\n"
                              "       {title: Buyer, kind: string, optional: true, help: who pays}]}\n"
                              "    - {title: Customer, columns: [{title: Key, kind: id_type, pk: true}]}\n"
                              "  links: [{source: Order.Buyer, target: Customer.Key}]\n";

static const char foreign_mapping[] =
    "tables: model.entities\n"
    "relations: model.links\n"
    "spec_version: meta.revision\n"
    "updated_at: meta.changed\n"
    "schema: shop\n"
    "keys: {table.name: title, field.name: title, fields: columns, type: kind, primary_key: pk, nullable: optional,\n"
    "       description: help, from: source, to: target}\n"
    "types: {id_type: uuid, string: varchar(80)}\n"
    "names: {Order: orders, Customer: customers, Order.Buyer: buyer_id}\n"
    "name_style: snake_case\n"
    "ignore: [color, owner]\n"
    "not_declared: [unique]\n";

static const char foreign_listing[] =
    "table shop.customers column_order={key}\n"
    "  column key nullable=no type=uuid\n"
    "  primary_key customers_pkey columns={key}\n"
    "table shop.orders column_order={key,buyer_id}\n"
    "  column buyer_id comment='who pays' nullable=yes type='character varying(80)'\n"
    "  column key nullable=no type=uuid\n"
    "  primary_key orders_pkey columns={key}\n"
    "  foreign_key orders_buyer_id_fkey columns={buyer_id} referenced_columns={key} references=shop.customers\n";

static void test_other_shapes_are_mapped(void **state)
{
    const char *ref = write_spec("foreign.yaml", text_from(foreign));
    struct snapshot *snapshot;

    (void)state;
    test_directory_write(&directory, "how.yaml", text_from(foreign_mapping));
    ref = arena_printf(&directory.arena, "%s?mapping=how.yaml", ref);
    listing_check(&contract, ref, foreign_listing);
    snapshot = contract_read(&contract, ref);
    assert_non_null(snapshot->info.declaration);
    assert_true(text_equal(snapshot->info.declaration->version, TEXT("r7")));
    assert_true(text_equal(snapshot->info.declaration->updated_at, TEXT("yesterday")));
    snapshot_free(snapshot);
    contract_fails(&contract, write_spec("foreign.yaml", text_from(foreign)), ERROR_CONFIG, "foreign.yaml:1:1");
}

static bool has_gap(const struct snapshot *snapshot, enum kind kind)
{
    for (uint32_t i = 0; i < snapshot->gap_count; i++)
        if (snapshot->gaps[i].kind == kind && text_equal(snapshot->gaps[i].reason, TEXT(GAP_NOT_DECLARED)))
            return true;
    return false;
}

/* What a specification can say is said, also when there is none of it: or else the last key of a copy could be removed
 * and nobody would see it. */
static void test_what_is_not_declared_is_said(void **state)
{
    struct snapshot *plain = contract_read(&contract, write_spec("gap.yaml", TEXT("tables: {a: {fields: {b: int}}}")));
    struct snapshot *less =
        contract_read(&contract, write_spec("less.yaml", TEXT("tables: {a: {fields: {b: int}, unique: b}}\n"
                                                              "not_declared: [unique, view]\n")));

    (void)state;
    assert_true(has_gap(plain, KIND_INDEX) && has_gap(plain, KIND_FUNCTION) && has_gap(plain, KIND_SCHEMA));
    assert_false(has_gap(plain, KIND_TABLE) || has_gap(plain, KIND_COLUMN) || has_gap(plain, KIND_ENUM));
    assert_false(has_gap(plain, KIND_UNIQUE) || has_gap(plain, KIND_FOREIGN_KEY) || has_gap(plain, KIND_VIEW));
    assert_true(has_gap(less, KIND_UNIQUE) && has_gap(less, KIND_VIEW));
    assert_true(
        hash_equal(snapshot_aspect_root(plain, ASPECT_STRUCTURE), snapshot_aspect_root(less, ASPECT_STRUCTURE)));
    snapshot_free(plain);
    snapshot_free(less);
}

static void test_attributes_may_be_left_to_others(void **state)
{
    struct snapshot *less = contract_read(
        &contract,
        write_spec("less.yaml", TEXT("tables: {a: {fields: {b: int}}}\nnot_declared: [default, comment]\n")));
    uint32_t defaults = 0, comments = 0;

    (void)state;
    for (uint32_t i = 0; i < less->gap_count; i++) {
        const struct coverage_gap *gap = &less->gaps[i];

        defaults += gap->kind == KIND_COLUMN && text_equal(gap->object, TEXT("* (default, identity, generated)"));
        comments += text_equal(gap->object, TEXT("* (comment)"));
        assert_true(gap_is_undeclared(gap));
    }
    assert_int_equal(defaults, 1);
    assert_int_equal(comments, 4);
    snapshot_free(less);
}

/* Version and date are beside the schema, not in it. */
static void test_the_file_is_described(void **state)
{
    static const char one[] = "spec_version: 2.10\nupdated_at: 2026-11-01\ntables: {a: {fields: {b: int, c: int}}}\n";
    static const char two[] = "spec_version: 3\ntables: {a: {fields: {b: int, c: int}}}\n";
    struct snapshot *first = contract_read(&contract, write_spec("one.yaml", text_from(one)));
    struct snapshot *second = contract_read(&contract, write_spec("two.yaml", text_from(two)));
    const struct snapshot_declaration *said = first->info.declaration;

    (void)state;
    assert_true(text_equal(said->version, TEXT("2.10")));
    assert_true(text_equal(said->updated_at, TEXT("2026-11-01")));
    assert_int_equal(said->tables, 1);
    assert_int_equal(said->fields, 2);
    assert_false(hash_equal(&said->file, &second->info.declaration->file));
    assert_true(hash_equal(&first->root, &second->root));
    snapshot_free(first);
    snapshot_free(second);
}

/* ---- mistakes ---- */

static const struct {
    const char *spec, *words;
} mistakes[] = {
    {"", "is empty"},
    {"tables:\n", "there are no tables"},
    {"table: []\n", ":1:1: unknown key 'table'"},
    {"[]", "expected keys with values"},
    {"tables: 5\n", ":1:9: expected a list, or keys with values"},
    {"tables: [5]\n", ":1:10: a table is written as keys"},
    {"tables: [{fields: []}]\n", "the table has no name"},
    {"tables: [{name: '', fields: []}]\n", "expected a name"},
    {"tables: [{name: a, colour: red}]\n", ":1:20: unknown key 'colour'"},
    {"tables: [{name: a, feilds: []}]\n", ":1:20: unknown key 'feilds'"},
    {"tables: [{name: a, name: b}]\n", "the key 'name' is there twice"},
    {"tables: [{name: a}, {name: a}]\n", ":1:21: the table 'a' is there twice"},
    {"tables: {a: {name: b}}\n", "the name is given twice"},
    {"tables: {a: {fields: [{name: x, type: int}, {name: x, type: int}]}}\n", "the field 'x' is there twice"},
    {"tables: {a: {fields: {x: }}}\n", "the field has no type"},
    {"tables: {a: {fields: [{type: int}]}}\n", "the field has no name"},
    {"tables: {a: {fields: {x: integr}}}\n", ":1:26: there is no type 'integr'"},
    {"tables: {a: {fields: {x: {type: int, nullable: maybe}}}}\n", "expected true or false"},
    {"tables: {a: {fields: {x: {type: int, nullable: true, required: true}}}}\n", "contradict each other"},
    {"tables: {a: {fields: {x: {type: int, primary_key: true, nullable: true}}}}\n", "a primary key cannot be null"},
    {"tables: {a: {fields: {x: {type: int, default: ''}}}}\n", "a default is an SQL expression"},
    {"tables: {a: {fields: {x: {type: int, default: [1]}}}}\n", "expected a single value"},
    {"tables: {a: {fields: {x: {type: int, identity: yes}}}}\n", "expected 'always' or 'by default'"},
    {"tables: {a: {fields: {x: {type: varchar, options: {length: -1}}}}}\n", "expected a whole number"},
    {"tables: {a: {fields: {x: {type: varchar, options: {length: 1e3}}}}}\n", "expected a whole number"},
    {"tables: {a: {fields: {x: {type: text, options: {length: 5}}}}}\n", "does not take these numbers"},
    {"tables: {a: {fields: {x: {type: singleSelect, options: {choices: [p, p]}}}}}\n", "'p' is there twice"},
    {"tables: {a: {fields: {x: {type: singleSelect, options: {choices: 5}}}}}\n", "expected a list"},
    {"tables: {a: {fields: {x: {type: singleSelect, options: {chioces: []}}}}}\n", "unknown key 'chioces'"},
    {"tables: {a: {fields: {x: {type: enum}}}}\n", "there is no enum 'a_x'"},
    {"enums: {e: [p]}\ntables: {a: {fields: {x: {type: singleSelect, enum: e, options: {choices: [q]}}}}}\n",
     "has other labels"},
    {"enums: {e: }\ntables: {}\n", "an enum is written as keys"},
    {"enums: [{name: e}]\ntables: {}\n", "the enum has no labels"},
    {"enums: [{name: e, labels: [p]}, {name: e, labels: [p]}]\ntables: {}\n", "the enum 'e' is there twice"},
    {"tables: {a: {fields: {x: int}, primary_key: y}}\n", "the table has no field 'y'"},
    {"tables: {a: {fields: {x: {type: int, primary_key: true}}, primary_key: x}}\n", "the primary key is given twice"},
    {"tables: {a: {fields: {x: int}, unique: [[]]}}\n", "a key of no fields"},
    {"tables: {a: {fields: {x: int}, unique: [[x], [x]]}}\n", "the same key is there twice"},
    {"tables: {a: {fields: {x: {type: int, unique: true}}, unique: x}}\n", "the same key is there twice"},
    {"tables: {a: {fields: {x: int}, primaryFieldId: fld}}\n", "the table has no field 'fld'"},
    {"tables: {a: {fields: {x: {type: int, references: b.x}}}}\n", "'b.x' is no field of a table that is here"},
    {"tables: {a: {fields: {x: int}}}\nrelations: [{from: a.x}]\n", "a relation goes"},
    {"tables: {a: {fields: {x: int}}}\nrelations: [{from: a.x, to: a.y}]\n", "the table 'a' has no field 'y'"},
    {"tables: {a: {fields: {x: int}}}\nrelations: [{from: a.x, to: {table: a, fields: [x, x]}}]\n", "as many fields"},
    {"tables: {a: {fields: {x: int}}}\nrelations: [{from: a.x, to: {table: b, fields: x}}]\n", "there is no table 'b'"},
    {"tables: {a: {fields: {x: int}}}\nrelations: [{from: a.x, to: a.x, on_delete: vanish}]\n", "expected cascade"},
    {"tables: {a: {fields: {x: int}}}\nrelations: [{from: a.x, to: a.x}, {from: a.x, to: a.x}]\n", "is there twice"},
    {"tables: {a: {fields: {x: {type: multipleRecordLinks, options: {linkedTableId: tbl9}}}}}\n",
     "there is no table 'tbl9' to link to"},
    {"tables: {}\nviews: [v, v]\n", "the view 'v' is there twice"},
    {"tables: {}\nviews: [{schema: s}]\n", "the view has no name"},
    {"tables: {}\nnot_declared: [tables]\n", "nothing that a specification can leave out"},
    {"tables: {}\nnot_declared: [column]\n", "nothing that a specification can leave out"},
    {"tables: {}\ntables: {}\n", ":2:1: the key 'tables' is there twice"},
    {"tables: {}\nschema: a\nschema: b\n", ":3:1: the key 'schema' is there twice"},
    {"tables: {}\nmapping: {tabels: x}\n", ":2:11: unknown key 'tabels'"},
    {"tables: {}\nmapping: {name_style: camel}\n", "expected 'as_written' or 'snake_case'"},
    {"tables: {}\nmapping: {types: {a: b, a: c}}\n", "the key 'a' is there twice"},
    {"tables: {}\nmapping: {types: [a]}\n", "expected keys with values"},
    {"base: {tables: {}, other: 1}\nmapping: {tables: base.tables}\n", ":1:20: unknown key 'other'"},
    {"base: 5\nmapping: {tables: base.tables}\n", ":1:7: expected keys with values"},
    {"a: &x []\ntables: *x\n", "anchor or alias"},
    {"tables: &x {a: {fields: *x}}\n", "anchor or alias"},
    {"tables: !!map {}\n", "a tag"},
    {"tables: {}\n---\ntables: {}\n", "a second document"},
    {"tables: {? [a] : b}\n", "a key must be a single word"},
    {"tables: [[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]\n", "levels inside each other"},
    {"tables: [\n", "not valid YAML"},
    {"tables: {\xff: 1}\n", "not text in UTF-8"},
    {"tables: {\"a\\0b\": {}}\n", "NUL"},
};

static void test_mistakes_are_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH_OF(mistakes); i++) {
        print_message("  %s\n", mistakes[i].words);
        contract_fails(&contract, write_spec("mistake.yaml", text_from(mistakes[i].spec)), ERROR_CONFIG,
                       mistakes[i].words);
    }
    contract_hints(&contract, write_spec("mistake.yaml", TEXT("tables: [{name: a, feilds: []}]\n")), ERROR_CONFIG,
                   "did you mean 'fields'?");
}

/* A billion laughs, and what is only too large. */
static void test_bombs_do_not_go_off(void **state)
{
    CLEANUP(buffer_clear) struct buffer bomb = {0};

    (void)state;
    buffer_add_string(&bomb, "a: &a [x]\n");
    for (char name = 'b'; name <= 'z'; name++)
        buffer_printf(&bomb, "%c: &%c [*%c,*%c,*%c,*%c]\n", name, name, name - 1, name - 1, name - 1, name - 1);
    contract_fails(&contract, write_spec("bomb.yaml", buffer_text(&bomb)), ERROR_CONFIG, "anchor or alias");
    buffer_reset(&bomb);
    buffer_add_string(&bomb, "tables:\n");
    for (unsigned i = 0; i <= 10000; i++)
        buffer_printf(&bomb, "  t%u: {}\n", i);
    contract_fails(&contract, write_spec("many.yaml", buffer_text(&bomb)), ERROR_CONFIG, "more than 10000 tables");
    buffer_reset(&bomb);
    while (bomb.length <= 8 * 1024 * 1024)
        buffer_add_string(&bomb, "# nothing but words that fill a page and say nothing at all of any table\n");
    contract_fails(&contract, write_spec("large.yaml", buffer_text(&bomb)), ERROR_LIMIT, "limit");
}

static void test_mappings_in_files_are_checked(void **state)
{
    const char *ref = write_spec("own.yaml", TEXT("tables: {}\nmapping: {}\n"));

    (void)state;
    test_directory_write(&directory, "empty.yaml", TEXT(""));
    test_directory_write(&directory, "wrong.yaml", TEXT("a: &b c\n"));
    contract_fails(&contract, arena_printf(&directory.arena, "%s?mapping=empty.yaml", ref), ERROR_CONFIG,
                   "there are two mappings");
    contract_fails(&contract, arena_printf(&directory.arena, "%s?mapping=wrong.yaml", ref), ERROR_CONFIG,
                   "wrong.yaml:1:4");
    contract_fails(&contract, arena_printf(&directory.arena, "%s?mapping=missing.yaml", ref), ERROR_NOT_FOUND,
                   "missing.yaml");
    contract_fails(&contract, arena_printf(&directory.arena, "%s?mapping=", ref), ERROR_USAGE, "names no file");
    ref = write_spec("plain.yaml", TEXT("tables: {}\n"));
    listing_check(&contract, arena_printf(&directory.arena, "%s?mapping=empty.yaml", ref), "");
}

/* ---- watching ---- */

static void test_a_change_of_either_file_is_noticed(void **state)
{
    const char *ref = write_spec("watched.yaml", TEXT("tables: {}\n"));
    struct source_settings settings;
    struct watch *watch = NULL;
    struct error error = {0};

    (void)state;
    source_settings_init(&settings);
    test_directory_write(&directory, "map.yaml", TEXT("schema: a\n"));
    ref = arena_printf(&directory.arena, "%s?mapping=map.yaml", ref);
    assert_int_equal(watch_open(&watch, ref, &settings, &error), ERROR_NONE);
    assert_int_equal(contract_look(watch, WATCH_EXACT), WATCH_CHANGED);
    watch_keep(watch);
    assert_int_equal(contract_look(watch, WATCH_CHEAP), WATCH_SAME);
    assert_int_equal(contract_look(watch, WATCH_EXACT), WATCH_SAME);
    write_spec("watched.yaml", TEXT("tables: { }\n"));
    assert_int_equal(contract_look(watch, WATCH_CHEAP), WATCH_MOVED);
    assert_int_equal(contract_look(watch, WATCH_EXACT), WATCH_CHANGED);
    watch_keep(watch);
    test_directory_write(&directory, "map.yaml", TEXT("schema: ab\n"));
    assert_int_equal(contract_look(watch, WATCH_CHEAP), WATCH_MOVED);
    assert_int_equal(contract_look(watch, WATCH_EXACT), WATCH_CHANGED);
    watch_close(watch);
}

/* ---- setting up ---- */

static int setup(void **state)
{
    test_directory_make(&directory);
    contract = (struct contract){
        .source = &source_spec,
        .directory = &directory,
        .schema = "public",
        .make = make,
        .has_gaps = true,
        .missing = "spec:/nowhere/missing.yaml",
        .missing_code = ERROR_NOT_FOUND,
        .nameless = "spec:",
    };
    *state = &contract;
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONTRACT_COMMON_TESTS,
        cmocka_unit_test(contract_survives_allocation_failures),
        CONTRACT_NAMED_TESTS,
        cmocka_unit_test(test_everything_is_read),
        cmocka_unit_test(test_shapes_are_equal),
        cmocka_unit_test(test_airtable_is_read_as_it_is),
        cmocka_unit_test(test_other_shapes_are_mapped),
        cmocka_unit_test(test_what_is_not_declared_is_said),
        cmocka_unit_test(test_attributes_may_be_left_to_others),
        cmocka_unit_test(test_the_file_is_described),
        cmocka_unit_test(test_mistakes_are_named),
        cmocka_unit_test(test_bombs_do_not_go_off),
        cmocka_unit_test(test_mappings_in_files_are_checked),
        cmocka_unit_test(test_a_change_of_either_file_is_noticed),
    };

    return cmocka_run_group_tests(tests, setup, contract_teardown);
}
