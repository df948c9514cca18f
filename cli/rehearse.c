#include "cli/rehearse.h"

#include <stdlib.h>

#include "cli/rehearse_copy.h"
#include "drift/report_display.h"

static const char doing[] = "rehearsing";

/* What is needed while it goes on. */
struct rehearsing {
    const struct rehearse_wish *wish;
    struct rehearsal *rehearsal;
    struct scratch *scratch;
    struct rehearse_notes notes;
    size_t step_capacity;
    struct arena *arena;
    struct error *error;
};

/* ---- the server ---- */

/* The number before the first dot; 0: it is not known. */
static unsigned major_of(const struct snapshot *snapshot)
{
    char digits[16];
    size_t length = snapshot->info.server_version.length;

    length = length < sizeof digits - 1 ? length : sizeof digits - 1;
    memcpy(digits, snapshot->info.server_version.bytes, length);
    digits[length] = '\0';
    return (unsigned)strtoul(digits, NULL, 10);
}

static enum error_code open_scratch(struct rehearsing *rehearsing)
{
    const struct rehearse_wish *wish = rehearsing->wish;
    unsigned major = major_of(wish->target);
    const struct scratch_wish scratch = {.settings = wish->source, .major = major, .database = wish->database};
    struct buffer note = {0};

    if (scratch_open(&rehearsing->scratch, &scratch, rehearsing->error) != ERROR_NONE)
        return rehearsing->error->code;
    rehearsing->rehearsal->server_version =
        arena_string(rehearsing->arena, text_from(scratch_version(rehearsing->scratch)));
    if (rehearsing->rehearsal->server_version == NULL)
        return arena_error(rehearsing->arena, rehearsing->error, doing);
    if (major == 0 || scratch_major(rehearsing->scratch) == major)
        return ERROR_NONE;
    buffer_printf(
        &note,
        "the scratch server is PostgreSQL %u, the target %u: what servers write themselves (expressions, views) "
        "may look different, and statements of one may not exist in the other",
        scratch_major(rehearsing->scratch), major);
    return rehearse_note(&rehearsing->notes, &note, rehearsing->error);
}

/* Whoever makes something owns it. */
static enum error_code choose_role(struct rehearsing *rehearsing)
{
    struct rehearsal *rehearsal = rehearsing->rehearsal;

    rehearsal->role = rehearsing->wish->role;
    if (rehearsal->role == NULL &&
        rehearse_owner(&rehearsal->role, rehearsing->wish->target, rehearsing->arena, rehearsing->error) != ERROR_NONE)
        return rehearsing->error->code;
    return rehearsal->role == NULL ? ERROR_NONE
                                   : scratch_become(rehearsing->scratch, rehearsal->role, rehearsing->error);
}

/* ---- the migration ---- */

static struct script_lock *copy_locks(const struct script_step *step, struct arena *arena)
{
    struct script_lock *locks = arena_array(arena, step->lock_count + 1, sizeof *locks);

    for (size_t i = 0; i < step->lock_count && locks != NULL; i++) {
        const char *relation = arena_string(arena, step->locks[i].relation);
        const char *mode = arena_string(arena, step->locks[i].mode);

        locks[i] = (struct script_lock){text_from(relation), text_from(mode)};
        if (relation == NULL || mode == NULL)
            return NULL;
    }
    return locks;
}

static struct rehearsal_step *new_step(struct rehearsing *rehearsing)
{
    struct rehearsal *rehearsal = rehearsing->rehearsal;

    if (rehearsal->step_count == rehearsing->step_capacity) {
        size_t capacity = rehearsing->step_capacity == 0 ? 64 : rehearsing->step_capacity * 2;
        struct rehearsal_step *steps = arena_array(rehearsing->arena, capacity, sizeof *steps);

        if (steps == NULL)
            return NULL;
        if (rehearsal->step_count > 0)
            memcpy(steps, rehearsal->steps, rehearsal->step_count * sizeof *steps);
        rehearsal->steps = steps;
        rehearsing->step_capacity = capacity;
    }
    return &rehearsal->steps[rehearsal->step_count];
}

static enum error_code take_step(void *context, const struct script_step *step, struct error *error)
{
    struct rehearsing *rehearsing = context;
    struct rehearsal_step *taken;
    struct script_lock *locks;

    if (step->refusal != NULL) {
        if (rehearse_lacks_extension(step->refusal, rehearsing->rehearsal->server_version, error))
            return error->code;
        rehearsing->rehearsal->refusal = *step->refusal;
        rehearsing->rehearsal->refusal_file = step->script->name;
        rehearsing->rehearsal->refusal_line = step->line;
        return ERROR_NONE;
    }
    taken = new_step(rehearsing);
    locks = copy_locks(step, rehearsing->arena);
    if (taken == NULL || locks == NULL)
        return arena_error(rehearsing->arena, error, doing);
    *taken = (struct rehearsal_step){.file = step->script->name,
                                     .line = step->line,
                                     .sql = step->sql,
                                     .microseconds = step->microseconds,
                                     .locks = locks,
                                     .lock_count = step->lock_count};
    rehearsing->rehearsal->step_count++;
    return ERROR_NONE;
}

/* Up to the first statement that is refused: that is a result, and so is what came before it. */
static enum error_code apply_all(struct rehearsing *rehearsing)
{
    const struct rehearse_wish *wish = rehearsing->wish;
    const struct script_plan plan = {.one_transaction = wish->one_transaction,
                                     .sees_locks = true,
                                     .told = take_step,
                                     .context = rehearsing,
                                     .is_stopped = wish->is_stopped};

    for (size_t i = 0; i < wish->script_count; i++) {
        enum error_code code = scratch_run(rehearsing->scratch, &wish->scripts[i], &plan, rehearsing->error);

        if (code != ERROR_NONE && rehearsing->rehearsal->refusal.code == ERROR_NONE)
            return code;
        if (code != ERROR_NONE)
            break;
    }
    *rehearsing->error = (struct error){0};
    return ERROR_NONE;
}

static enum error_code read_after(struct rehearsing *rehearsing)
{
    const char *name = arena_printf(rehearsing->arena, "%s, migrated", rehearsing->wish->reference);

    if (name == NULL)
        return arena_error(rehearsing->arena, rehearsing->error, doing);
    return scratch_read(&rehearsing->rehearsal->after, rehearsing->scratch, name, true, rehearsing->error);
}

/* ---- contracts ---- */

static bool was_found(const struct contract_result *before, const struct contract_finding *finding)
{
    for (size_t i = 0; i < before->count; i++)
        if (before->findings[i].state == CONTRACT_VIOLATED && text_equal(before->findings[i].message, finding->message))
            return true;
    return false;
}

static enum error_code add_breaks(struct rehearsing *rehearsing, const struct contract_result *before,
                                  const struct contract_result *after)
{
    struct rehearsal *rehearsal = rehearsing->rehearsal;
    struct rehearsal_break *breaks =
        arena_array(rehearsing->arena, rehearsal->break_count + after->count + 1, sizeof *breaks);

    if (breaks == NULL)
        return arena_error(rehearsing->arena, rehearsing->error, doing);
    if (rehearsal->break_count > 0)
        memcpy(breaks, rehearsal->breaks, rehearsal->break_count * sizeof *breaks);
    rehearsal->breaks = breaks;
    for (size_t i = 0; i < after->count; i++) {
        const struct contract_finding *finding = &after->findings[i];
        bool is_new = !was_found(before, finding);

        if (finding->state != CONTRACT_VIOLATED) {
            rehearsal->is_contract_unknown = true;
            continue;
        }
        breaks[rehearsal->break_count++] = (struct rehearsal_break){finding, is_new};
        rehearsal->has_new_break = rehearsal->has_new_break || is_new;
    }
    return ERROR_NONE;
}

static enum error_code check_contracts(struct rehearsing *rehearsing)
{
    struct rehearsal *rehearsal = rehearsing->rehearsal;
    const struct contract_source before = contract_source_of(rehearsal->before);
    const struct contract_source after = contract_source_of(rehearsal->after);
    const struct contract_set *set = rehearsing->wish->contracts;

    for (size_t i = 0; i < set->count; i++) {
        struct contract_result results[2];

        if (contract_check(&results[0], &set->contracts[i], &before, rehearsing->arena, rehearsing->error) !=
                ERROR_NONE ||
            contract_check(&results[1], &set->contracts[i], &after, rehearsing->arena, rehearsing->error) !=
                ERROR_NONE ||
            add_breaks(rehearsing, &results[0], &results[1]) != ERROR_NONE)
            return rehearsing->error->code;
    }
    rehearsal->contract_count = set->count;
    return ERROR_NONE;
}

/* ---- the whole ---- */

static enum error_code compare(struct rehearsing *rehearsing)
{
    struct rehearsal *rehearsal = rehearsing->rehearsal;

    return diff_snapshots(&rehearsal->diff, rehearsal->before, rehearsal->after, rehearsing->wish->options,
                          rehearsing->arena, rehearsing->error);
}

static enum error_code rehearse(struct rehearsing *rehearsing)
{
    struct rehearsal *rehearsal = rehearsing->rehearsal;

    if (open_scratch(rehearsing) != ERROR_NONE ||
        rehearse_copy(&rehearsal->before, rehearsing->scratch, rehearsing->wish, &rehearsing->notes,
                      rehearsing->error) != ERROR_NONE ||
        choose_role(rehearsing) != ERROR_NONE || apply_all(rehearsing) != ERROR_NONE ||
        read_after(rehearsing) != ERROR_NONE || compare(rehearsing) != ERROR_NONE)
        return rehearsing->error->code;
    rehearsal->notes = rehearsing->notes.items;
    rehearsal->note_count = rehearsing->notes.count;
    rehearsal->notes_left_out = rehearsing->notes.left_out;
    rehearsal->is_certain = rehearsing->notes.count == 0 && rehearsal->refusal.code == ERROR_NONE &&
                            hash_equal(&rehearsal->before->root, &rehearsing->wish->target->root);
    return check_contracts(rehearsing);
}

enum error_code rehearse_run(struct rehearsal *ret_rehearsal, const struct rehearse_wish *wish, struct arena *arena,
                             struct error *error)
{
    struct rehearsal rehearsal = {.step_count = 0};
    struct rehearsing rehearsing = {
        .wish = wish, .rehearsal = &rehearsal, .notes = {.arena = arena}, .arena = arena, .error = error};
    enum error_code code;

    if (!text_equal(wish->target->info.engine, text_from(source_postgres.name)))
        return error_set(error, ERROR_UNSUPPORTED, "'%.200s' is %.*s: only PostgreSQL schemas can be rebuilt",
                         wish->reference, TEXT_ARGS(wish->target->info.engine));
    code = rehearse(&rehearsing);
    scratch_close(rehearsing.scratch);
    if (code == ERROR_NONE)
        *ret_rehearsal = rehearsal;
    else
        rehearsal_clear(&rehearsal);
    return code;
}

void rehearsal_clear(struct rehearsal *rehearsal)
{
    snapshot_free(rehearsal->before);
    snapshot_free(rehearsal->after);
    rehearsal->before = rehearsal->after = NULL;
}
