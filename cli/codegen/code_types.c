#include "codegen/code_types.h"

#include <stdlib.h>

#include "base/buffer.h"

enum { DEPTH_LIMIT = 16, NAME_LIMIT = 1024 };

/* ---- names ---- */

static int compare_paths(const struct path *a, const struct path *b)
{
    for (uint32_t i = 0; i < a->count && i < b->count; i++) {
        int order = text_compare(a->elements[i], b->elements[i]);

        if (order != 0)
            return order;
    }
    return a->count == b->count ? 0 : (a->count < b->count ? -1 : 1);
}

static int compare_named(const void *a, const void *b)
{
    return compare_paths(&((const struct named_type *)a)->path, &((const struct named_type *)b)->path);
}

void code_types_sort(struct code_types *types)
{
    qsort(types->named, types->count, sizeof *types->named, compare_named);
}

/* One name, in double quotes or bare, into bytes that hold it. */
static bool read_element(struct text *rest, char *bytes, size_t *used, struct text *ret_element)
{
    size_t at = 0, begin = *used;
    bool quoted = rest->length > 0 && rest->bytes[0] == '"';

    for (at = quoted; at < rest->length; at++) {
        char c = rest->bytes[at];

        if (quoted && c == '"' && (at + 1 == rest->length || rest->bytes[at + 1] != '"'))
            break;
        if (!quoted && (c == '.' || c == '(' || c == '[' || c == ' '))
            break;
        at += quoted && c == '"';
        if (*used == NAME_LIMIT)
            return false;
        bytes[(*used)++] = c;
    }
    if (quoted && at == rest->length)
        return false;
    at += quoted;
    *rest = (struct text){rest->bytes + at, rest->length - at};
    *ret_element = (struct text){bytes + begin, *used - begin};
    return *used > begin;
}

/* The name of a type, without what stands in parentheses behind it. */
static bool read_name(struct text spelling, char bytes[NAME_LIMIT], struct path *ret_path)
{
    size_t used = 0;

    ret_path->count = 0;
    while (ret_path->count < 2) {
        if (!read_element(&spelling, bytes, &used, &ret_path->elements[ret_path->count++]))
            return false;
        if (spelling.length == 0 || spelling.bytes[0] != '.')
            break;
        spelling = (struct text){spelling.bytes + 1, spelling.length - 1};
    }
    return spelling.length == 0 || spelling.bytes[0] == '(';
}

static const struct named_type *find(const struct code_types *types, struct text spelling)
{
    char bytes[NAME_LIMIT];
    struct named_type key = {.path = {.count = 0}};

    if (types->count == 0 || !read_name(spelling, bytes, &key.path))
        return NULL;
    return bsearch(&key, types->named, types->count, sizeof *types->named, compare_named);
}

/* ---- types ---- */

static const struct type_wish *find_wish(const struct code_types *types, struct text spelling, struct text column)
{
    for (size_t i = 0; i < types->options->type_count; i++) {
        const struct type_wish *wish = &types->options->types[i];

        if ((wish->type.length == 0 || glob_matches(wish->type, spelling)) &&
            (wish->column.glob.length == 0 ||
             ignore_pattern_matches(&wish->column, KIND_COLUMN, column, KIND_COLUMN, column)))
            return wish;
    }
    return NULL;
}

/* The type of the ends of one of the ranges that are built in, or NULL. */
static const char *range_of(struct text spelling)
{
    static const struct {
        struct text range, multirange;
        const char *inside;
    } ranges[] = {
        {TEXT_INIT("int4range"), TEXT_INIT("int4multirange"), "integer"},
        {TEXT_INIT("int8range"), TEXT_INIT("int8multirange"), "bigint"},
        {TEXT_INIT("numrange"), TEXT_INIT("nummultirange"), "numeric"},
        {TEXT_INIT("tsrange"), TEXT_INIT("tsmultirange"), "timestamp without time zone"},
        {TEXT_INIT("tstzrange"), TEXT_INIT("tstzmultirange"), "timestamp with time zone"},
        {TEXT_INIT("daterange"), TEXT_INIT("datemultirange"), "date"},
    };

    for (size_t i = 0; i < LENGTH_OF(ranges); i++)
        if (text_equal(spelling, ranges[i].range) || text_equal(spelling, ranges[i].multirange))
            return ranges[i].inside;
    return NULL;
}

/* What is asked for, on its way inwards. */
struct question {
    const struct code_types *types;
    struct text column;
    unsigned depth;
};

static enum error_code resolve(struct code_type *ret_type, const struct question *question, struct text spelling,
                               struct error *error);

static enum error_code resolve_inside(struct code_type *ret_type, const struct question *question, struct text inside,
                                      struct error *error)
{
    struct code_type *element = arena_alloc(question->types->arena, sizeof *element);

    if (element == NULL)
        return arena_error(question->types->arena, error, "resolving types");
    ret_type->element = element;
    return resolve(element, &(struct question){question->types, question->column, question->depth + 1}, inside, error);
}

static enum error_code resolve_named(struct code_type *ret_type, const struct question *question,
                                     const struct named_type *named, struct error *error)
{
    struct text spelling = ret_type->spelling;
    enum error_code code;

    if (named->base.length > 0) {
        code = resolve(ret_type, &(struct question){question->types, question->column, question->depth + 1},
                       named->base, error);
        ret_type->spelling = spelling;
        return code;
    }
    if (named->inside.length > 0) {
        ret_type->shape = CODE_RANGE;
        return resolve_inside(ret_type, question, named->inside, error);
    }
    ret_type->shape = named->of_enum != NULL ? CODE_ENUM : CODE_RECORD;
    ret_type->of_enum = named->of_enum;
    ret_type->of_record = named->of_record;
    return ERROR_NONE;
}

static enum error_code resolve(struct code_type *ret_type, const struct question *question, struct text spelling,
                               struct error *error)
{
    const struct named_type *named = find(question->types, spelling);
    const char *inside = range_of(spelling);

    *ret_type = (struct code_type){.shape = CODE_SCALAR, .spelling = spelling};
    if (question->depth > DEPTH_LIMIT)
        return ERROR_NONE;
    ret_type->wish = find_wish(question->types, spelling, question->column);
    if (ret_type->wish != NULL) {
        ret_type->shape = CODE_WISH;
        return ERROR_NONE;
    }
    if (spelling.length > 2 && memcmp(spelling.bytes + spelling.length - 2, "[]", 2) == 0) {
        ret_type->shape = CODE_ARRAY;
        return resolve_inside(ret_type, question, (struct text){spelling.bytes, spelling.length - 2}, error);
    }
    if (named != NULL)
        return resolve_named(ret_type, question, named, error);
    if (inside != NULL) {
        ret_type->shape = CODE_RANGE;
        return resolve_inside(ret_type, question, text_from(inside), error);
    }
    ret_type->scalar = code_scalar_of(question->types->engine, spelling);
    return ERROR_NONE;
}

enum error_code code_types_resolve(struct code_type *ret_type, const struct code_types *types, struct text spelling,
                                   struct text column, struct error *error)
{
    return resolve(ret_type, &(struct question){types, column, 0}, spelling, error);
}
