/* Collecting rows. What they mean together is worked out in catalog_resolve.c. */
#include "sources/catalog.h"

#include <stdint.h>

#include "base/hash.h"
#include "base/memory.h"
#include "sources/catalog_private.h"

static const char doing[] = "reading a catalogue";

enum error_code catalog_memory(const struct catalog *catalog, struct error *error)
{
    return arena_error(catalog->arena, error, doing);
}

enum error_code catalog_new(struct catalog **ret_catalog, struct arena *arena, struct text secret_key,
                            struct error *error)
{
    struct catalog *catalog = mem_alloc(sizeof *catalog);

    if (catalog == NULL)
        return error_memory(error, doing);
    memset(catalog, 0, sizeof *catalog);
    catalog->arena = arena;
    catalog->secret_key = secret_key;
    catalog->now = (struct collected){.object_end = &catalog->objects,
                                      .part_end = &catalog->parts,
                                      .attachment_end = &catalog->attachments,
                                      .hidden_end = &catalog->hidden};
    *ret_catalog = catalog;
    return ERROR_NONE;
}

void catalog_free(struct catalog *catalog)
{
    if (catalog == NULL)
        return;
    id_table_clear(&catalog->ids);
    mem_free(catalog);
}

/* The number of a catalogue's name, which is copied; 0 for no name. */
static enum error_code intern_catalogue(struct catalog *catalog, struct text name, uint16_t *ret_number,
                                        struct error *error)
{
    uint16_t i = 0;

    *ret_number = 0;
    if (name.length == 0)
        return ERROR_NONE;
    while (i < catalog->catalogue_count && !text_equal(catalog->catalogues[i], name))
        i++;
    if (i == catalog->catalogue_count) {
        if (i == CATALOGUES_MAX)
            return error_set(error, ERROR_LIMIT, "more than %d catalogues are referred to", CATALOGUES_MAX);
        name.bytes = arena_string(catalog->arena, name);
        if (name.bytes == NULL)
            return catalog_memory(catalog, error);
        catalog->catalogues[catalog->catalogue_count++] = name;
    }
    *ret_number = (uint16_t)(i + 1);
    return ERROR_NONE;
}

/* Attribute names outlive the query's labels, and equal names share one text. */
static enum error_code intern_name(struct catalog *catalog, struct label *label, struct error *error)
{
    unsigned i = 0;

    while (i < catalog->name_count && !text_equal(catalog->names[i], label->name))
        i++;
    if (i == catalog->name_count) {
        if (i == NAMES_MAX)
            return error_set(error, ERROR_LIMIT, "a catalogue has more than %d attribute names", NAMES_MAX);
        catalog->names[i].bytes = arena_string(catalog->arena, label->name);
        catalog->names[i].length = label->name.length;
        if (catalog->names[i].bytes == NULL)
            return catalog_memory(catalog, error);
        catalog->name_count++;
    }
    catalog->name_is_set[i] |= label->form == FORM_SET;
    label->name = catalog->names[i];
    return ERROR_NONE;
}

static enum role role_from_name(struct text name)
{
    static const struct {
        const char *name;
        enum role role;
    } roles[] = {
        {"kind", ROLE_KIND},
        {"schema", ROLE_SCHEMA},
        {"name", ROLE_NAME},
        {"signature", ROLE_SIGNATURE},
        {"id", ROLE_ID},
        {"alias_id", ROLE_ALIAS_ID},
        {"part_of", ROLE_PART_OF},
        {"part_of_id", ROLE_PART_OF_ID},
        {"of", ROLE_OF},
        {"of_id", ROLE_OF_ID},
        {"of_sub_id", ROLE_OF_SUB_ID},
        {"gap", ROLE_GAP},
    };

    for (size_t i = 0; i < LENGTH_OF(roles); i++)
        if (text_equal(name, text_from(roles[i].name)))
            return roles[i].role;
    return ROLE_ATTRIBUTE;
}

/* Whether `text` ends in `suffix`, which is then cut off. */
static bool cut_suffix(struct text *text, struct text suffix)
{
    if (text->length < suffix.length ||
        memcmp(text->bytes + text->length - suffix.length, suffix.bytes, suffix.length) != 0)
        return false;
    text->length -= suffix.length;
    return true;
}

/* Split a label into the attribute's name and what its suffix says. `reference` is what stands behind an @. */
static struct label parse_label(struct text text, struct text *ret_reference)
{
    const char *at = memchr(text.bytes, '@', text.length);
    struct label label = {.form = FORM_TEXT, .target = -1};

    *ret_reference = (struct text){"", 0};
    if (at != NULL) {
        size_t before = (size_t)(at - text.bytes);

        *ret_reference = (struct text){at + 1, text.length - before - 1};
        text.length = before;
        label.form = text_starts_with(*ret_reference, TEXT("column")) ? FORM_COLUMNS
                     : cut_suffix(&text, TEXT("[]"))                  ? FORM_REFERENCES
                                                                      : FORM_REFERENCE;
    } else if (cut_suffix(&text, TEXT("[]"))) {
        label.form = FORM_LIST;
    } else if (cut_suffix(&text, TEXT("{}"))) {
        label.form = FORM_SET;
    }
    label.secret = cut_suffix(&text, TEXT("!"));
    label.name = text;
    return label;
}

/* Find the label that `name@column:X` refers to. */
static enum error_code link_target(struct catalog *catalog, struct label *label, struct text reference,
                                   struct error *error)
{
    struct text name = {reference.bytes + 7, reference.length - 7}; /* behind "column:" */

    for (unsigned i = 0; i < catalog->label_count; i++)
        if (catalog->labels[i].form == FORM_REFERENCE && text_equal(catalog->labels[i].name, name)) {
            label->target = (int)i;
            label->catalogue = catalog->labels[i].catalogue;
            return ERROR_NONE;
        }
    return error_set(error, ERROR_INTERNAL, "%s: the column '%.*s' refers to no other", catalog->query->file->name,
                     TEXT_ARGS(label->name));
}

static enum error_code read_label(struct catalog *catalog, unsigned at, struct text text, struct text *ret_reference,
                                  struct error *error)
{
    struct label label = parse_label(text, ret_reference);

    if (catalog->query->dictionary.length > 0)
        label.role = text_equal(text, TEXT("id")) ? ROLE_ID : ROLE_TEXT;
    else if (label.form == FORM_TEXT && !label.secret)
        label.role = role_from_name(label.name);
    if (label.role != ROLE_ATTRIBUTE)
        catalog->roles[label.role] = (int)at;
    else if (intern_name(catalog, &label, error) != ERROR_NONE)
        return error->code;
    if ((label.form == FORM_REFERENCE || label.form == FORM_REFERENCES) &&
        intern_catalogue(catalog, *ret_reference, &label.catalogue, error) != ERROR_NONE)
        return error->code;
    catalog->labels[at] = label;
    return ERROR_NONE;
}

enum error_code catalog_begin(struct catalog *catalog, const struct catalog_query *query, const char *const *labels,
                              unsigned label_count, struct error *error)
{
    struct text references[CATALOG_LABELS_MAX];

    if (label_count > CATALOG_LABELS_MAX)
        return error_set(error, ERROR_INTERNAL, "%s: more than %d columns", query->file->name, CATALOG_LABELS_MAX);
    catalog->query = query;
    catalog->plain_lines = query->plain_lines;
    catalog->before = catalog->now;
    catalog->label_count = label_count;
    catalog->labels = arena_array(catalog->arena, label_count, sizeof *catalog->labels);
    if (catalog->labels == NULL)
        return catalog_memory(catalog, error);
    for (unsigned i = 0; i < ROLE_COUNT; i++)
        catalog->roles[i] = -1;
    for (unsigned i = 0; i < label_count; i++)
        if (read_label(catalog, i, text_from(labels[i]), &references[i], error) != ERROR_NONE)
            return error->code;
    for (unsigned i = 0; i < label_count; i++)
        if (catalog->labels[i].form == FORM_COLUMNS && references[i].length > 7 &&
            link_target(catalog, &catalog->labels[i], references[i], error) != ERROR_NONE)
            return error->code;
    if (intern_catalogue(catalog, query->catalogue, &catalog->catalogue, error) != ERROR_NONE ||
        intern_catalogue(catalog, query->alias, &catalog->alias, error) != ERROR_NONE ||
        intern_catalogue(catalog, query->part_of, &catalog->part_of, error) != ERROR_NONE ||
        intern_catalogue(catalog, query->dictionary, &catalog->dictionary, error) != ERROR_NONE)
        return error->code;
    return ERROR_NONE;
}

void catalog_drop_rows(struct catalog *catalog, const struct catalog_query *query)
{
    if (catalog->query != query)
        return; /* what came last are the rows of another query, which did not fail */
    catalog->now = catalog->before;
    *catalog->now.object_end = NULL;
    *catalog->now.part_end = NULL;
    *catalog->now.attachment_end = NULL;
    *catalog->now.hidden_end = NULL;
}

/* The value in the column that has a role; absent when there is none. */
static struct text role_value(const struct catalog *catalog, const struct text *values, enum role role)
{
    return catalog->roles[role] < 0 ? (struct text){NULL, 0} : values[catalog->roles[role]];
}

/* A number, or 0 when the value is absent or none. */
static uint64_t number(struct text value)
{
    uint64_t result = 0;

    for (size_t i = 0; i < value.length; i++) {
        if (value.bytes[i] < '0' || value.bytes[i] > '9')
            return 0;
        result = result * 10 + (uint64_t)(value.bytes[i] - '0');
    }
    return result;
}

/* The place where an equal text may lie that was kept before. */
static struct text *recent_text(struct catalog *catalog, struct text text)
{
    uint32_t hash = 2166136261u;

    for (size_t i = 0; i < text.length; i++)
        hash = (hash ^ (unsigned char)text.bytes[i]) * 16777619u;
    return &catalog->recent[(hash ^ hash >> 15) % RECENT_MAX];
}

/* Bytes that are no UTF-8 become \xNN, so that everything behind this point may rely on it. */
static size_t escape_bytes(char *output, struct text text)
{
    static const char digits[] = "0123456789abcdef";
    size_t length = 0;

    for (size_t i = 0; i < text.length; i++) {
        unsigned char byte = (unsigned char)text.bytes[i];

        if (byte < 0x80) {
            output[length++] = (char)byte;
            continue;
        }
        output[length++] = '\\';
        output[length++] = 'x';
        output[length++] = digits[byte >> 4];
        output[length++] = digits[byte & 15];
    }
    return length;
}

/* Lines end in LF, whatever the tool was that sent them. */
static size_t drop_carriage_returns(char *text, size_t length)
{
    size_t kept = 0;

    for (size_t i = 0; i < length; i++)
        if (text[i] != '\r' || i + 1 == length || text[i + 1] != '\n')
            text[kept++] = text[i];
    return kept;
}

/* Make a text live as long as the arena. */
static enum error_code keep_text(struct catalog *catalog, struct text *text, struct error *error)
{
    struct text *recent = text->length > RECENT_LENGTH_MAX ? NULL : recent_text(catalog, *text);
    bool clean;
    char *copy;

    if (recent != NULL && recent->bytes != NULL && text_equal(*recent, *text)) {
        *text = *recent;
        return ERROR_NONE;
    }
    clean = text_is_utf8(*text);
    copy = arena_alloc(catalog->arena, (clean ? text->length : text->length * 4) + 1);
    if (copy == NULL)
        return catalog_memory(catalog, error);
    if (clean)
        memcpy(copy, text->bytes, text->length);
    else
        text->length = escape_bytes(copy, *text);
    if (catalog->plain_lines)
        text->length = drop_carriage_returns(copy, text->length);
    text->bytes = copy;
    if (recent != NULL && clean)
        *recent = *text;
    return ERROR_NONE;
}

/* What may be kept of a secret: that it is there, or a digest that tells whether two are equal to those who hold the
 * key. `prefix` stays in front. */
static enum error_code conceal(struct catalog *catalog, struct text prefix, struct text *secret, struct error *error)
{
    char hex[HASH_HEX_SIZE];
    struct hash digest;
    char *kept;

    if (catalog->secret_key.length == 0) {
        kept = arena_printf(catalog->arena, "%.*sset", TEXT_ARGS(prefix));
    } else {
        if (hash_keyed(catalog->secret_key, *secret, &digest, error) != ERROR_NONE)
            return error->code;
        hash_to_hex(&digest, hex);
        kept = arena_printf(catalog->arena, "%.*shmac-sha256:%s", TEXT_ARGS(prefix), hex);
    }
    if (kept == NULL)
        return catalog_memory(catalog, error);
    *secret = text_from(kept);
    return ERROR_NONE;
}

static enum error_code conceal_items(struct catalog *catalog, struct text *items, uint32_t count, struct error *error)
{
    for (uint32_t i = 0; i < count; i++) {
        const char *equals = memchr(items[i].bytes, '=', items[i].length);
        size_t before = equals == NULL ? 0 : (size_t)(equals - items[i].bytes) + 1;
        struct text name = {items[i].bytes, before};

        items[i] = (struct text){items[i].bytes + before, items[i].length - before};
        if (conceal(catalog, name, &items[i], error) != ERROR_NONE)
            return error->code;
    }
    return ERROR_NONE;
}

/* Read a value that is a list, or one item of it in a file that attaches. */
static enum error_code read_list(struct catalog *catalog, const struct label *label, struct text value,
                                 struct attribute *attribute, struct error *error)
{
    struct text *items;
    uint32_t count = 1;

    if (!catalog->query->attach) {
        if (catalog_list_parse(value, catalog->arena, &items, &count, error) != ERROR_NONE)
            return error->code;
    } else {
        items = arena_array(catalog->arena, 1, sizeof *items);
        if (items == NULL)
            return catalog_memory(catalog, error);
        items[0] = value;
    }
    for (uint32_t i = 0; i < count; i++)
        if (keep_text(catalog, &items[i], error) != ERROR_NONE)
            return error->code;
    if (label->secret && conceal_items(catalog, items, count, error) != ERROR_NONE)
        return error->code;
    *attribute = (struct attribute){.name = label->name, .items = items, .count = count, .is_list = true};
    return ERROR_NONE;
}

static enum error_code defer(struct catalog *catalog, const struct label *label, struct text value,
                             const struct text *values, struct attributes *attributes, struct error *error)
{
    struct pending *pending = arena_alloc(catalog->arena, sizeof *pending);

    if (pending == NULL || keep_text(catalog, &value, error) != ERROR_NONE)
        return catalog_memory(catalog, error);
    *pending = (struct pending){.next = attributes->pending, .label = label, .value = value};
    if (label->target >= 0)
        pending->target = number(values[label->target]);
    attributes->pending = pending;
    return ERROR_NONE;
}

/* The plain values of a row share one block with the attributes that hold them: there are very many rows. */
static enum error_code read_attributes(struct catalog *catalog, const struct text *values,
                                       struct attributes *ret_attributes, struct error *error)
{
    struct attributes attributes = {0};
    uint32_t present = 0;
    struct text *items;

    for (unsigned i = 0; i < catalog->label_count; i++)
        present += catalog->labels[i].role == ROLE_ATTRIBUTE && values[i].bytes != NULL;
    attributes.array = arena_alloc(catalog->arena, present * (sizeof *attributes.array + sizeof *items));
    if (attributes.array == NULL)
        return catalog_memory(catalog, error);
    attributes.capacity = present;
    items = (struct text *)(attributes.array + present);
    for (unsigned i = 0; i < catalog->label_count; i++) {
        const struct label *label = &catalog->labels[i];
        struct attribute *attribute = &attributes.array[attributes.count];

        if (label->role != ROLE_ATTRIBUTE || values[i].bytes == NULL)
            continue;
        if (label->form >= FORM_COLUMNS) {
            if (defer(catalog, label, values[i], values, &attributes, error) != ERROR_NONE)
                return error->code;
            continue; /* resolving adds the attribute: there is room for it */
        }
        attributes.count++;
        if (label->form != FORM_TEXT) {
            if (read_list(catalog, label, values[i], attribute, error) != ERROR_NONE)
                return error->code;
            continue;
        }
        *items = values[i];
        if ((label->secret ? conceal(catalog, (struct text){"", 0}, items, error) : keep_text(catalog, items, error)) !=
            ERROR_NONE)
            return error->code;
        *attribute = (struct attribute){.name = label->name, .items = items++, .count = 1};
    }
    *ret_attributes = attributes;
    return ERROR_NONE;
}

static enum error_code bad_row(const struct catalog *catalog, const char *what, struct error *error)
{
    return error_set(error, ERROR_INTERNAL, "%s: a row %s", catalog->query->file->name, what);
}

static enum kind row_kind(const struct catalog *catalog, const struct text *values)
{
    struct text name = role_value(catalog, values, ROLE_KIND);

    return name.bytes == NULL ? catalog->query->kind : kind_from_name(name);
}

static enum error_code add_object(struct catalog *catalog, const struct text *values, enum kind kind,
                                  struct error *error)
{
    static const enum role path_roles[][PATH_MAX_ELEMENTS] = {
        [1] = {ROLE_NAME},
        [2] = {ROLE_SCHEMA, ROLE_NAME},
        [3] = {ROLE_SCHEMA, ROLE_NAME, ROLE_SIGNATURE},
    };
    struct object_item *item = arena_alloc(catalog->arena, sizeof *item);

    if (item == NULL)
        return catalog_memory(catalog, error);
    *item = (struct object_item){.kind = kind,
                                 .path.count = path_style_elements(kind_facts(kind)->path),
                                 .id = number(role_value(catalog, values, ROLE_ID)),
                                 .alias_id = number(role_value(catalog, values, ROLE_ALIAS_ID)),
                                 .catalogue = catalog->catalogue,
                                 .alias_catalogue = catalog->alias,
                                 .gap = role_value(catalog, values, ROLE_GAP)};
    for (uint32_t i = 0; i < item->path.count; i++) {
        item->path.elements[i] = role_value(catalog, values, path_roles[item->path.count][i]);
        if (item->path.elements[i].bytes == NULL)
            return bad_row(catalog, "lacks an element of its path", error);
        if (keep_text(catalog, &item->path.elements[i], error) != ERROR_NONE)
            return error->code;
    }
    if (item->gap.bytes != NULL && keep_text(catalog, &item->gap, error) != ERROR_NONE)
        return error->code;
    if (read_attributes(catalog, values, &item->attributes, error) != ERROR_NONE)
        return error->code;
    *catalog->now.object_end = item;
    catalog->now.object_end = &item->next;
    catalog->now.object_count++;
    return ERROR_NONE;
}

static enum error_code keep_part_of(struct catalog *catalog, const struct text *values, struct part_item *item,
                                    struct error *error)
{
    struct text path = role_value(catalog, values, ROLE_PART_OF);
    struct text *kept;

    if (catalog->roles[ROLE_PART_OF_ID] >= 0) {
        if (catalog->part_of == 0)
            return bad_row(catalog, "has a number of a catalogue that the file does not name", error);
        item->of_catalogue = catalog->part_of;
        item->of.id = number(role_value(catalog, values, ROLE_PART_OF_ID));
        return ERROR_NONE;
    }
    if (path.bytes == NULL)
        return bad_row(catalog, "does not say of what it is a part", error);
    kept = arena_alloc(catalog->arena, sizeof *kept);
    if (kept == NULL)
        return catalog_memory(catalog, error);
    *kept = path;
    item->of.path = kept;
    return keep_text(catalog, kept, error);
}

static enum error_code add_part(struct catalog *catalog, const struct text *values, enum kind kind, struct error *error)
{
    struct part_item *item = arena_alloc(catalog->arena, sizeof *item);

    if (item == NULL)
        return catalog_memory(catalog, error);
    *item = (struct part_item){.kind = (uint16_t)kind,
                               .id = number(role_value(catalog, values, ROLE_ID)),
                               .alias_id = number(role_value(catalog, values, ROLE_ALIAS_ID)),
                               .catalogue = catalog->catalogue,
                               .alias_catalogue = catalog->alias,
                               .name = role_value(catalog, values, ROLE_NAME)};
    if (item->name.bytes == NULL)
        return bad_row(catalog, "lacks a name", error);
    if (keep_text(catalog, &item->name, error) != ERROR_NONE ||
        keep_part_of(catalog, values, item, error) != ERROR_NONE ||
        read_attributes(catalog, values, &item->attributes, error) != ERROR_NONE)
        return error->code;
    *catalog->now.part_end = item;
    catalog->now.part_end = &item->next;
    return ERROR_NONE;
}

static enum error_code add_attachment(struct catalog *catalog, const struct text *values, struct error *error)
{
    struct text of = role_value(catalog, values, ROLE_OF);
    struct attachment *item = arena_alloc(catalog->arena, sizeof *item);

    if (item == NULL)
        return catalog_memory(catalog, error);
    *item = (struct attachment){.of_id = number(role_value(catalog, values, ROLE_OF_ID)),
                                .of_sub_id = number(role_value(catalog, values, ROLE_OF_SUB_ID)),
                                .of_catalogue = catalog->part_of};
    if (of.bytes != NULL && intern_catalogue(catalog, of, &item->of_catalogue, error) != ERROR_NONE)
        return error->code;
    if (item->of_catalogue == 0)
        return bad_row(catalog, "does not say to what it belongs", error);
    if (read_attributes(catalog, values, &item->attributes, error) != ERROR_NONE)
        return error->code;
    *catalog->now.attachment_end = item;
    catalog->now.attachment_end = &item->next;
    return ERROR_NONE;
}

static enum error_code add_word(struct catalog *catalog, const struct text *values, struct error *error)
{
    struct id_slot slot = {.id = number(role_value(catalog, values, ROLE_ID)),
                           .catalogue = catalog->dictionary,
                           .text = role_value(catalog, values, ROLE_TEXT)};

    if (slot.text.bytes == NULL)
        return ERROR_NONE;
    if (keep_text(catalog, &slot.text, error) != ERROR_NONE)
        return error->code;
    return id_table_add(&catalog->ids, &slot) ? ERROR_NONE : error_memory(error, doing);
}

/* A gap without a name is one of the whole kind. */
static bool is_gap_of_kind(const struct catalog *catalog, const struct text *values)
{
    return role_value(catalog, values, ROLE_GAP).bytes != NULL && role_value(catalog, values, ROLE_NAME).bytes == NULL;
}

static enum error_code add_gap_of_kind(struct catalog *catalog, const struct text *values, enum kind kind,
                                       struct error *error)
{
    const char *reason = arena_string(catalog->arena, role_value(catalog, values, ROLE_GAP));

    if (reason == NULL)
        return catalog_memory(catalog, error);
    return catalog_add_gap(catalog, kind, (struct text){"", 0}, reason, error);
}

enum error_code catalog_row(struct catalog *catalog, const struct text *values, struct error *error)
{
    enum kind kind;

    if (catalog->query->dictionary.length > 0)
        return add_word(catalog, values, error);
    if (catalog->query->attach)
        return add_attachment(catalog, values, error);
    if (catalog->query->hidden)
        return catalog_hide(catalog, values, error);
    kind = row_kind(catalog, values);
    if (kind == KIND_NONE)
        return bad_row(catalog, "is of a kind that does not exist", error);
    if (is_gap_of_kind(catalog, values))
        return add_gap_of_kind(catalog, values, kind, error);
    return kind_facts(kind)->is_part ? add_part(catalog, values, kind, error)
                                     : add_object(catalog, values, kind, error);
}

enum error_code catalog_add_gap(struct catalog *catalog, enum kind kind, struct text object, const char *reason,
                                struct error *error)
{
    struct coverage_gap gap = {.kind = kind, .object = object, .reason = text_from(reason)};

    if (catalog->now.gap_count == catalog->gap_capacity) {
        uint32_t capacity = catalog->gap_capacity == 0 ? 16 : catalog->gap_capacity * 2;
        struct coverage_gap *gaps = arena_array(catalog->arena, capacity, sizeof *gaps);

        if (gaps == NULL)
            return catalog_memory(catalog, error);
        if (catalog->now.gap_count > 0)
            memcpy(gaps, catalog->gaps, catalog->now.gap_count * sizeof *gaps);
        catalog->gaps = gaps;
        catalog->gap_capacity = capacity;
    }
    if (keep_text(catalog, &gap.object, error) != ERROR_NONE || keep_text(catalog, &gap.reason, error) != ERROR_NONE)
        return error->code;
    catalog->gaps[catalog->now.gap_count++] = gap;
    return ERROR_NONE;
}
