#include "lint/lint.h"

#include <stdlib.h>

#include "base/memory.h"
#include "lint/apply.h"
#include "lint/later.h"
#include "lint/linter.h"
#include "lint/recall.h"
#include "lint/syntax.h"
#include "lint/target.h"
#include "lint/translate.h"

enum { SCRATCH_LIMIT = 256 * 1024 * 1024 };

struct lint {
    struct linter linter;
    struct lint_options options;
    struct lint_configuration usual; /* when nobody gives one */
    struct error error;              /* of what is sticky */
};

bool lint_knows_engine(struct text engine)
{
    return text_equal(engine, TEXT("postgresql")) || text_equal(engine, TEXT("dummy")) ||
           text_equal(engine, TEXT("spec"));
}

/* "15.20 (Debian ...)" is 15. */
static unsigned major_version(struct text version)
{
    unsigned major = 0;

    for (size_t i = 0; i < version.length && version.bytes[i] >= '0' && version.bytes[i] <= '9' && major < 1000; i++)
        major = major * 10 + (unsigned)(version.bytes[i] - '0');
    return major;
}

enum error_code lint_begin(struct lint **ret_lint, const struct lint_options *options, struct arena *arena,
                           struct error *error)
{
    struct lint *lint = mem_alloc(sizeof *lint);
    struct linter *linter;

    if (lint == NULL)
        return error_memory(error, "linting");
    *lint = (struct lint){.options = *options};
    if (options->configuration == NULL) {
        lint_configuration_init(&lint->usual);
        lint->options.configuration = &lint->usual;
    }
    linter = &lint->linter;
    linter->options = &lint->options;
    linter->arena = arena;
    linter->error = &lint->error;
    arena_init(&linter->scratch, SCRATCH_LIMIT);
    linter->version = lint->options.configuration->server_version;
    if (linter->version == 0 && options->target != NULL && text_equal(options->target->info.engine, TEXT("postgresql")))
        linter->version = major_version(options->target->info.server_version);
    if (world_begin(&linter->world, options->target, lint->options.configuration->search_path, arena, &lint->error) !=
        ERROR_NONE) {
        *error = lint->error;
        lint_free(lint);
        return error->code;
    }
    *ret_lint = lint;
    return ERROR_NONE;
}

void lint_free(struct lint *lint)
{
    if (lint == NULL)
        return;
    world_end(&lint->linter.world);
    arena_free(&lint->linter.scratch);
    mem_free(lint);
}

/* ---- steps ---- */

/* Every rule that holds for a step; whether one of them says that many rows are touched. */
static bool judge(struct linter *linter, const struct step *step)
{
    enum lint_rule_number rule = RULE_COUNT, next = 0;
    bool works = false;

    for (size_t i = 0; i < lint_row_count; i++) {
        if (!lint_rows[i].is_case) {
            rule = next++;
            continue;
        }
        if (lint_rows[i].step != step->kind || !linter_looks_for(linter, rule))
            continue;
        if (lint_rows[i].condition(linter, step)) {
            linter_add(linter, rule, step, step->place);
            works = works || lint_rules[rule].work != WORK_NONE;
        }
        linter->detail = (struct text){"", 0};
    }
    return works;
}

/* Steps that touch many rows without being wrong for it. */
static bool is_work(const struct step *step)
{
    switch (step->kind) {
    case STEP_UPDATE:
    case STEP_DELETE:
    case STEP_VALIDATE_CONSTRAINT:
    case STEP_REFRESH_CONCURRENTLY:
        return relation_was_there(step->relation);
    case STEP_CREATE_TABLE_AS:
        return true;
    default:
        return false;
    }
}

static void take_step(struct linter *linter, const struct step *step)
{
    size_t first = linter->findings.count;
    bool works = judge(linter, step) || is_work(step);

    target_check(linter, step);
    names_check(linter, step);
    session_step(linter, step, works);
    recall_made(linter, step);
    recall_remember(linter, step, first);
    apply(linter, step);
    later_remember(linter, step);
    if (linter->world.code != ERROR_NONE)
        linter_fail(linter, linter->world.code);
}

/* ---- statements ---- */

static void say_problem(struct linter *linter, const struct syntax_problem *problem)
{
    size_t place = linter->statement->start + problem->place;

    linter_detail(linter, "%.*s", TEXT_ARGS(problem->message));
    linter_add(linter, problem->is_too_deep ? RULE_NOT_CHECKED : RULE_SYNTAX_ERROR, NULL, place);
}

static void take_tree(struct linter *linter, const json_t *tree)
{
    const json_t *body;

    linter->statement_type = syntax_type(tree, &body);
    translate(linter, tree);
    session_enter(linter);
    for (size_t i = 0; i < linter->step_count && linter->code == ERROR_NONE; i++)
        take_step(linter, &linter->steps[i]);
    session_leave(linter);
}

static void take_statement(struct linter *linter, const struct lint_script_statement *statement)
{
    const struct text text = {linter->script->text.bytes + statement->start, statement->end - statement->start};
    struct syntax_problem problem = {.is_too_deep = true};
    json_t *tree = NULL;

    linter->statement = statement;
    linter->steps = NULL;
    linter->step_count = 0;
    linter->findings.statements++;
    if (statement->is_large || statement->is_deep) {
        problem.message = statement->is_large ? TEXT("it is too long") : TEXT("it is nested too deeply");
        say_problem(linter, &problem);
        return;
    }
    arena_free(&linter->scratch);
    if (syntax_parse(&tree, text, &problem, &linter->scratch, linter->error) != ERROR_NONE) {
        linter_fail(linter, linter->error->code);
        return;
    }
    if (tree == NULL)
        say_problem(linter, &problem);
    else
        take_tree(linter, tree);
    json_decref(tree);
}

/* ---- files ---- */

static void take_notes(struct linter *linter)
{
    static const enum lint_rule_number rules[] = {
        [NOTE_PSQL] = RULE_PSQL_COMMAND, [NOTE_BAD_BYTE] = RULE_SYNTAX_ERROR, [NOTE_LONG_NAME] = RULE_NAME_TOO_LONG};

    linter->statement = NULL;
    for (size_t i = 0; i < linter->script->note_count && linter->code == ERROR_NONE; i++) {
        const struct lint_script_note *note = &linter->script->notes[i];
        const struct step step = {.name = {linter->script->source.bytes + note->start, note->end - note->start}};

        if (note->kind == NOTE_BAD_BYTE)
            linter_detail(linter, "the byte 0x%02x is no UTF-8",
                          (unsigned)(unsigned char)linter->script->source.bytes[note->start]);
        linter_add(linter, rules[note->kind], &step, note->start);
    }
}

enum error_code lint_file(struct lint *lint, struct text name, struct text text, struct error *error)
{
    struct linter *linter = &lint->linter;
    struct lint_script script;

    if (lint_script_read(&script, name, text, linter->arena, &lint->error) != ERROR_NONE)
        linter_fail(linter, lint->error.code);
    if (linter->code == ERROR_NONE &&
        linter_grow(linter, &linter->files, linter->file_count, &linter->file_room, sizeof *linter->files)) {
        struct linter_file *file = &linter->files[linter->file_count];

        *file = (struct linter_file){.script = script};
        linter->file = linter->file_count++;
        linter->script = &file->script;
        linter->findings.files++;
        session_begin(linter);
        take_notes(linter);
        waivers_read(linter, &file->waivers);
        for (size_t i = 0; i < script.statement_count && linter->code == ERROR_NONE; i++)
            take_statement(linter, &script.statements[i]);
        linter->statement = NULL;
        session_end(linter);
    }
    if (linter->code != ERROR_NONE)
        *error = lint->error;
    return linter->code;
}

/* ---- the end ---- */

static int compare_findings(const void *left, const void *right)
{
    const struct lint_finding *a = left, *b = right;

    if (a->file_number != b->file_number)
        return a->file_number < b->file_number ? -1 : 1;
    if (a->offset != b->offset)
        return a->offset < b->offset ? -1 : 1;
    if (a->rule != b->rule)
        return a->rule < b->rule ? -1 : 1;
    return text_compare(a->message, b->message);
}

static void remove_withdrawn(struct lint_findings *findings)
{
    size_t kept = 0;

    for (size_t i = 0; i < findings->count; i++)
        if (findings->items[i].rule != NULL)
            findings->items[kept++] = findings->items[i];
    findings->count = kept;
}

static void finish(struct linter *linter)
{
    struct lint_findings *findings = &linter->findings;

    later_judge(linter);
    remove_withdrawn(findings);
    for (size_t i = 0; i < linter->file_count && linter->code == ERROR_NONE; i++) {
        linter->file = i;
        linter->script = &linter->files[i].script;
        waivers_apply(linter, &linter->files[i].waivers);
    }
    if (findings->count > 1)
        qsort(findings->items, findings->count, sizeof *findings->items, compare_findings);
    for (size_t i = 0; i < findings->count; i++)
        if (findings->items[i].reason.length > 0)
            findings->waived++;
        else
            findings->summary[findings->items[i].level]++;
}

enum error_code lint_end(struct lint *lint, struct lint_findings *ret_findings, struct error *error)
{
    struct linter *linter = &lint->linter;
    enum error_code code;

    if (linter->code == ERROR_NONE)
        finish(linter);
    code = linter->code;
    if (code == ERROR_NONE)
        *ret_findings = linter->findings;
    else
        *error = lint->error;
    lint_free(lint);
    return code;
}

enum error_code lint_run(struct lint_findings *ret_findings, struct text text, struct text name,
                         const struct lint_options *options, struct arena *arena, struct error *error)
{
    struct lint *lint;

    if (lint_begin(&lint, options, arena, error) != ERROR_NONE)
        return error->code;
    if (lint_file(lint, name, text, error) != ERROR_NONE) {
        lint_free(lint);
        return error->code;
    }
    return lint_end(lint, ret_findings, error);
}
