#include "drift/lineage.h"

#include <stdlib.h>

#include "drift/compare.h"
#include "drift/pairing.h"
#include "schema/canonical.h"

static const char doing[] = "following renames";

/* ---------------------------------------------------------------- renames that were found or sent */

enum error_code lineage_from_diff(struct lineage *ret_lineage, const struct diff *diff, int64_t step,
                                  struct arena *arena, struct error *error)
{
    struct rename *renames;
    size_t count = 0;

    for (uint32_t i = 0; i < diff->change_count; i++)
        count += diff->changes[i].effect == EFFECT_RENAMED;
    renames = arena_array(arena, count, sizeof *renames);
    if (renames == NULL)
        return arena_error(arena, error, doing);
    count = 0;
    for (uint32_t i = 0; i < diff->change_count; i++) {
        const struct change *change = &diff->changes[i];

        if (change->effect == EFFECT_RENAMED)
            renames[count++] = (struct rename){.kind = change->kind,
                                               .object_kind = change->object_kind,
                                               .owner = change->owner,
                                               .object = change->object,
                                               .renamed_from = change->renamed_from,
                                               .step = step};
    }
    *ret_lineage = (struct lineage){renames, count};
    return ERROR_NONE;
}

/* Whether a path is one of a part: the owner's, a dot, and a name. */
static bool is_within(struct text path, struct text owner)
{
    return path.length > owner.length + 1 && text_starts_with(path, owner) && path.bytes[owner.length] == '.';
}

bool rename_is_valid(const struct rename *rename)
{
    const struct kind_facts *facts = kind_facts(rename->kind), *owner = kind_facts(rename->object_kind);

    if (facts == NULL || owner == NULL || owner->is_part || rename->owner.length == 0 || rename->object.length == 0 ||
        rename->renamed_from.length == 0)
        return false;
    if (facts->is_part)
        return is_within(rename->object, rename->owner);
    return rename->kind == rename->object_kind && text_equal(rename->object, rename->owner);
}

/* ---------------------------------------------------------------- finding them again */

/* A rename as one of its two names sees it: it appears under the new one and leaves the old one. */
struct mention {
    enum kind kind;
    struct text name;
    int64_t step;
    bool is_new;
    const struct rename *rename;
};

/* What following names needs at every step. */
struct tracker {
    struct mention *mentions; /* by kind, name, step */
    size_t count;
    struct text *owners; /* paths, after a step, of objects of which parts were renamed or removed; sorted */
    size_t owner_count;
    struct arena *arena; /* for one object */
    struct error *error;
};

static int compare_names(enum kind kind, struct text name, const struct mention *mention)
{
    return kind != mention->kind ? (kind < mention->kind ? -1 : 1) : text_compare(name, mention->name);
}

static int compare_mentions(const void *a, const void *b)
{
    const struct mention *x = a, *y = b;
    int order = compare_names(x->kind, x->name, y);

    if (order != 0)
        return order;
    return x->step != y->step ? (x->step < y->step ? -1 : 1) : (int)x->is_new - (int)y->is_new;
}

static int compare_texts(const void *a, const void *b)
{
    return text_compare(*(const struct text *)a, *(const struct text *)b);
}

static enum error_code index_renames(struct tracker *tracker, const struct lineage *lineage, int64_t step,
                                     struct arena *arena)
{
    tracker->mentions = arena_array(arena, lineage->count * 2, sizeof *tracker->mentions);
    tracker->owners = arena_array(arena, lineage->count, sizeof *tracker->owners);
    if (tracker->mentions == NULL || tracker->owners == NULL)
        return arena_error(arena, tracker->error, doing);
    for (size_t i = 0; i < lineage->count; i++) {
        const struct rename *rename = &lineage->renames[i];
        struct mention mention = {rename->kind, rename->renamed_from, rename->step, false, rename};

        if (rename->step > step)
            continue;
        tracker->mentions[tracker->count++] = mention;
        mention.name = rename->object;
        mention.is_new = true;
        if (rename->object.length > 0)
            tracker->mentions[tracker->count++] = mention;
        if (rename->kind != rename->object_kind)
            tracker->owners[tracker->owner_count++] = rename->owner;
    }
    if (tracker->count > 1)
        qsort(tracker->mentions, tracker->count, sizeof *tracker->mentions, compare_mentions);
    if (tracker->owner_count > 1)
        qsort(tracker->owners, tracker->owner_count, sizeof *tracker->owners, compare_texts);
    return ERROR_NONE;
}

/* The newest mention of a name up to a step, or NULL. */
static const struct mention *find_mention(const struct tracker *tracker, enum kind kind, struct text name, int64_t step)
{
    size_t low = 0, high = tracker->count; /* the first that is beyond lies in between */

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare_names(kind, name, &tracker->mentions[middle]);

        if (order < 0 || (order == 0 && tracker->mentions[middle].step > step))
            high = middle;
        else
            low = middle + 1;
    }
    return low > 0 && compare_names(kind, name, &tracker->mentions[low - 1]) == 0 ? &tracker->mentions[low - 1] : NULL;
}

/* The rename of just this step that gave a thing the name, or took it away; NULL when there is none. */
static const struct rename *find_rename(const struct tracker *tracker, enum kind kind, struct text name, int64_t step,
                                        bool is_new)
{
    const struct mention *mention = find_mention(tracker, kind, name, step);

    if (mention != NULL && !is_new && mention->is_new && mention > tracker->mentions &&
        compare_names(kind, name, mention - 1) == 0)
        mention--; /* of one step the old name stands before the new one */
    return mention != NULL && mention->step == step && mention->is_new == is_new ? mention->rename : NULL;
}

/* ---------------------------------------------------------------- objects */

enum { FIRST_HOPS = 4 };

/* A step at which an object got another path. */
struct hop {
    int64_t step;
    struct text before;
};

/* The paths of one object, from its snapshot back to where the history first knew it. */
struct trail {
    struct text path;
    struct hop *hops; /* newest first */
    uint32_t count;
    uint32_t capacity;
    bool is_born; /* at a step that is known: its first name was another thing's before */
    int64_t born;
};

static enum error_code add_hop(struct tracker *tracker, struct trail *trail, int64_t step, struct text before)
{
    if (trail->count == trail->capacity) {
        uint32_t capacity = trail->capacity == 0 ? FIRST_HOPS : trail->capacity * 2;
        struct hop *hops = arena_array(tracker->arena, capacity, sizeof *hops);

        if (hops == NULL)
            return arena_error(tracker->arena, tracker->error, doing);
        if (trail->count > 0)
            memcpy(hops, trail->hops, trail->count * sizeof *hops);
        trail->hops = hops;
        trail->capacity = capacity;
    }
    trail->hops[trail->count++] = (struct hop){step, before};
    return ERROR_NONE;
}

/* The first element of a displayed path: in double quotes, or up to the dot. */
static struct text first_element(struct text path)
{
    size_t end = 0;
    bool quoted = false;

    for (; end < path.length && (quoted || path.bytes[end] != '.'); end++)
        quoted ^= path.bytes[end] == '"';
    return (struct text){path.bytes, end};
}

static enum error_code with_schema(struct tracker *tracker, struct text path, struct text schema, struct text *ret_path)
{
    size_t skipped = first_element(path).length;
    size_t length = schema.length + path.length - skipped;
    char *bytes = arena_alloc(tracker->arena, length);

    if (bytes == NULL)
        return arena_error(tracker->arena, tracker->error, doing);
    if (schema.length > 0)
        memcpy(bytes, schema.bytes, schema.length);
    memcpy(bytes + schema.length, path.bytes + skipped, path.length - skipped);
    *ret_path = (struct text){bytes, length};
    return ERROR_NONE;
}

/* Where a path came from at a step at which it or its schema is mentioned. The object was renamed itself, or went along
 * with its schema; what has a name that another thing had before is younger than the step. */
static enum error_code step_back(struct tracker *tracker, enum kind kind, struct text path, int64_t step,
                                 struct trail *trail)
{
    const struct rename *own = find_rename(tracker, kind, path, step, true), *schema;
    struct text before = path;

    if (own != NULL)
        return add_hop(tracker, trail, step, own->renamed_from);
    if (pairing_has_schema(kind)) {
        struct text name = first_element(path);

        schema = find_rename(tracker, KIND_SCHEMA, name, step, true);
        if (schema != NULL && with_schema(tracker, path, schema->renamed_from, &before) != ERROR_NONE)
            return tracker->error->code;
        trail->is_born = schema == NULL && find_rename(tracker, KIND_SCHEMA, name, step, false) != NULL;
    }
    trail->is_born = trail->is_born || find_rename(tracker, kind, before, step, false) != NULL;
    if (!trail->is_born)
        return add_hop(tracker, trail, step, before);
    trail->born = step;
    return ERROR_NONE;
}

/* The newest step up to `step` at which a path or its schema is mentioned. */
static bool find_step(const struct tracker *tracker, enum kind kind, struct text path, int64_t step, int64_t *ret_step)
{
    const struct mention *own = find_mention(tracker, kind, path, step), *schema = NULL;

    if (pairing_has_schema(kind))
        schema = find_mention(tracker, KIND_SCHEMA, first_element(path), step);
    if (own == NULL && schema == NULL)
        return false;
    *ret_step = own == NULL ? schema->step : schema == NULL || own->step > schema->step ? own->step : schema->step;
    return true;
}

static enum error_code follow_object(struct tracker *tracker, enum kind kind, struct trail *trail, int64_t step)
{
    struct text path = trail->path;
    int64_t at = step;

    while (!trail->is_born && find_step(tracker, kind, path, at, &at)) {
        if (step_back(tracker, kind, path, at, trail) != ERROR_NONE)
            return tracker->error->code;
        if (trail->count > 0)
            path = trail->hops[trail->count - 1].before;
        if (at == INT64_MIN)
            break;
        at--;
    }
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- ids */

/* FNV-1a. A thing has a name, and perhaps a step at which it was born; the kind keeps a table and a view apart. */
static uint64_t make_id(enum kind kind, struct text name, bool is_born, int64_t born)
{
    uint64_t id = 0xcbf29ce484222325u;
    uint64_t numbers[] = {kind, is_born, is_born ? (uint64_t)born : 0};

    for (size_t i = 0; i < LENGTH_OF(numbers); i++)
        for (unsigned shift = 0; shift < 64; shift += 8)
            id = (id ^ (numbers[i] >> shift & 0xff)) * 0x100000001b3u;
    for (size_t i = 0; i < name.length; i++)
        id = (id ^ (unsigned char)name.bytes[i]) * 0x100000001b3u;
    return id == 0 ? 1 : id;
}

static struct text first_name(const struct trail *trail)
{
    return trail->count == 0 ? trail->path : trail->hops[trail->count - 1].before;
}

/* ---------------------------------------------------------------- parts */

/* A part on its way back, in an object whose trail is known. */
struct part_trail {
    const struct trail *owner;
    enum kind kind;
    struct text name; /* as displayed, without the owner's path */
    uint32_t hop;     /* of the owner: the next one on the way */
    bool is_born;
    int64_t born;
};

static struct text owner_path(const struct part_trail *part)
{
    return part->hop == 0 ? part->owner->path : part->owner->hops[part->hop - 1].before;
}

static enum error_code join(struct tracker *tracker, struct text owner, struct text name, struct text *ret_path)
{
    char *bytes = arena_alloc(tracker->arena, owner.length + 1 + name.length);

    if (bytes == NULL)
        return arena_error(tracker->arena, tracker->error, doing);
    memcpy(bytes, owner.bytes, owner.length);
    bytes[owner.length] = '.';
    if (name.length > 0)
        memcpy(bytes + owner.length + 1, name.bytes, name.length);
    *ret_path = (struct text){bytes, owner.length + 1 + name.length};
    return ERROR_NONE;
}

/* The same as step_back() for a part. Its path before the step begins with the owner's path before it; but a part that
 * was removed is known by the owner's path after it. */
static enum error_code step_part_back(struct tracker *tracker, struct part_trail *part, struct text path, int64_t step,
                                      struct text owner_before)
{
    const struct rename *own = find_rename(tracker, part->kind, path, step, true), *removed;
    struct text before;

    if (own != NULL) {
        part->name = own->renamed_from;
        if (is_within(own->renamed_from, owner_before))
            part->name = (struct text){own->renamed_from.bytes + owner_before.length + 1,
                                       own->renamed_from.length - owner_before.length - 1};
        return ERROR_NONE;
    }
    if (join(tracker, owner_before, part->name, &before) != ERROR_NONE)
        return tracker->error->code;
    removed = find_rename(tracker, part->kind, path, step, false);
    part->is_born = (removed != NULL && removed->object.length == 0) ||
                    find_rename(tracker, part->kind, before, step, false) != NULL;
    part->born = step;
    return ERROR_NONE;
}

/* Steps that matter to a part are those that mention it, and those at which its owner got another path. Before its
 * owner was born it was not there either. */
static enum error_code follow_part(struct tracker *tracker, struct part_trail *part, int64_t step)
{
    const struct trail *owner = part->owner;

    for (int64_t at = step; !part->is_born; at--) {
        const struct hop *hop = part->hop < owner->count ? &owner->hops[part->hop] : NULL;
        const struct mention *mention;
        struct text path;

        if (join(tracker, owner_path(part), part->name, &path) != ERROR_NONE)
            return tracker->error->code;
        mention = find_mention(tracker, part->kind, path, at);
        if (hop == NULL && (mention == NULL || (owner->is_born && mention->step <= owner->born)))
            break;
        at = hop == NULL || (mention != NULL && mention->step > hop->step) ? mention->step : hop->step;
        if (step_part_back(tracker, part, path, at, hop != NULL && hop->step == at ? hop->before : owner_path(part)) !=
            ERROR_NONE)
            return tracker->error->code;
        part->hop += hop != NULL && hop->step == at;
        if (at == INT64_MIN)
            break;
    }
    return ERROR_NONE;
}

static bool has_owner(const struct tracker *tracker, struct text path)
{
    return tracker->owner_count > 0 &&
           bsearch(&path, tracker->owners, tracker->owner_count, sizeof *tracker->owners, compare_texts) != NULL;
}

/* Whether any rename of a part speaks of this object; mostly none does. */
static bool has_part_renames(const struct tracker *tracker, const struct trail *trail)
{
    bool found = has_owner(tracker, trail->path);

    for (uint32_t i = 0; i < trail->count && !found; i++)
        found = has_owner(tracker, trail->hops[i].before);
    return found;
}

static enum error_code identify_parts(struct tracker *tracker, const struct trail *trail, const struct object *object,
                                      int64_t step, uint64_t *ret_ids)
{
    bool has_renames = has_part_renames(tracker, trail);

    for (uint32_t i = 0; i < object->part_count; i++) {
        CLEANUP(buffer_clear) struct buffer name = {0};
        struct part_trail part = {.owner = trail, .kind = object->parts[i].kind};

        identifier_write(&name, object->parts[i].name);
        if (buffer_check(&name, tracker->error, doing) != ERROR_NONE)
            return tracker->error->code;
        part.name = buffer_text(&name);
        if (has_renames && follow_part(tracker, &part, step) != ERROR_NONE)
            return tracker->error->code;
        ret_ids[i] = make_id(part.kind, part.name, part.is_born, part.born);
    }
    return ERROR_NONE;
}

/* ---------------------------------------------------------------- snapshots */

static enum error_code identify(struct tracker *tracker, struct trie_entry *entry, int64_t step,
                                struct arena *snapshot_arena)
{
    struct trail trail = {.path = compare_path(entry, tracker->arena)};
    struct object object;
    uint64_t *ids;

    if (trail.path.bytes == NULL)
        return arena_error(tracker->arena, tracker->error, doing);
    if (follow_object(tracker, entry->kind, &trail, step) != ERROR_NONE ||
        canonical_decode(entry->blob, tracker->arena, &object, tracker->error) != ERROR_NONE)
        return tracker->error->code;
    ids = arena_array(snapshot_arena, object.part_count, sizeof *ids);
    if (ids == NULL)
        return arena_error(snapshot_arena, tracker->error, doing);
    if (identify_parts(tracker, &trail, &object, step, ids) != ERROR_NONE)
        return tracker->error->code;
    entry->id = make_id(entry->kind, first_name(&trail), trail.is_born, trail.born);
    entry->part_ids = ids;
    entry->part_count = object.part_count;
    return ERROR_NONE;
}

/* An engine of which only names are known: there a rename cannot be told from a removal. */
static bool has_ids(struct text engine)
{
    return !text_equal(engine, TEXT("sqlite"));
}

static enum error_code identify_all(struct tracker *tracker, struct snapshot *snapshot, int64_t step)
{
    for (unsigned aspect = 0; aspect < ASPECT_COUNT; aspect++)
        for (uint32_t i = 0; i < snapshot->tries[aspect].count; i++) {
            struct trie_entry *entry = &snapshot->tries[aspect].entries[i];
            CLEANUP(arena_free) struct arena arena;

            arena_init(&arena, snapshot->arena.limit);
            tracker->arena = &arena;
            if (kind_facts(entry->kind)->aspect == aspect &&
                identify(tracker, entry, step, &snapshot->arena) != ERROR_NONE)
                return tracker->error->code;
        }
    return ERROR_NONE;
}

enum error_code lineage_assign(struct snapshot *snapshot, const struct lineage *lineage, int64_t step,
                               struct text origin, struct error *error)
{
    struct tracker tracker = {.error = error};
    CLEANUP(arena_free) struct arena arena = {0};
    char *copy;

    if (!has_ids(snapshot->info.engine))
        return ERROR_NONE;
    arena_init(&arena, snapshot->arena.limit);
    copy = arena_string(&snapshot->arena, origin);
    if (copy == NULL)
        return arena_error(&snapshot->arena, error, doing);
    if (index_renames(&tracker, lineage, step, &arena) != ERROR_NONE ||
        identify_all(&tracker, snapshot, step) != ERROR_NONE)
        return error->code;
    snapshot->info.origin = (struct text){copy, origin.length};
    return ERROR_NONE;
}
