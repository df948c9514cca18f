/* Any bytes as a migration: whatever they are, lint says something of them that has a place in the text, and says the
 * same again; and where PostgreSQL's own splitter finds statements, lint finds as many.
 *
 * The first byte chooses: with a target, in a transaction, every rule on.
 */
#include <stdlib.h>
#include <string.h>

#include <pg_query.h>

#include "fuzz.h"
#include "lint/report.h"

enum { MEMORY_LIMIT = 512 * 1024 * 1024, MOST_SPLIT = 4096 };

static void require(bool holds)
{
    if (!holds)
        abort();
}

/* A schema of one table and one view. */
static struct snapshot *make_target(void)
{
    static const struct text integer[] = {TEXT_INIT("integer")}, id[] = {TEXT_INIT("id")};
    static const struct text definition[] = {TEXT_INIT("SELECT t.id FROM public.t")};
    struct attribute of_column[] = {{TEXT_INIT("type"), integer, 1, false}};
    struct attribute of_key[] = {{TEXT_INIT("columns"), id, 1, true}};
    struct attribute of_view[] = {{TEXT_INIT("definition"), definition, 1, false}};
    struct part parts[] = {{KIND_COLUMN, TEXT("id"), of_column, 1, 0}, {KIND_PRIMARY_KEY, TEXT("p"), of_key, 1, 0}};
    struct object objects[] = {
        {.kind = KIND_TABLE, .path = {2, {TEXT("public"), TEXT("t")}}, .parts = parts, .part_count = 2},
        {.kind = KIND_VIEW, .path = {2, {TEXT("public"), TEXT("v")}}, .attributes = of_view, .attribute_count = 1}};
    struct snapshot_input input = {.info = {.engine = TEXT("dummy")}, .objects = objects, .object_count = 2};
    struct snapshot *snapshot = NULL;
    struct error error = {0};

    require(snapshot_build(&snapshot, &input, MEMORY_LIMIT, &error) == ERROR_NONE);
    return snapshot;
}

static void check_findings(const struct lint_findings *findings, struct text text)
{
    uint32_t counted = findings->waived;

    for (unsigned level = 0; level < SEVERITY_COUNT; level++)
        counted += findings->summary[level];
    require(counted == findings->count);
    for (size_t i = 0; i < findings->count; i++) {
        const struct lint_finding *finding = &findings->items[i];

        require(finding->offset <= text.length && finding->from.line > 0 && finding->from.column > 0);
        require(finding->to.line > finding->from.line ||
                (finding->to.line == finding->from.line && finding->to.column >= finding->from.column));
        require(finding->message.length > 0 && finding->source_place <= text.length);
        require(i == 0 || findings->items[i - 1].offset <= finding->offset);
    }
}

/* Every format can write it. */
static void write_reports(const struct lint_findings *findings, const struct snapshot *target)
{
    const struct lint_report report = {.findings = findings, .target = target, .colour = true};
    struct error error = {0};

    for (const struct lint_report_format *format = lint_report_formats; format->name != NULL; format++) {
        CLEANUP(buffer_clear) struct buffer output = {0};

        require(format->write(&output, &report, &error) == ERROR_NONE);
        require(text_is_utf8(buffer_text(&output)));
    }
}

static bool has_word(struct text text, const char *word)
{
    return memmem(text.bytes, text.length, word, strlen(word)) != NULL;
}

/* Commands of psql, rows of COPY, odd bytes: what the parser does not take as lint does. */
static bool is_plain(struct text text)
{
    return text.length > 0 && text.length <= MOST_SPLIT && text_is_utf8(text) &&
           memchr(text.bytes, 0, text.length) == NULL && memchr(text.bytes, '\\', text.length) == NULL &&
           !text_starts_with(text, TEXT("\xef\xbb\xbf")) && !has_word(text, "stdin") && !has_word(text, "STDIN");
}

/* The server's parser takes the text apart in its own way; where it can, ours must be the same. */
static void compare_splitting(struct text text, const struct lint_findings *findings)
{
    PgQuerySplitResult split;
    char copy[MOST_SPLIT + 1];

    memcpy(copy, text.bytes, text.length);
    copy[text.length] = '\0';
    split = pg_query_split_with_parser(copy);
    require(split.error != NULL || (uint32_t)split.n_stmts == findings->statements);
    pg_query_free_split_result(split);
}

static void lint_once(struct lint_findings *ret_findings, struct text text, const struct lint_options *options,
                      struct arena *arena)
{
    struct error error = {0};

    if (lint_run(ret_findings, text, TEXT("fuzz.sql"), options, arena, &error) != ERROR_NONE) {
        require(error.code == ERROR_LIMIT || error.code == ERROR_MEMORY);
        *ret_findings = (struct lint_findings){.count = 0};
    }
}

static void try_text(uint8_t choice, struct text text)
{
    static struct snapshot *target; /* made once: it does not change */
    CLEANUP(arena_free) struct arena arena;
    struct lint_configuration configuration;
    struct lint_options options = {.configuration = &configuration};
    struct lint_findings findings, again;

    if (target == NULL)
        target = make_target();
    arena_init(&arena, MEMORY_LIMIT);
    lint_configuration_init(&configuration);
    options.target = choice & 1 ? target : NULL;
    configuration.in_transaction = choice & 2;
    for (size_t i = 0; i < RULE_COUNT && choice & 4; i++)
        configuration.levels[i].is_on = true;
    lint_once(&findings, text, &options, &arena);
    check_findings(&findings, text);
    write_reports(&findings, options.target);
    if (is_plain(text))
        compare_splitting(text, &findings);
    lint_once(&again, text, &options, &arena);
    require(again.count == findings.count);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    if (length > 0)
        try_text(bytes[0], (struct text){(const char *)bytes + 1, length - 1});
    return 0;
}
