#include "contract/contract_set.h"

#include <stdlib.h>

#include "base/buffer.h"

enum { DOMAIN_CONTRACT = 1, DOMAIN_SET = 2 };

static const char doing[] = "putting contracts together";

/* ---- fingerprints ---- */

static void add_text(struct buffer *buffer, struct text text)
{
    buffer_add_varint(buffer, text.length);
    buffer_add_text(buffer, text);
}

static void add_texts(struct buffer *buffer, const struct text *texts, size_t count)
{
    buffer_add_varint(buffer, count);
    for (size_t i = 0; i < count; i++)
        add_text(buffer, texts[i]);
}

static void add_type(struct buffer *buffer, const struct contract_type *type)
{
    add_text(buffer, type->exact);
    add_texts(buffer, type->any_of, type->any_count);
    add_text(buffer, type->family);
    add_text(buffer, type->at_least);
}

static void add_lists(struct buffer *buffer, const struct contract_columns *lists, size_t count)
{
    buffer_add_varint(buffer, count);
    for (size_t i = 0; i < count; i++)
        add_texts(buffer, lists[i].names, lists[i].count);
}

static void add_requirement(struct buffer *buffer, const struct contract_requirement *requirement)
{
    buffer_add_varint(buffer, (unsigned)requirement->kind);
    add_text(buffer, requirement->path);
    buffer_add_varint(buffer, requirement->column_count);
    for (size_t i = 0; i < requirement->column_count; i++) {
        const struct contract_column *column = &requirement->columns[i];

        add_text(buffer, column->name);
        add_type(buffer, &column->type);
        buffer_add_byte(buffer, (uint8_t)column->nullable);
        buffer_add_byte(buffer, column->has_default ? 1 : 0);
        add_text(buffer, column->value);
        buffer_add_byte(buffer, (uint8_t)column->defaulted);
    }
    add_lists(buffer, requirement->keys, requirement->key_count);
    add_lists(buffer, requirement->indexes, requirement->index_count);
    add_texts(buffer, requirement->labels, requirement->label_count);
    add_type(buffer, &requirement->returns);
}

static void add_contract(struct buffer *buffer, const struct contract *contract)
{
    add_text(buffer, contract->name);
    add_text(buffer, contract->owner);
    add_texts(buffer, contract->consumers, contract->consumer_count);
    add_text(buffer, contract->database);
    add_texts(buffer, contract->environments, contract->environment_count);
    buffer_add_byte(buffer, (uint8_t)contract->severity);
    buffer_add_varint(buffer, contract->requirement_count);
    for (size_t i = 0; i < contract->requirement_count; i++)
        add_requirement(buffer, &contract->requirements[i]);
}

static enum error_code mark(struct contract_set *set, struct contract *contracts, struct hasher *hasher,
                            struct error *error)
{
    CLEANUP(buffer_clear) struct buffer one, all;

    buffer_init(&one);
    buffer_init(&all);
    for (size_t i = 0; i < set->count; i++) {
        buffer_reset(&one);
        add_contract(&one, &contracts[i]);
        contracts[i].fingerprint = hasher_digest(hasher, DOMAIN_CONTRACT, buffer_text(&one));
        buffer_add(&all, contracts[i].fingerprint.bytes, HASH_SIZE);
    }
    if (buffer_check(&one, error, doing) != ERROR_NONE || buffer_check(&all, error, doing) != ERROR_NONE)
        return error->code;
    set->fingerprint = hasher_digest(hasher, DOMAIN_SET, buffer_text(&all));
    return ERROR_NONE;
}

/* ---- sets ---- */

static int compare_contracts(const void *a, const void *b)
{
    const struct contract *x = a, *y = b;
    int order = text_compare(x->name, y->name);

    if (order == 0)
        order = text_compare(x->file, y->file);
    return order != 0 ? order : (x->line < y->line ? -1 : x->line > y->line);
}

enum error_code contract_set_make(struct contract_set *ret_set, struct contract *contracts, size_t count,
                                  struct error *error)
{
    struct contract_set set = {.contracts = contracts, .count = count};
    struct hasher *hasher = NULL;
    enum error_code code;

    if (count > CONTRACT_LIMIT)
        return error_set(error, ERROR_CONFIG, "there are more than %d contracts", CONTRACT_LIMIT);
    if (count > 1)
        qsort(contracts, count, sizeof *contracts, compare_contracts);
    for (size_t i = 1; i < count; i++) {
        const struct contract *first = &contracts[i - 1], *second = &contracts[i];

        if (!text_equal(first->name, second->name))
            continue;
        return error_set(error, ERROR_CONFIG, "%.*s:%u:%u: the contract '%.*s' is there twice, before at %.*s:%u",
                         TEXT_ARGS(second->file), second->line, second->column, TEXT_ARGS(second->name),
                         TEXT_ARGS(first->file), first->line);
    }
    if (hasher_new(&hasher, error) != ERROR_NONE)
        return error->code;
    code = mark(&set, contracts, hasher, error);
    hasher_free(hasher);
    if (code == ERROR_NONE)
        *ret_set = set;
    return code;
}

enum error_code contract_sets_join(struct contract_set *ret_set, const struct contract_set *a,
                                   const struct contract_set *b, struct arena *arena, struct error *error)
{
    struct contract *all = arena_array(arena, a->count + b->count, sizeof *all);

    if (all == NULL)
        return arena_error(arena, error, doing);
    for (size_t i = 0; i < a->count; i++)
        all[i] = a->contracts[i];
    for (size_t i = 0; i < b->count; i++)
        all[a->count + i] = b->contracts[i];
    return contract_set_make(ret_set, all, a->count + b->count, error);
}

const struct contract *contract_set_find(const struct contract_set *set, struct text name)
{
    size_t low = 0, high = set->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = text_compare(set->contracts[middle].name, name);

        if (order == 0)
            return &set->contracts[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* ---- copies ---- */

/* Fails once and for all: the arena tells why. */
struct copying {
    struct arena *arena;
    bool failed;
};

static struct text copy_text(struct copying *copying, struct text text)
{
    const char *bytes = arena_string(copying->arena, text);

    copying->failed = copying->failed || bytes == NULL;
    return (struct text){bytes, bytes == NULL ? 0 : text.length};
}

static const struct text *copy_texts(struct copying *copying, const struct text *texts, size_t count)
{
    struct text *copy = arena_array(copying->arena, count, sizeof *copy);

    copying->failed = copying->failed || copy == NULL;
    for (size_t i = 0; i < count && !copying->failed; i++)
        copy[i] = copy_text(copying, texts[i]);
    return copy;
}

static struct contract_type copy_type(struct copying *copying, const struct contract_type *type)
{
    return (struct contract_type){
        .exact = copy_text(copying, type->exact),
        .any_of = copy_texts(copying, type->any_of, type->any_count),
        .any_count = type->any_count,
        .family = copy_text(copying, type->family),
        .at_least = copy_text(copying, type->at_least),
    };
}

static const struct contract_column *copy_columns(struct copying *copying, const struct contract_column *columns,
                                                  size_t count)
{
    struct contract_column *copy = arena_array(copying->arena, count, sizeof *copy);

    copying->failed = copying->failed || copy == NULL;
    for (size_t i = 0; i < count && !copying->failed; i++) {
        copy[i] = columns[i];
        copy[i].name = copy_text(copying, columns[i].name);
        copy[i].type = copy_type(copying, &columns[i].type);
        copy[i].value = copy_text(copying, columns[i].value);
    }
    return copy;
}

static const struct contract_columns *copy_lists(struct copying *copying, const struct contract_columns *lists,
                                                 size_t count)
{
    struct contract_columns *copy = arena_array(copying->arena, count, sizeof *copy);

    copying->failed = copying->failed || copy == NULL;
    for (size_t i = 0; i < count && !copying->failed; i++) {
        copy[i] = lists[i];
        copy[i].names = copy_texts(copying, lists[i].names, lists[i].count);
    }
    return copy;
}

static const struct contract_requirement *
copy_requirements(struct copying *copying, const struct contract_requirement *requirements, size_t count)
{
    struct contract_requirement *copy = arena_array(copying->arena, count, sizeof *copy);

    copying->failed = copying->failed || copy == NULL;
    for (size_t i = 0; i < count && !copying->failed; i++) {
        const struct contract_requirement *from = &requirements[i];

        copy[i] = *from;
        copy[i].path = copy_text(copying, from->path);
        copy[i].columns = copy_columns(copying, from->columns, from->column_count);
        copy[i].keys = copy_lists(copying, from->keys, from->key_count);
        copy[i].indexes = copy_lists(copying, from->indexes, from->index_count);
        copy[i].labels = copy_texts(copying, from->labels, from->label_count);
        copy[i].returns = copy_type(copying, &from->returns);
    }
    return copy;
}

static void copy_contract(struct copying *copying, struct contract *to, const struct contract *from)
{
    *to = *from;
    to->name = copy_text(copying, from->name);
    to->owner = copy_text(copying, from->owner);
    to->consumers = copy_texts(copying, from->consumers, from->consumer_count);
    to->database = copy_text(copying, from->database);
    to->environments = copy_texts(copying, from->environments, from->environment_count);
    to->requirements = copy_requirements(copying, from->requirements, from->requirement_count);
    to->file = copy_text(copying, from->file);
}

enum error_code contract_set_copy(struct contract_set *ret_set, const struct contract_set *set, struct arena *arena,
                                  struct error *error)
{
    struct copying copying = {.arena = arena};
    struct contract *contracts = arena_array(arena, set->count, sizeof *contracts);

    copying.failed = contracts == NULL;
    for (size_t i = 0; i < set->count && !copying.failed; i++)
        copy_contract(&copying, &contracts[i], &set->contracts[i]);
    if (copying.failed)
        return arena_error(arena, error, "copying contracts");
    *ret_set = *set;
    ret_set->contracts = contracts;
    return ERROR_NONE;
}
