#include "codegen/code_names.h"

#include "base/buffer.h"
#include "codegen/naming.h"
#include "schema/object_list.h"

struct namer {
    struct code_model *model;
    const struct code_model_input *input;
    struct arena *arena;
};

/* ---- what the user wants ---- */

static const struct name_wish *find_wish(const struct namer *namer, enum kind kind, struct text path)
{
    const struct codegen_options *options = namer->input->options;

    for (size_t i = 0; i < options->name_count; i++)
        if (ignore_pattern_matches(&options->names[i].pattern, kind, path, KIND_NONE, TEXT("")))
            return &options->names[i];
    return NULL;
}

static enum error_code identify(struct text *ret_identity, enum kind kind, struct text path, struct arena *arena,
                                struct error *error)
{
    const char *identity = arena_printf(arena, "%s %.*s", kind_name(kind), TEXT_ARGS(path));

    if (identity == NULL)
        return arena_error(arena, error, "naming things");
    *ret_identity = text_from(identity);
    return ERROR_NONE;
}

/* ---- types ---- */

/* What stands in front of a name in case of need: the schema, unless it is the one that nobody mentions. */
static struct text schema_of(const struct path *path)
{
    static const struct text usual[] = {TEXT_INIT("public"), TEXT_INIT("main"), TEXT_INIT("dbo")};

    if (path->count < 2)
        return TEXT("");
    for (size_t i = 0; i < LENGTH_OF(usual); i++)
        if (text_equal(path->elements[0], usual[i]))
            return TEXT("");
    return path->elements[0];
}

static enum error_code make_candidate(struct text *ret_name, const struct namer *namer, struct text schema,
                                      struct text name, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer whole;

    buffer_init(&whole);
    if (schema.length > 0) {
        buffer_add_text(&whole, schema);
        buffer_add_byte(&whole, ' ');
    }
    buffer_add_text(&whole, name);
    if (whole.failed)
        return error_memory(error, "naming things");
    return naming_make(ret_name, &namer->input->language->type_names, namer->input->language, buffer_text(&whole),
                       namer->arena, error);
}

/* A type that wants a name. */
struct wanting {
    enum kind kind;
    const struct path *path;
    struct text displayed;
    bool is_plural;     /* tables are called by many, a row by one */
    struct text wished; /* empty: what the lists of the user say */
};

static enum error_code claim_type(struct claim *claim, const struct namer *namer, const struct wanting *wanting,
                                  struct error *error)
{
    const struct name_wish *wish = find_wish(namer, wanting->kind, wanting->displayed);
    struct text schema = schema_of(wanting->path), plain = wanting->path->elements[wanting->path->count - 1];
    CLEANUP(buffer_clear) struct buffer singular;

    buffer_init(&singular);
    claim->is_type = true;
    claim->called = plain;
    if (identify(&claim->identity, wanting->kind, wanting->displayed, namer->arena, error) != ERROR_NONE)
        return error->code;
    if (wanting->wished.length > 0 || wish != NULL) {
        claim->is_fixed = true;
        claim->candidates[0] = wanting->wished.length > 0 ? wanting->wished : wish->name;
        return ERROR_NONE;
    }
    if (wanting->is_plural)
        words_write_singular(&singular, plain);
    else
        buffer_add_text(&singular, plain);
    if (singular.failed)
        return error_memory(error, "naming things");
    if (make_candidate(&claim->candidates[0], namer, TEXT(""), buffer_text(&singular), error) != ERROR_NONE ||
        make_candidate(&claim->candidates[1], namer, schema, buffer_text(&singular), error) != ERROR_NONE)
        return error->code;
    return make_candidate(&claim->candidates[2], namer, schema, plain, error);
}

static bool takes_inserts(const struct code_record *record)
{
    return record->kind == KIND_TABLE || record->kind == KIND_FOREIGN_TABLE;
}

static enum error_code claim_types(struct claim *claims, const struct namer *namer, const struct code_sources *sources,
                                   struct error *error)
{
    const struct codegen_options *options = namer->input->options;
    const struct code_model *model = namer->model;

    for (size_t i = 0; i < model->enum_count; i++) {
        const struct code_enum *of = &model->enums[i];
        struct wanting wanting = {KIND_ENUM, &sources->enums[i], of->path, of->is_lookup, of->wished};
        struct claim *claim = &claims[i];

        if (claim_type(claim, namer, &wanting, error) != ERROR_NONE)
            return error->code;
        claim->endings[0] = claim->is_fixed ? TEXT("") : options->enum_suffix;
        claim->ending_count = 1;
    }
    for (size_t i = 0; i < model->record_count; i++) {
        struct claim *claim = &claims[model->enum_count + i];
        const struct code_record *record = model->records[i];
        struct wanting wanting = {record->kind, &sources->records[i], record->path, true, TEXT("")};

        if (claim_type(claim, namer, &wanting, error) != ERROR_NONE)
            return error->code;
        claim->endings[0] = record->kind == KIND_COMPOSITE_TYPE ? TEXT("") : options->row_suffix;
        claim->endings[1] = options->insert_suffix;
        claim->ending_count = takes_inserts(record) ? 2 : 1;
    }
    return ERROR_NONE;
}

/* What a claim wanted in the first place, if it did not get it. */
static enum error_code first_name(struct text *ret_name, const struct claim *claim, struct arena *arena,
                                  struct error *error)
{
    const char *name;

    *ret_name = TEXT("");
    if (claim->stage == 0)
        return ERROR_NONE;
    name = arena_printf(arena, "%.*s%.*s", TEXT_ARGS(claim->candidates[0]), TEXT_ARGS(claim->endings[0]));
    if (name == NULL)
        return arena_error(arena, error, "naming things");
    *ret_name = text_from(name);
    if (text_equal(*ret_name, claim->names[0]))
        *ret_name = TEXT("");
    return ERROR_NONE;
}

static enum error_code name_types(const struct namer *namer, const struct code_sources *sources, struct error *error)
{
    struct code_model *model = namer->model;
    size_t count = model->enum_count + model->record_count;
    struct claim *claims = arena_array(namer->arena, count, sizeof *claims);

    if (claims == NULL)
        return arena_error(namer->arena, error, "naming things");
    if (claim_types(claims, namer, sources, error) != ERROR_NONE ||
        naming_settle(claims, count, namer->input->language, namer->arena, error) != ERROR_NONE)
        return error->code;
    for (size_t i = 0; i < model->enum_count; i++) {
        model->enums[i].name = claims[i].names[0];
        if (first_name(&model->enums[i].first_name, &claims[i], namer->arena, error) != ERROR_NONE)
            return error->code;
    }
    for (size_t i = 0; i < model->record_count; i++) {
        struct claim *claim = &claims[model->enum_count + i];
        struct code_record *record = model->records[i];

        record->row_name = claim->names[0];
        record->insert_name = claim->ending_count > 1 ? claim->names[1] : TEXT("");
        record->base = (struct text){claim->names[0].bytes, claim->names[0].length - claim->endings[0].length};
        if (first_name(&record->first_name, claim, namer->arena, error) != ERROR_NONE)
            return error->code;
    }
    return ERROR_NONE;
}

/* ---- fields ---- */

static enum error_code name_fields(const struct namer *namer, struct code_record *record, struct error *error)
{
    const struct language *language = namer->input->language;
    struct claim *claims = arena_array(namer->arena, record->column_count, sizeof *claims);

    if (claims == NULL)
        return arena_error(namer->arena, error, "naming things");
    for (size_t i = 0; i < record->column_count; i++) {
        struct text column = record->columns[i].column, path;
        const struct name_wish *wish;

        if (object_list_part_path(&path, record->path, column, namer->arena, error) != ERROR_NONE)
            return error->code;
        wish = find_wish(namer, KIND_COLUMN, path);
        claims[i] = (struct claim){.identity = column, .called = column, .ending_count = 1, .is_fixed = wish != NULL};
        if (wish != NULL)
            claims[i].candidates[0] = wish->name;
        else if (naming_make(&claims[i].candidates[0], &language->field_names, language, column, namer->arena, error) !=
                 ERROR_NONE)
            return error->code;
    }
    if (naming_settle(claims, record->column_count, language, namer->arena, error) != ERROR_NONE)
        return error_context(error, "columns of %.*s", (int)(record->path.length < 120 ? record->path.length : 120),
                             record->path.bytes);
    for (size_t i = 0; i < record->column_count; i++)
        record->columns[i].name = claims[i].names[0];
    return ERROR_NONE;
}

/* ---- members ---- */

/* A member begins with the name of its enum where all members share one space. */
static enum error_code claim_member(struct claim *claim, const struct namer *namer, const struct code_enum *of,
                                    const struct code_label *label, struct error *error)
{
    const struct language *language = namer->input->language;
    CLEANUP(buffer_clear) struct buffer whole;

    buffer_init(&whole);
    if (language->members_are_shared) {
        buffer_add_text(&whole, of->name);
        buffer_add_byte(&whole, ' ');
    }
    buffer_add_text(&whole, label->called);
    if (whole.failed)
        return error_memory(error, "naming things");
    claim->identity = label->label;
    claim->called = label->called;
    claim->ending_count = 1;
    return naming_make(&claim->candidates[0], &language->member_names, language, buffer_text(&whole), namer->arena,
                       error);
}

static enum error_code name_members(const struct namer *namer, struct code_enum *enums, size_t count,
                                    struct error *error)
{
    size_t total = 0, at = 0;
    struct claim *claims;

    for (size_t i = 0; i < count; i++)
        total += enums[i].label_count;
    claims = arena_array(namer->arena, total, sizeof *claims);
    if (claims == NULL)
        return arena_error(namer->arena, error, "naming things");
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < enums[i].label_count; j++)
            if (claim_member(&claims[at++], namer, &enums[i], &enums[i].labels[j], error) != ERROR_NONE)
                return error->code;
    if (naming_settle(claims, total, namer->input->language, namer->arena, error) != ERROR_NONE)
        return error->code;
    at = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < enums[i].label_count; j++)
            enums[i].labels[j].name = claims[at++].names[0];
    return ERROR_NONE;
}

enum error_code code_names_settle(struct code_model *model, const struct code_sources *sources,
                                  const struct code_model_input *input, struct arena *arena, struct error *error)
{
    struct namer namer = {model, input, arena};

    if (name_types(&namer, sources, error) != ERROR_NONE)
        return error->code;
    for (size_t i = 0; i < model->record_count; i++)
        if (name_fields(&namer, model->records[i], error) != ERROR_NONE)
            return error->code;
    if (input->language->members_are_shared)
        return name_members(&namer, model->enums, model->enum_count, error);
    for (size_t i = 0; i < model->enum_count; i++)
        if (name_members(&namer, &model->enums[i], 1, error) != ERROR_NONE)
            return error->code;
    return ERROR_NONE;
}
