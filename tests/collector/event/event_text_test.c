#include "event/event_text.h"

#include <string.h>

#include "event/event_schema.h"
#include "support/cmocka.h"

static const struct event_row somewhere = {.place = {TEXT_INIT("orders"), TEXT_INIT("prod"), TEXT_INIT("default")},
                                           .agent_name = TEXT_INIT("orders-db-1")};

static void write_line(enum event_type type, const json_t *data, struct buffer *output)
{
    struct event_row event = somewhere;

    event.type = type;
    event_text_write(&event, data, output);
    assert_false(output->failed);
}

static void expect(enum event_type type, const char *json, const char *line)
{
    CLEANUP(buffer_clear) struct buffer output = {0};
    json_t *data = json_loads(json, 0, NULL);

    assert_non_null(data);
    write_line(type, data, &output);
    if (!text_equal(buffer_text(&output), text_from(line)))
        fail_msg("%s: '%.*s' instead of '%s'", event_type_name(type), TEXT_ARGS(buffer_text(&output)), line);
    json_decref(data);
}

/* Never fails, whatever somebody has written into the store. */
static void test_data_may_be_anything(void **state)
{
    static const char *const data[] = {"{}", "[]", "{\"changes\":7,\"count\":\"x\",\"waiver\":[],\"attributes\":{}}",
                                       "{\"agent\":3,\"lost\":[1,2],\"summary\":[],\"instance\":null,\"findings\":1}"};

    (void)state;
    for (size_t i = 0; i < LENGTH_OF(data); i++) {
        json_t *value = json_loads(data[i], 0, NULL);

        for (int type = 0; type < EVENT_TYPE_COUNT; type++) {
            CLEANUP(buffer_clear) struct buffer output = {0};

            write_line((enum event_type)type, value, &output);
        }
        json_decref(value);
    }
}

/* ---- every type: plain, long and hostile ---- */

/* All texts of the data but words that are a choice of few become another; kinds stay. */
static json_t *replace_texts(const json_t *value, const char *name, const char *(*make)(const char *text))
{
    static const char *const words[] = {"effect", "kind",     "objects_kind", "aspect", "severity", "state", "cause",
                                        "ending", "evidence", "verdict",      "to",     "from",     "root"};
    const char *key;
    json_t *copy, *member;
    size_t index;

    if (json_is_string(value)) {
        for (size_t i = 0; i < LENGTH_OF(words); i++)
            if (strcmp(name, words[i]) == 0)
                return json_string(json_string_value(value));
        return json_string(make(json_string_value(value)));
    }
    if (json_is_array(value)) {
        copy = json_array();
        json_array_foreach(value, index, member) json_array_append_new(copy, replace_texts(member, name, make));
        return copy;
    }
    if (!json_is_object(value))
        return json_deep_copy(value);
    copy = json_object();
    json_object_foreach((json_t *)value, key, member) json_object_set_new(copy, key, replace_texts(member, key, make));
    return copy;
}

static const char *make_plain(const char *text)
{
    return text;
}

static const char *make_long(const char *text)
{
    (void)text;
    return "a_name_that_goes_on.and_on.and_on.and_on.and_on.and_on.and_on.and_on.and_on.and_on.and_on.and_on.and_on.";
}

static const char *make_hostile(const char *text)
{
    (void)text;
    return "<b>*x*</b>\r\nOK: all is well\033[31m\xe2\x80\xae|@here";
}

/* What no line has: two blanks, a sentence that ends in the air, a break, a control character, another's punctuation.
 */
static void check_sentence(const char *line)
{
    static const char *const never[] = {
        "  ", " ,", ",,", ": :", ": ;", " ;", "::", " ()", "is another", "foreign_key", "\n", "\r", "\033"};
    size_t length = strlen(line);

    assert_true(length > 8 && length <= EVENT_TEXT_LIMIT);
    assert_true(text_is_utf8(text_from(line)));
    for (size_t i = 0; i < LENGTH_OF(never); i++)
        if (strstr(line, never[i]) != NULL)
            fail_msg("'%s' in: %s", never[i], line);
    assert_null(strchr(" :,;", line[length - 1]));
}

static void check_every_example(const char *(*make)(const char *text))
{
    struct json_builder builder = {0};
    json_t *schemas = event_schemas(&builder), *example;
    size_t index;

    assert_false(builder.failed);
    for (int type = 0; type < EVENT_TYPE_COUNT; type++) {
        const json_t *schema =
            json_object_get(json_object_get(schemas, "types"), event_type_name((enum event_type)type));

        assert_true(json_array_size(json_object_get(schema, "examples")) > 0);
        json_array_foreach(json_object_get(schema, "examples"), index, example)
        {
            CLEANUP(buffer_clear) struct buffer output = {0};
            json_t *data = replace_texts(example, "", make);

            write_line((enum event_type)type, data, &output);
            buffer_add_byte(&output, '\0');
            print_message("%-20s %s\n", event_type_name((enum event_type)type), output.bytes);
            check_sentence(output.bytes);
            json_decref(data);
        }
    }
    json_decref(schemas);
}

/* How the published examples read stands in docs/reference/events.md, which is compared with the program, too. */
static void test_every_example_is_a_sentence(void **state)
{
    (void)state;
    check_every_example(make_plain);
}

static void test_long_data_leaves_a_sentence(void **state)
{
    (void)state;
    check_every_example(make_long);
}

static void test_hostile_data_leaves_a_sentence(void **state)
{
    (void)state;
    check_every_example(make_hostile);
}

/* ---- differences ---- */

#define PAIR "\"database\":\"orders\",\"from\":\"staging\",\"to\":\"prod\","
#define COLUMN "\"kind\":\"column\",\"object\":\"shop.orders.total\","
#define MODIFIED "\"effect\":\"modified\",\"attributes\":"
#define TYPE "[{\"name\":\"type\",\"from\":\"integer\",\"to\":\"bigint\"}]"

static void test_differences_of_environments(void **state)
{
    (void)state;
    expect(EVENT_DRIFT_OPENED, "{" PAIR COLUMN "\"effect\":\"added\",\"cause\":\"pending\"}",
           "orders: column shop.orders.total is missing in prod");
    expect(EVENT_DRIFT_OPENED, "{" PAIR COLUMN "\"effect\":\"added\",\"cause\":\"pending\",\"actor\":\"alice\"}",
           "orders: column shop.orders.total is missing in prod, added in staging by alice");
    expect(EVENT_DRIFT_OPENED,
           "{" PAIR COLUMN "\"effect\":\"added\",\"cause\":\"pending\",\"actor\":\"alice\",\"role\":\"app\\nowner\","
           "\"application\":\"flyway\",\"evidence\":\"captured\"}",
           "orders: column shop.orders.total is missing in prod, added in staging by alice as app\\nowner with flyway "
           "(captured)");
    expect(EVENT_DRIFT_OPENED, "{" PAIR COLUMN "\"effect\":\"removed\",\"cause\":\"pending\",\"actor\":\"alice\"}",
           "orders: column shop.orders.total is only in prod, not in staging, removed in staging by alice");
    expect(EVENT_DRIFT_OPENED, "{" PAIR COLUMN "\"effect\":\"added\",\"cause\":\"hotfix\",\"actor\":\"alice\"}",
           "orders: column shop.orders.total is missing in prod, removed first in prod by alice");
    expect(EVENT_DRIFT_OPENED, "{" PAIR COLUMN "\"effect\":\"removed\",\"cause\":\"hotfix\",\"actor\":\"alice\"}",
           "orders: column shop.orders.total is only in prod, not in staging, added first in prod by alice");
    expect(EVENT_DRIFT_OPENED, "{" PAIR COLUMN MODIFIED TYPE ",\"cause\":\"baseline\",\"actor\":\"a\"}",
           "orders: column shop.orders.total is integer in prod, bigint in staging, changed by a");
    expect(EVENT_DRIFT_OPENED, "{" PAIR COLUMN MODIFIED TYPE ",\"cause\":\"hotfix\"}",
           "orders: column shop.orders.total is integer in prod, bigint in staging, changed first in prod");
    expect(EVENT_DRIFT_CHANGED, "{" PAIR COLUMN MODIFIED TYPE ",\"cause\":\"diverged\"}",
           "orders: column shop.orders.total is now integer in prod, bigint in staging, changed on both sides");
    expect(EVENT_DRIFT_OPENED,
           "{" PAIR COLUMN MODIFIED "[{\"name\":\"type\",\"from\":\"integer\",\"to\":\"bigint\"},"
           "{\"name\":\"default\",\"from\":null,\"to\":\"\"},{\"name\":\"comment\",\"from\":\"a\",\"to\":\"b\"}],"
           "\"more_attributes\":2,\"cause\":\"diverged\",\"evidence\":\"unattributed\"}",
           "orders: column shop.orders.total differs in prod: type integer (staging: bigint), default none (staging: "
           "''), and 3 more attributes, changed on both sides, last by somebody unknown (capture did not see it)");
    expect(EVENT_DRIFT_OPENED,
           "{" PAIR "\"kind\":\"table\",\"object\":\"shop.new\",\"renamed_from\":\"shop.old\",\"effect\":\"renamed\"}",
           "orders: table shop.new of staging is called shop.old in prod");
    expect(EVENT_DRIFT_OPENED, "{" PAIR COLUMN "\"effect\":\"added\",\"state\":\"waived\"}",
           "orders: column shop.orders.total is missing in prod; accepted by a waiver");
    expect(EVENT_DRIFT_OPENED, "{" PAIR "\"kind\":\"unique\",\"object\":\"shop.t.u\",\"effect\":\"added\"}",
           "orders: unique constraint shop.t.u is missing in prod");
}

/* Of long values that begin alike only what differs is worth its place. */
static void test_long_values(void **state)
{
    (void)state;
    expect(EVENT_DRIFT_OPENED,
           "{" PAIR "\"kind\":\"view\",\"object\":\"shop.v\"," MODIFIED
           "[{\"name\":\"definition\",\"from\":\"SELECT id, customer, total FROM shop.orders WHERE total > 0\","
           "\"to\":\"SELECT id, customer, total FROM shop.orders WHERE total > 10 AND NOT deleted\"}]}",
           "orders: view shop.v differs in prod: definition …ERE total > 0 (staging: …ERE total > 10 AND NOT deleted)");
    expect(EVENT_DRIFT_OPENED,
           "{" PAIR "\"kind\":\"table\",\"object\":\"shop.t\"," MODIFIED
           "[{\"name\":\"row_security\",\"from\":[\"a\",\"b\"],\"to\":[]}]}",
           "orders: table shop.t differs in prod: row security a, b (staging: none)");
}

#define OUTLIER "\"database\":\"orders\",\"from\":\"prod\",\"to\":\"prod\",\"instance\":\"eu-1\","

static void test_differences_of_instances(void **state)
{
    (void)state;
    expect(EVENT_DRIFT_OPENED, "{" OUTLIER COLUMN "\"effect\":\"added\",\"cause\":\"outlier\",\"actor\":\"alice\"}",
           "orders: column shop.orders.total is only in instance eu-1 of prod, not in the others, added by alice");
    expect(EVENT_DRIFT_OPENED, "{" OUTLIER COLUMN "\"effect\":\"removed\",\"cause\":\"outlier\"}",
           "orders: column shop.orders.total is missing in instance eu-1 of prod, the others have it");
    expect(EVENT_DRIFT_OPENED, "{" OUTLIER COLUMN MODIFIED TYPE ",\"cause\":\"outlier\"}",
           "orders: column shop.orders.total is bigint in instance eu-1 of prod, integer in the others");
    expect(EVENT_DRIFT_CHANGED,
           "{" OUTLIER COLUMN MODIFIED "[{\"name\":\"type\",\"from\":[\"a\",\"b\"],\"to\":[]},"
           "{\"name\":\"nullable\",\"from\":null,\"to\":\"x\"}]}",
           "orders: column shop.orders.total now differs in instance eu-1 of prod: type none (the others: a, b), "
           "nullable x (the others: none)");
    expect(EVENT_DRIFT_OPENED,
           "{" OUTLIER
           "\"kind\":\"table\",\"object\":\"shop.new\",\"renamed_from\":\"shop.old\",\"effect\":\"renamed\"}",
           "orders: table shop.old is called shop.new in instance eu-1 of prod only");
    expect(EVENT_DRIFTS_ENDED, "{" OUTLIER "\"count\":1200,\"summary\":{\"critical\":0,\"high\":0}}",
           "orders: 1,200 differences between instance eu-1 of prod and the others are over");
}

static void test_ends(void **state)
{
    (void)state;
    expect(EVENT_DRIFT_ENDED, "{" PAIR COLUMN "\"ending\":\"promoted\",\"lead_seconds\":0,\"actor\":\"bob\"}",
           "orders: column shop.orders.total no longer differs in prod: it was promoted at once, by bob");
    expect(EVENT_DRIFT_ENDED, "{" PAIR COLUMN "\"ending\":\"reverted\",\"lead_seconds\":259200}",
           "orders: column shop.orders.total no longer differs in prod: it was taken back after 3 days");
}

/* ---- very many ---- */

#define COLUMNS(count, objects)                                                                                        \
    "{\"effect\":\"added\",\"kind\":\"column\",\"aspect\":\"structure\",\"count\":" count ",\"objects\":" objects      \
    ",\"objects_kind\":\"table\",\"severity\":\"medium\"}"
#define KEYS                                                                                                           \
    "{\"effect\":\"removed\",\"kind\":\"foreign_key\",\"aspect\":\"structure\",\"count\":4,\"objects\":1,"             \
    "\"objects_kind\":\"table\",\"severity\":\"high\"}"
#define VIEWS                                                                                                          \
    "{\"effect\":\"modified\",\"kind\":\"view\",\"aspect\":\"structure\",\"count\":2,\"severity\":\"low\",\"names\":"  \
    "[\"shop.v\",\"shop.w\"]}"
#define ACCESS                                                                                                         \
    "{\"effect\":\"modified\",\"kind\":\"table\",\"aspect\":\"access\",\"count\":1,\"severity\":\"low\",\"names\":"    \
    "[\"shop.t\"]}"

static void test_many_changes(void **state)
{
    (void)state;
    expect(EVENT_SCHEMA_CHANGED, "{\"count\":10000,\"groups\":[" COLUMNS("10000", "500") "],\"actors\":[\"alice\"]}",
           "orders@prod: 10,000 columns added in 500 tables; by alice");
    expect(EVENT_SCHEMA_CHANGED,
           "{\"count\":10000,\"groups\":[" COLUMNS(
               "10000", "500") "],\"actors\":[\"alice\"],"
                               "\"changes\":[{\"actor\":\"alice\",\"application\":\"flyway\"}]}",
           "orders@prod: 10,000 columns added in 500 tables; by alice with flyway");
    expect(EVENT_SCHEMA_CHANGED,
           "{\"count\":1010,\"groups\":[" KEYS "," COLUMNS("1000", "1") "," VIEWS "," ACCESS
                                                                        "],\"actors\":[\"alice\",\"bob\",\"carol\"]}",
           "orders@prod: 4 foreign keys removed in 1 table; 1,000 columns added in 1 table; 2 views changed (shop.v, "
           "shop.w); 4 other changes; by alice and 2 others");
    expect(EVENT_SCHEMA_CHANGED, "{\"count\":5,\"groups\":[" KEYS "," ACCESS "],\"actors\":[\"alice\",\"bob\"]}",
           "orders@prod: 4 foreign keys removed in 1 table; access to table shop.t changed; by alice and bob");
}

static void test_few_changes(void **state)
{
    (void)state;
    expect(EVENT_SCHEMA_CHANGED,
           "{\"count\":2,\"changes\":[{" COLUMN "\"effect\":\"added\",\"actor\":\"alice\",\"evidence\":\"captured\"},{"
           "\"kind\":\"index\",\"object\":\"shop.i\",\"effect\":\"removed\",\"actor\":\"alice\",\"evidence\":"
           "\"captured\"}]}",
           "orders@prod: column shop.orders.total was added; index shop.i was removed; all by alice (captured)");
    expect(EVENT_CHANGE_UNATTRIBUTED,
           "{\"count\":1500,\"changes\":[{" COLUMN "\"effect\":\"added\"},{" COLUMN "\"effect\":\"modified\"},{" COLUMN
           "\"effect\":\"removed\"},{" COLUMN "\"effect\":\"removed\"}]}",
           "orders@prod: capture did not see what it should have seen: column shop.orders.total was added; column "
           "shop.orders.total was changed; column shop.orders.total was removed, and 1,497 more changes");
}

static void test_many_differences(void **state)
{
    (void)state;
    expect(EVENT_DRIFTS_OPENED,
           "{" PAIR "\"count\":10000,\"summary\":{\"high\":0},\"groups\":[" COLUMNS("10000", "500") "]}",
           "orders: 10,000 columns in 500 tables are missing in prod");
    expect(EVENT_DRIFTS_OPENED,
           "{" PAIR "\"count\":207,\"summary\":{\"high\":4},\"groups\":[" KEYS "," COLUMNS("200", "1") "," VIEWS
                                                                                                       "," ACCESS "]}",
           "orders: 207 differences between staging and prod (4 high): 4 foreign keys in 1 table are only in prod; 200 "
           "columns in 1 table are missing in prod; 2 views (shop.v, shop.w) differ in prod; 1 other difference");
}

static void test_deeds(void **state)
{
    (void)state;
    expect(EVENT_DRIFT_REOPENED, "{" PAIR "\"drifts\":[1,2],\"count\":2,\"note\":\"why\",\"by\":\"bob\"}",
           "orders: 2 differences in prod are open again, by bob: why");
    expect(EVENT_DRIFT_WAIVED,
           "{" PAIR
           "\"drifts\":[1,2],\"count\":2,\"by\":\"bob\",\"waiver\":{\"expires_at\":\"2026-12-16T11:09:33.000Z\","
           "\"reason\":\"why\"}}",
           "orders: 2 differences in prod are accepted by bob until 2026-12-16 11:09 UTC: why");
    expect(EVENT_WAIVER_EXPIRED, "{\"database\":\"orders\",\"drifts\":[],\"count\":0,\"waiver\":{\"pattern\":\"a:b\"}}",
           "orders: what matches a:b is no longer accepted: the waiver has expired");
}

static void test_contracts_and_the_gate(void **state)
{
    (void)state;
    expect(EVENT_CONTRACT_VIOLATED,
           "{\"contract\":\"checkout\",\"owner\":\"team-a\",\"reason\":\"column a is text, must be bigint\","
           "\"findings\":[{},{},{}]}",
           "orders@prod: contract checkout (team-a) no longer holds: column a is text, must be bigint, and 2 more "
           "findings");
    expect(EVENT_GATE_EVALUATED, "{" PAIR "\"verdict\":\"UNKNOWN\",\"by\":\"ci\",\"reason\":\"x\",\"reasons\":1}",
           "orders: staging → prod cannot be judged by the gate: x; asked by ci");
    expect(EVENT_GATE_PINNED, "{\"subject\":\"orders staging→prod\",\"by\":\"ci\"}",
           "orders: staging → prod was approved by ci as it is now");
    expect(EVENT_SYNC_RECORDED,
           "{\"kind\":\"publish\",\"name\":\"docs\",\"by\":\"ci\",\"state\":\"merged\",\"lead_seconds\":7200,"
           "\"detail\":\"3 files\",\"url\":\"https://x/1\"}",
           "orders@prod: publish docs by ci: merged after 2 h, 3 files, https://x/1");
    expect(EVENT_GATE_PINNED, "{\"subject\":\"orders\"}", "orders was approved as it is now");
}

/* A name is what somebody else made up: no line break, no colour, no turn of the direction of writing. */
static void test_coverage(void **state)
{
#define VIEW "{\"kind\":\"view\",\"reason\":\"not declared\"}"
#define POLICY "{\"kind\":\"policy\",\"reason\":\"permission denied\"}"
    (void)state;
    expect(EVENT_COVERAGE_CHANGED, "{\"gaps\":1,\"lost\":[" VIEW "," POLICY "],\"regained\":[]}",
           "orders@prod: policies can no longer be read: permission denied, and 1 more thing");
    expect(EVENT_COVERAGE_CHANGED, "{\"gaps\":0,\"lost\":[" VIEW "," VIEW "],\"regained\":[]}",
           "orders@prod: no longer declared: views, and 1 more thing");
    expect(EVENT_COVERAGE_CHANGED, "{\"gaps\":0,\"lost\":[],\"regained\":[" VIEW "]}",
           "orders@prod: declared now: views");
    expect(EVENT_COVERAGE_CHANGED, "{\"gaps\":0,\"lost\":[],\"regained\":[" POLICY "]}",
           "orders@prod: everything can be read again");
}

static void test_names_cannot_forge_anything(void **state)
{
    (void)state;
    expect(EVENT_DRIFT_OPENED,
           "{" PAIR "\"kind\":\"column\",\"object\":\"a\\nb\\u001b[31m\\u202ec\",\"effect\":\"added\"}",
           "orders: column a\\nb\\x1b[31m\\u202ec is missing in prod");
}

static void test_a_long_line_is_cut_at_a_character(void **state)
{
    CLEANUP(buffer_clear) struct buffer name = {0}, output = {0};
    json_t *data;

    (void)state;
    for (int i = 0; i < 400; i++)
        buffer_add_string(&name, "ä");
    data = json_pack("{s:s, s:s, s:s, s:s}", "kind", "table", "object", name.bytes, "effect", "added", "to", "prod");
    assert_non_null(data);
    write_line(EVENT_DRIFT_OPENED, data, &output);
    assert_true(output.length <= EVENT_TEXT_LIMIT && output.length >= EVENT_TEXT_LIMIT - 3);
    assert_true(text_is_utf8(buffer_text(&output)));
    assert_string_equal(output.bytes + output.length - 3, "…");
    json_decref(data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_example_is_a_sentence),
        cmocka_unit_test(test_long_data_leaves_a_sentence),
        cmocka_unit_test(test_hostile_data_leaves_a_sentence),
        cmocka_unit_test(test_data_may_be_anything),
        cmocka_unit_test(test_differences_of_environments),
        cmocka_unit_test(test_long_values),
        cmocka_unit_test(test_differences_of_instances),
        cmocka_unit_test(test_ends),
        cmocka_unit_test(test_many_changes),
        cmocka_unit_test(test_few_changes),
        cmocka_unit_test(test_many_differences),
        cmocka_unit_test(test_deeds),
        cmocka_unit_test(test_contracts_and_the_gate),
        cmocka_unit_test(test_coverage),
        cmocka_unit_test(test_names_cannot_forge_anything),
        cmocka_unit_test(test_a_long_line_is_cut_at_a_character),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
