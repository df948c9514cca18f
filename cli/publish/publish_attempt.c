#include "publish/publish_attempt.h"

#include <stdarg.h>
#include <stdio.h>

#include "publish/publish_place.h"

static const char doing[] = "publishing";

void publish_attempt_note(struct publish_attempt *attempt, const char *format, ...)
{
    struct publish_result *result = &attempt->result;
    char note[512];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(note, sizeof note, format, arguments);
    va_end(arguments);
    if (result->note_count == PUBLISH_NOTE_LIMIT)
        return;
    result->notes[result->note_count] = arena_string(attempt->opening.arena, text_from(note));
    result->note_count += result->notes[result->note_count] != NULL;
}

/* A text of a buffer, in the arena. */
static enum error_code keep(struct publish_attempt *attempt, const struct buffer *buffer, struct text *ret_text,
                            struct error *error)
{
    char *copy;

    if (buffer_check(buffer, error, doing) != ERROR_NONE)
        return error->code;
    copy = arena_string(attempt->opening.arena, buffer_text(buffer));
    if (copy == NULL)
        return arena_error(attempt->opening.arena, error, doing);
    *ret_text = (struct text){copy, buffer->length};
    return ERROR_NONE;
}

/* The branch was moved by this run. */
static void note_write(struct publish_attempt *attempt)
{
    attempt->has_changed = true;
    attempt->has_opened = attempt->has_opened || (attempt->is_new && attempt->host->pulls == NULL);
}

/* ---- how things are ---- */

/* The base was merged into our branch, as GitHub's button does: nobody's work is in that but ours. */
static enum error_code judge_merge(struct publish_attempt *attempt, struct error *error)
{
    const struct publish_commit *head = &attempt->view.branch;
    const char *name = attempt->opening.target->name;
    struct publish_commit first;
    bool has = git_id_equal(&head->parents[1], &attempt->view.base.id);

    attempt->has_base = has;
    if (attempt->host->commit(attempt->state, &head->parents[0], &first, error) != ERROR_NONE)
        return error->code;
    if (!publish_commit_is_ours(&first, name, &attempt->trailer))
        return ERROR_NONE;
    if (!has && attempt->host->has(attempt->state, &head->parents[1], &has, error) != ERROR_NONE)
        return error->code;
    if (has)
        attempt->standing = STANDING_OURS;
    return ERROR_NONE;
}

static enum error_code judge_branch(struct publish_attempt *attempt, struct error *error)
{
    const struct publish_commit *head = &attempt->view.branch;
    bool has = false;

    attempt->standing = STANDING_NONE;
    attempt->has_base = false;
    if (!attempt->view.has_branch)
        return ERROR_NONE;
    attempt->result.commit = head->id;
    if (git_id_equal(&head->id, &attempt->made))
        note_write(attempt);
    if (publish_commit_is_ours(head, attempt->opening.target->name, &attempt->trailer)) {
        attempt->standing = STANDING_OURS;
        attempt->has_base = git_id_equal(&attempt->trailer.base, &attempt->view.base.id);
        return ERROR_NONE;
    }
    attempt->standing = STANDING_OTHERS;
    if (head->parent_count == 2 && judge_merge(attempt, error) != ERROR_NONE)
        return error->code;
    if (attempt->standing == STANDING_OURS)
        return ERROR_NONE;
    if (attempt->host->has(attempt->state, &head->id, &has, error) != ERROR_NONE)
        return error->code;
    if (has)
        attempt->standing = STANDING_EMPTY;
    return ERROR_NONE;
}

static enum error_code find_pull(struct publish_attempt *attempt, struct error *error)
{
    struct publish_result *result = &attempt->result;

    attempt->pull = (struct publish_pull){0};
    if (attempt->host->pulls == NULL)
        return ERROR_NONE;
    if (attempt->host->pulls->find(attempt->state, &attempt->pull, error) != ERROR_NONE)
        return error->code;
    result->number = attempt->pull.number;
    result->url = attempt->pull.url;
    return ERROR_NONE;
}

static enum error_code describe(struct publish_attempt *attempt, const struct tree_place *place, struct error *error)
{
    const struct publish_source *source = attempt->source;
    CLEANUP(buffer_clear) struct buffer markdown = {0};

    attempt->subject = (struct publish_subject){.target = attempt->opening.target,
                                                .files = &attempt->files,
                                                .base = attempt->view.base_name,
                                                .root = attempt->content.root};
    if (source->describe == NULL || !tree_plan_changes(&attempt->files.plan))
        return ERROR_NONE;
    if (source->describe(source->context, place, &markdown, error) != ERROR_NONE)
        return error->code;
    return keep(attempt, &markdown, &attempt->subject.markdown, error);
}

static void note_foreign(struct publish_attempt *attempt)
{
    const struct tree_plan *plan = &attempt->files.plan;

    for (size_t i = 0; i < plan->count && attempt->result.note_count < PUBLISH_NOTE_LIMIT / 2; i++)
        if (plan->steps[i].state == TREE_FOREIGN)
            publish_attempt_note(attempt, "'%.*s' was not generated and is left alone", TEXT_ARGS(plan->steps[i].path));
}

static enum error_code gather(struct publish_attempt *attempt, struct publish_place *place, struct error *error)
{
    struct publish_place our_place = {.host = attempt->host, .state = attempt->state, .side = SIDE_OURS};
    const struct tree_place base = publish_place_of(place), ours = publish_place_of(&our_place);
    const struct publish_places places = {&base, attempt->standing == STANDING_OURS ? &ours : NULL};

    attempt->content = (struct publish_content){0};
    if (attempt->source->fill(attempt->source->context, &places, &attempt->content, error) != ERROR_NONE)
        return error->code;
    attempt->result.root = attempt->content.root;
    return ERROR_NONE;
}

static enum error_code look(struct publish_attempt *attempt, struct error *error)
{
    struct arena *arena = attempt->opening.arena;
    struct publish_place place = {.host = attempt->host, .state = attempt->state, .side = SIDE_BASE};
    const struct tree_place base = publish_place_of(&place);

    if (attempt->host->look(attempt->state, &attempt->view, error) != ERROR_NONE)
        return error->code;
    attempt->result.base = attempt->view.base_name;
    if (judge_branch(attempt, error) != ERROR_NONE || gather(attempt, &place, error) != ERROR_NONE ||
        publish_place_init(&place, &attempt->content, &attempt->view.base.id, arena, error) != ERROR_NONE ||
        publish_files_make(&attempt->files, &attempt->content, &base, arena, error) != ERROR_NONE ||
        describe(attempt, &base, error) != ERROR_NONE)
        return error->code;
    attempt->result.plan = attempt->files.plan;
    note_foreign(attempt);
    return find_pull(attempt, error);
}

/* ---- what is done ---- */

static bool is_dry(const struct publish_attempt *attempt)
{
    return attempt->options->dry_run;
}

/* That nobody could be told does not undo what was done; it is only noted. */
static bool record(struct publish_attempt *attempt, enum publish_state state)
{
    struct publish_result result = attempt->result;
    struct error error = {0};

    result.state = state;
    if (attempt->options->record == NULL || is_dry(attempt) ||
        attempt->options->record(attempt->options->context, &result, NULL, &error) == ERROR_NONE)
        return true;
    publish_attempt_note(attempt, "the result is not recorded: %s", error.message);
    return false;
}

/* What somebody merged is recorded once: the pull request says so afterwards. */
static enum error_code settle_merged(struct publish_attempt *attempt, bool *ret_was_news, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer restaged = {0};
    const char *name = attempt->opening.target->name;
    const struct publish_pull *pull = &attempt->pull;
    struct publish_offer offer = {.base = pull->base};
    struct publish_body body;

    *ret_was_news = pull->number > 0 && pull->is_merged && publish_body_read(&body, pull->body, name) &&
                    body.stage != PUBLISH_STAGE_MERGED;
    if (!*ret_was_news || is_dry(attempt))
        return ERROR_NONE;
    publish_body_restage(&restaged, pull->body, name, PUBLISH_STAGE_MERGED);
    offer.title = arena_string(attempt->opening.arena, pull->title);
    if (offer.title == NULL)
        return arena_error(attempt->opening.arena, error, doing);
    if (keep(attempt, &restaged, &offer.body, error) != ERROR_NONE)
        return error->code;
    return !record(attempt, PUBLISH_MERGED) ? ERROR_NONE
                                            : attempt->host->pulls->change(attempt->state, pull, &offer, false, error);
}

static enum error_code remove_branch(struct publish_attempt *attempt, struct error *error)
{
    if (attempt->standing == STANDING_NONE)
        return ERROR_NONE;
    if (attempt->standing == STANDING_OTHERS && !attempt->options->force) {
        publish_attempt_note(attempt, "the branch '%.200s' has commits of others and is left alone",
                             attempt->opening.target->branch);
        return ERROR_NONE;
    }
    if (is_dry(attempt))
        return ERROR_NONE;
    attempt->has_changed = true;
    if (attempt->host->remove(attempt->state, &attempt->view.branch.id, error) != ERROR_NONE)
        return error->code;
    attempt->result.commit = (struct git_id){0};
    return ERROR_NONE;
}

static enum error_code conflict(struct publish_attempt *attempt, struct error *error)
{
    error_set(error, ERROR_CONFLICT, "somebody else's commits are on the branch '%.200s'",
              attempt->opening.target->branch);
    return error_hint(error, "merge or remove them, or throw them away with --force");
}

/* ---- when there is no difference ---- */

static enum error_code close_pull(struct publish_attempt *attempt, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer seal = {0}, text = {0}, restaged = {0};
    const struct publish_target *target = attempt->opening.target;
    const struct publish_pull *pull = &attempt->pull;
    struct publish_offer offer = {.title = target->title, .base = pull->base};
    struct publish_comment comment = {0};
    struct publish_body body;

    if (is_dry(attempt))
        return ERROR_NONE;
    publish_body_read(&body, pull->body, target->name);
    publish_text_closing(&seal, &text, &attempt->subject, &body.plan);
    publish_body_restage(&restaged, pull->body, target->name, PUBLISH_STAGE_CLOSED);
    if (keep(attempt, &seal, &comment.seal, error) != ERROR_NONE ||
        keep(attempt, &text, &comment.body, error) != ERROR_NONE ||
        keep(attempt, &restaged, &offer.body, error) != ERROR_NONE)
        return error->code;
    attempt->has_changed = true;
    if (attempt->host->pulls->say(attempt->state, pull, &comment, error) != ERROR_NONE)
        return error->code;
    return attempt->host->pulls->change(attempt->state, pull, &offer, false, error);
}

/* Of a host without pull requests: the branch itself tells whether it was merged. */
static enum error_code end_branch(struct publish_attempt *attempt, struct error *error)
{
    enum publish_state state = PUBLISH_UNCHANGED;
    bool is_merged = false;

    if (attempt->standing == STANDING_OURS || attempt->standing == STANDING_EMPTY) {
        if (attempt->host->is_merged(attempt->state, &attempt->files.plan, &is_merged, error) != ERROR_NONE)
            return error->code;
        state = is_merged ? PUBLISH_MERGED : PUBLISH_CLOSED;
    } else if (attempt->standing == STANDING_OTHERS && attempt->options->force) {
        state = PUBLISH_CLOSED;
    }
    attempt->result.state = state;
    attempt->is_recorded = state == PUBLISH_MERGED;
    if (state == PUBLISH_MERGED && !record(attempt, state))
        return ERROR_NONE; /* the branch stays, so that the next run says it again */
    return remove_branch(attempt, error);
}

static enum error_code end(struct publish_attempt *attempt, struct error *error)
{
    bool was_open = attempt->pull.number > 0 && attempt->pull.is_open, is_news = false;

    if (attempt->host->pulls == NULL)
        return end_branch(attempt, error);
    if (was_open && attempt->standing == STANDING_OTHERS && !attempt->options->force)
        return conflict(attempt, error);
    if ((was_open && close_pull(attempt, error) != ERROR_NONE) || remove_branch(attempt, error) != ERROR_NONE ||
        settle_merged(attempt, &is_news, error) != ERROR_NONE)
        return error->code;
    attempt->is_recorded = attempt->is_recorded || is_news;
    attempt->result.state = is_news                            ? PUBLISH_MERGED
                            : was_open || attempt->has_changed ? PUBLISH_CLOSED
                                                               : PUBLISH_UNCHANGED;
    return ERROR_NONE;
}

/* ---- when there is one ---- */

/* Somebody closed what would be opened again. */
static bool is_unwanted(const struct publish_attempt *attempt)
{
    const struct publish_pull *pull = &attempt->pull;
    struct publish_body body;

    return pull->number > 0 && !pull->is_open && !pull->is_merged && !attempt->options->force &&
           publish_body_read(&body, pull->body, attempt->opening.target->name) && body.stage != PUBLISH_STAGE_CLOSED &&
           hash_equal(&body.plan, &attempt->files.hash);
}

/* Whether the branch already is what merging should bring. One that the base has in its history brings nothing. */
static enum error_code is_in_line(struct publish_attempt *attempt, bool *ret_is, bool *ret_is_behind,
                                  struct error *error)
{
    bool is_open = attempt->pull.number > 0 && attempt->pull.is_open;

    *ret_is_behind = attempt->standing == STANDING_EMPTY;
    if (attempt->standing == STANDING_OURS && !attempt->has_base && !is_open &&
        attempt->host->has(attempt->state, &attempt->view.branch.id, ret_is_behind, error) != ERROR_NONE)
        return error->code;
    *ret_is = attempt->standing == STANDING_OURS && !*ret_is_behind && !attempt->options->force &&
              hash_equal(&attempt->trailer.plan, &attempt->files.hash);
    return ERROR_NONE;
}

/* What the new commit comes after: so that the branch only moves forward, and has the base as it is now. */
static void set_parents(const struct publish_attempt *attempt, bool is_behind, struct publish_write *write)
{
    const struct publish_view *view = &attempt->view;

    if (attempt->standing == STANDING_OURS && !is_behind && !attempt->options->force)
        write->parents[write->parent_count++] = view->branch.id;
    if (write->parent_count == 0 || !attempt->has_base)
        write->parents[write->parent_count++] = view->base.id;
}

static enum error_code write_branch(struct publish_attempt *attempt, bool is_behind, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer about = {0};
    struct publish_write write = {.plan = &attempt->files.plan,
                                  .base = attempt->view.base.id,
                                  .base_tree = attempt->view.base.tree,
                                  .expected = attempt->view.branch.id,
                                  .force = attempt->options->force,
                                  .hash = attempt->files.hash};

    attempt->is_new = !attempt->view.has_branch;
    if (is_dry(attempt)) {
        note_write(attempt);
        return ERROR_NONE;
    }
    set_parents(attempt, is_behind, &write);
    publish_text_commit(&about, &attempt->subject);
    if (keep(attempt, &about, &write.about, error) != ERROR_NONE ||
        attempt->host->write(attempt->state, &write, &attempt->made, error) != ERROR_NONE)
        return error->code;
    attempt->result.commit = attempt->made;
    note_write(attempt);
    return ERROR_NONE;
}

static enum error_code write_body(struct publish_attempt *attempt, enum publish_stage stage, struct text *ret_body,
                                  struct error *error)
{
    CLEANUP(buffer_clear) struct buffer text = {0};
    struct publish_body people = {0};

    if (attempt->pull.is_open)
        publish_body_read(&people, attempt->pull.body, attempt->opening.target->name);
    publish_body_write(&text, &attempt->subject, stage, &people);
    return keep(attempt, &text, ret_body, error);
}

static void take_note(struct publish_attempt *attempt, const char *note)
{
    if (note != NULL)
        publish_attempt_note(attempt, "%s", note);
}

/* Labels always, reviewers only of one that is new: they are people's to change afterwards. */
static enum error_code complete_pull(struct publish_attempt *attempt, bool is_new, struct error *error)
{
    const struct publish_pulls *pulls = attempt->host->pulls;
    const char *note = NULL;

    if (pulls->label(attempt->state, &attempt->pull, &note, error) != ERROR_NONE)
        return error->code;
    take_note(attempt, note);
    note = NULL;
    if (is_new && pulls->ask(attempt->state, &attempt->pull, &note, error) != ERROR_NONE)
        return error->code;
    take_note(attempt, note);
    return ERROR_NONE;
}

static bool is_as_offered(const struct publish_pull *pull, const struct publish_offer *offer)
{
    return text_equal(pull->title, text_from(offer->title)) && strcmp(pull->base, offer->base) == 0 &&
           publish_body_equal(pull->body, offer->body);
}

/* A pull request with reviewers is complete when its body says so, which it does last. */
static enum error_code offer_pull(struct publish_attempt *attempt, struct error *error)
{
    const struct publish_pulls *pulls = attempt->host->pulls;
    const struct publish_target *target = attempt->opening.target;
    struct publish_offer offer = {.title = target->title, .base = attempt->view.base_name};
    bool has_reviewers = target->reviewers.count + target->team_reviewers.count > 0, is_new;
    struct publish_body body;

    if (!attempt->pull.is_open) {
        attempt->has_opened = true;
        if (is_dry(attempt))
            return ERROR_NONE;
        if (write_body(attempt, has_reviewers ? PUBLISH_STAGE_NEW : PUBLISH_STAGE_OPEN, &offer.body, error) !=
                ERROR_NONE ||
            pulls->open(attempt->state, &offer, &attempt->pull, error) != ERROR_NONE)
            return error->code;
        attempt->result.number = attempt->pull.number;
        attempt->result.url = attempt->pull.url;
    }
    is_new = publish_body_read(&body, attempt->pull.body, target->name) && body.stage == PUBLISH_STAGE_NEW;
    if (!is_dry(attempt) && complete_pull(attempt, is_new || attempt->options->force, error) != ERROR_NONE)
        return error->code;
    if (write_body(attempt, PUBLISH_STAGE_OPEN, &offer.body, error) != ERROR_NONE)
        return error->code;
    if (is_as_offered(&attempt->pull, &offer))
        return ERROR_NONE;
    attempt->has_changed = true;
    return is_dry(attempt) ? ERROR_NONE : pulls->change(attempt->state, &attempt->pull, &offer, true, error);
}

static enum error_code begin(struct publish_attempt *attempt, struct error *error)
{
    bool is_news = false, is_in_line_already = false, is_behind = false;

    if (settle_merged(attempt, &is_news, error) != ERROR_NONE)
        return error->code;
    if (attempt->standing == STANDING_OTHERS && !attempt->options->force)
        return conflict(attempt, error);
    if (attempt->host->pulls != NULL && is_unwanted(attempt)) {
        publish_attempt_note(attempt, "somebody closed the pull request: there is none until something else changes");
        attempt->result.state = PUBLISH_CLOSED;
        attempt->result.manual = true;
        return ERROR_NONE;
    }
    if (is_in_line(attempt, &is_in_line_already, &is_behind, error) != ERROR_NONE)
        return error->code;
    if ((!is_in_line_already && write_branch(attempt, is_behind, error) != ERROR_NONE) ||
        (attempt->host->pulls != NULL && offer_pull(attempt, error) != ERROR_NONE))
        return error->code;
    attempt->result.state = attempt->has_opened    ? PUBLISH_OPENED
                            : attempt->has_changed ? PUBLISH_UPDATED
                                                   : PUBLISH_UNCHANGED;
    return ERROR_NONE;
}

/* ---- all of it ---- */

static enum error_code tell_others(struct publish_attempt *attempt, struct error *error)
{
    CLEANUP(buffer_clear) struct buffer seal = {0}, text = {0}, over_text = {0};
    struct publish_comment comment = {0}, over = {.is_over = true};
    const char *note = NULL;

    if (attempt->opening.target->comment_paths.count == 0 || is_dry(attempt))
        return ERROR_NONE;
    publish_text_comment(&seal, &text, &attempt->subject, attempt->pull.is_open ? attempt->pull.number : 0);
    publish_text_comment_over(&over_text, &attempt->subject);
    if (keep(attempt, &seal, &comment.seal, error) != ERROR_NONE ||
        keep(attempt, &text, &comment.body, error) != ERROR_NONE ||
        keep(attempt, &over_text, &over.body, error) != ERROR_NONE)
        return error->code;
    over.seal = comment.seal;
    comment.is_over = !tree_plan_changes(&attempt->files.plan);
    if (attempt->host->pulls->tell(attempt->state, &comment, &over, &note, error) != ERROR_NONE)
        return error->code;
    take_note(attempt, note);
    return ERROR_NONE;
}

static enum error_code run(struct publish_attempt *attempt, struct error *error)
{
    attempt->result.note_count = 0;
    attempt->result.manual = false;
    if (look(attempt, error) != ERROR_NONE ||
        (tree_plan_changes(&attempt->files.plan) ? begin : end)(attempt, error) != ERROR_NONE ||
        tell_others(attempt, error) != ERROR_NONE)
        return error->code;
    if (!attempt->is_recorded)
        record(attempt, attempt->result.state);
    return ERROR_NONE;
}

enum error_code publish_attempt_run(struct publish_attempt *attempt, struct error *error)
{
    if (attempt->host->open(&attempt->state, &attempt->opening, error) != ERROR_NONE)
        return error->code;
    run(attempt, error);
    attempt->host->close(attempt->state);
    return error->code;
}
