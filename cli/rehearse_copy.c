#include "cli/rehearse_copy.h"

#include "drift/report_display.h"
#include "recreate/recreate.h"
#include "schema/object_list.h"

static const char doing[] = "rebuilding a schema";

enum error_code rehearse_note(struct rehearse_notes *notes, struct buffer *text, struct error *error)
{
    enum error_code code = buffer_check(text, error, doing);

    if (code == ERROR_NONE && notes->count == REHEARSE_NOTES_MAX) {
        notes->left_out++;
    } else if (code == ERROR_NONE) {
        const char *copy;

        if (notes->items == NULL)
            notes->items = arena_array(notes->arena, REHEARSE_NOTES_MAX, sizeof *notes->items);
        copy = notes->items == NULL ? NULL : arena_string(notes->arena, buffer_text(text));
        if (copy == NULL)
            code = arena_error(notes->arena, error, doing);
        else
            notes->items[notes->count++] = text_from(copy);
    }
    buffer_clear(text);
    return code;
}

/* ---- making it ---- */

/* The statements as one script, so that they share the settings of a session. */
struct copying {
    const struct recreate_script *recreated;
    unsigned *lines; /* of the script: where each statement begins */
    const struct scratch *scratch;
    struct rehearse_notes *notes;
};

static enum error_code write_script(struct buffer *sql, struct copying *copying, struct arena *arena,
                                    struct error *error)
{
    const struct recreate_script *recreated = copying->recreated;
    unsigned line = 2;

    copying->lines = arena_array(arena, recreated->statement_count + 1, sizeof *copying->lines);
    if (copying->lines == NULL)
        return arena_error(arena, error, doing);
    buffer_add_string(sql, "SET synchronous_commit = off;\n");
    for (size_t i = 0; i < recreated->statement_count; i++) {
        struct text text = recreated->statements[i].sql;

        copying->lines[i] = line;
        for (size_t j = 0; j < text.length; j++)
            line += text.bytes[j] == '\n';
        buffer_add_text(sql, text);
    }
    return buffer_check(sql, error, doing);
}

/* What stands in a line of the script; NULL: nothing that was recreated. */
static const struct recreate_statement *find_statement(const struct copying *copying, unsigned line)
{
    size_t i = copying->recreated->statement_count;

    while (i > 0 && copying->lines[i - 1] > line)
        i--;
    return i == 0 ? NULL : &copying->recreated->statements[i - 1];
}

bool rehearse_lacks_extension(const struct error *refusal, const char *server_version, struct error *error)
{
    if ((strstr(refusal->message, "extension \"") == NULL || strstr(refusal->message, "is not available") == NULL) &&
        strstr(refusal->message, "could not open extension control file") == NULL)
        return false;
    error_set(error, ERROR_UNSUPPORTED, "the scratch server (PostgreSQL %s) does not have what is needed: %s",
              server_version, refusal->message);
    error_hint(error, "install it here, or name a server that has it with --scratch");
    return true;
}

/* What cannot be made is left out: the rest of the schema, and the migration, may do without. */
static enum error_code take_step(void *context, const struct script_step *step, struct error *error)
{
    struct copying *copying = context;
    const struct recreate_statement *statement;
    struct buffer note = {0};

    if (step->refusal == NULL)
        return ERROR_NONE;
    statement = find_statement(copying, step->line);
    if (rehearse_lacks_extension(step->refusal, scratch_version(copying->scratch), error))
        return error->code;
    buffer_printf(&note, "not rebuilt: %s ", statement == NULL ? "" : kind_name(statement->kind));
    if (statement != NULL)
        display_text(&note, statement->object);
    buffer_add_string(&note, ": ");
    display_text(&note, text_from(step->refusal->message));
    return rehearse_note(copying->notes, &note, error);
}

static enum error_code make_copy(struct scratch *scratch, const struct rehearse_wish *wish,
                                 const struct recreate_script *recreated, struct rehearse_notes *notes,
                                 struct error *error)
{
    struct copying copying = {.recreated = recreated, .scratch = scratch, .notes = notes};
    const struct script_plan plan = {
        .goes_on = true, .told = take_step, .context = &copying, .is_stopped = wish->is_stopped};
    CLEANUP(buffer_clear) struct buffer sql = {0};
    struct script script = {.name = "the schema", .line = 1};

    if (write_script(&sql, &copying, notes->arena, error) != ERROR_NONE)
        return error->code;
    script.sql = buffer_text(&sql);
    return scratch_run(scratch, &script, &plan, error);
}

/* ---- whether it came out ---- */

static enum error_code note_difference(const struct change *change, struct rehearse_notes *notes, struct error *error)
{
    struct buffer note = {0};

    buffer_add_string(&note, "not rebuilt as it is: ");
    display_change(&note, change);
    return rehearse_note(notes, &note, error);
}

static enum error_code note_gap(const struct uncovered *uncovered, struct rehearse_notes *notes, struct error *error)
{
    struct buffer note = {0};

    display_uncovered(&note, uncovered);
    return rehearse_note(notes, &note, error);
}

static enum error_code note_reasons(const struct recreate_script *recreated, struct rehearse_notes *notes,
                                    struct error *error)
{
    for (size_t i = 0; i < recreated->note_count; i++) {
        const struct recreate_note *reason = &recreated->notes[i];
        struct buffer note = {0};

        buffer_printf(&note, "cannot be rebuilt: %s ", kind_name(reason->kind));
        display_text(&note, reason->object);
        buffer_add_string(&note, ": ");
        display_text(&note, reason->reason);
        if (rehearse_note(notes, &note, error) != ERROR_NONE)
            return error->code;
    }
    return ERROR_NONE;
}

/* The roots differ: say why. */
static enum error_code note_differences(const struct snapshot *target, const struct snapshot *copy,
                                        const struct recreate_script *recreated, struct rehearse_notes *notes,
                                        struct error *error)
{
    struct diff_options options;
    struct diff diff;

    diff_options_init(&options);
    if (note_reasons(recreated, notes, error) != ERROR_NONE ||
        diff_snapshots(&diff, target, copy, &options, notes->arena, error) != ERROR_NONE)
        return error->code;
    for (uint32_t i = 0; i < diff.change_count; i++)
        if (note_difference(&diff.changes[i], notes, error) != ERROR_NONE)
            return error->code;
    for (uint32_t i = 0; i < diff.uncovered_count; i++)
        if (note_gap(&diff.uncovered[i], notes, error) != ERROR_NONE)
            return error->code;
    return ERROR_NONE;
}

enum error_code rehearse_copy(struct snapshot **ret_copy, struct scratch *scratch, const struct rehearse_wish *wish,
                              struct rehearse_notes *notes, struct error *error)
{
    const struct recreate_options options = {.owners = true, .grants = true, .roles = scratch_is_private(scratch)};
    const struct rehearse_notes before = *notes;
    struct recreate_script recreated;
    struct snapshot *copy = NULL;

    if (recreate_make(&recreated, wish->target, &options, notes->arena, error) != ERROR_NONE ||
        make_copy(scratch, wish, &recreated, notes, error) != ERROR_NONE ||
        scratch_read(&copy, scratch, wish->reference, true, error) != ERROR_NONE)
        return error->code;
    if (hash_equal(&copy->root, &wish->target->root)) {
        notes->count = before.count; /* whatever was refused: nothing is missing */
        notes->left_out = before.left_out;
    } else if (note_differences(wish->target, copy, &recreated, notes, error) != ERROR_NONE) {
        snapshot_free(copy);
        return error->code;
    }
    *ret_copy = copy;
    return ERROR_NONE;
}

/* ---- whose it is ---- */

enum { OWNERS_MAX = 64 };

struct tally {
    struct text owners[OWNERS_MAX];
    unsigned counts[OWNERS_MAX];
    unsigned count;
};

static void count_owner(struct tally *tally, struct text owner)
{
    unsigned i = 0;

    while (i < tally->count && !text_equal(tally->owners[i], owner))
        i++;
    if (i == OWNERS_MAX || owner.length == 0)
        return;
    if (i == tally->count)
        tally->owners[tally->count++] = owner;
    tally->counts[i]++;
}

enum error_code rehearse_owner(const char **ret_role, const struct snapshot *snapshot, struct arena *arena,
                               struct error *error)
{
    const struct trie *home = snapshot_home(snapshot, KIND_TABLE);
    struct tally tally = {.count = 0};
    unsigned best = 0;

    for (uint32_t i = 0; i < home->count; i++) {
        struct object object;

        if (home->entries[i].kind != KIND_TABLE)
            continue;
        if (snapshot_object(snapshot, &home->entries[i], arena, &object, error) != ERROR_NONE)
            return error->code;
        count_owner(&tally, attribute_value(object.attributes, object.attribute_count, TEXT("owner")));
    }
    for (unsigned i = 1; i < tally.count; i++) /* of equal ones the first by name: the order of tables is none */
        if (tally.counts[i] > tally.counts[best] ||
            (tally.counts[i] == tally.counts[best] && text_compare(tally.owners[i], tally.owners[best]) < 0))
            best = i;
    *ret_role = NULL;
    if (tally.count == 0)
        return ERROR_NONE;
    *ret_role = arena_string(arena, tally.owners[best]);
    return *ret_role == NULL ? arena_error(arena, error, doing) : ERROR_NONE;
}
