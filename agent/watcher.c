#include "agent/watcher.h"

#include <malloc.h>
#include <time.h>

#include "agent/shipping.h"
#include "agent/thread.h"
#include "base/clock.h"
#include "base/memory.h"
#include "schema/load.h"
#include "sources/watch.h"

enum {
    MILLISECOND = 1000,
    SECOND = 1000 * MILLISECOND,
    READS_AT_ONCE = 4,
    GATE_PATIENCE = 60 * SECOND, /* then a read goes ahead: what holds the others up is not its business */
    FAILING_LONGEST = 60 * SECOND,
    BURST_LONGEST = 10,                    /* times `debounce` */
    CAPTURED_DEBOUNCE = 100 * MILLISECOND, /* at most, where nothing is lost by reading in the midst of a burst */
    DEAF_AFTER_BURST = 4,                  /* times as long as the read took, when a burst was not over */
    DEAF_AFTER_FALSE_ALARM = 10,           /* times as long as the look took that found nothing */
    DEAF_AFTER_FAILURE = SECOND,
    COPY_LIMIT = 1024 * 1024,
    ROOT_SHOWN = 12 /* digits of a root in the log */
};

struct watcher {
    struct watcher_setup setup; /* settings and target point to the copies below */
    struct settings settings;
    struct settings_target target;
    struct arena arena; /* of their texts */
    struct status status;
    struct thread thread;
    bool running; /* it was started, and not joined */

    /* of the thread */
    struct watch *watch;
    struct shipping shipping;
    bool woken;         /* by the database */
    bool bursts;        /* something went on changing for longer than was waited for */
    int64_t deaf_until; /* the database cannot wake us before */
    bool more;          /* was captured than came with the last read */
    bool told_capture;  /* that marks fail, or nothing fits into the outbox */
    unsigned requests;  /* that were not met yet */
    bool pending;       /* something changed, and is not stored yet */
    bool has_kept;      /* a snapshot of this run is stored */
    unsigned failures;  /* in a row */
    int64_t exact_at;   /* of the last exact look; 0: none */
    int64_t full_at;    /* of the last read */
    struct status_counts counts;
};

/* ---- the gate ---- */

void watcher_gate_init(struct watcher_gate *gate)
{
    pthread_condattr_t attributes;

    *gate = (struct watcher_gate){.places = READS_AT_ONCE};
    pthread_mutex_init(&gate->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&gate->left, &attributes);
    pthread_condattr_destroy(&attributes);
}

void watcher_gate_clear(struct watcher_gate *gate)
{
    pthread_cond_destroy(&gate->left);
    pthread_mutex_destroy(&gate->lock);
}

/* Wait for a place. Answers whether it got one, which has to be given back. */
static bool gate_enter(struct watcher_gate *gate, struct status *status)
{
    int64_t until = clock_elapsed() + GATE_PATIENCE;
    bool entered;

    pthread_mutex_lock(&gate->lock);
    while (gate->places == 0 && clock_elapsed() < until && !status_is_stopped(status)) {
        int64_t look_again = clock_elapsed() + SECOND;
        struct timespec time = {.tv_sec = look_again / SECOND, .tv_nsec = look_again % SECOND * 1000};

        pthread_cond_timedwait(&gate->left, &gate->lock, &time);
    }
    entered = gate->places > 0;
    gate->places -= entered;
    pthread_mutex_unlock(&gate->lock);
    return entered;
}

static void gate_leave(struct watcher_gate *gate, bool entered)
{
    if (!entered)
        return;
    pthread_mutex_lock(&gate->lock);
    gate->places++;
    pthread_cond_signal(&gate->left);
    pthread_mutex_unlock(&gate->lock);
}

/* ---- words ---- */

static void report_fine(struct watcher *watcher, int64_t checked_at)
{
    if (status_report(&watcher->status, TARGET_FINE, "", checked_at))
        log_write(watcher->setup.logger, LOG_LEVEL_INFO, "target-state",
                  LOG_FIELDS(log_string("target", watcher->target.name),
                             log_string("state", target_state_name(TARGET_FINE))));
}

static enum target_state state_of(enum error_code code)
{
    switch (code) {
    case ERROR_CONNECT:
    case ERROR_TIMEOUT:
    case ERROR_NOT_FOUND:
        return TARGET_UNREACHABLE;
    case ERROR_REFUSED:
        return TARGET_REFUSED;
    case ERROR_UNSTABLE:
        return TARGET_UNSTABLE;
    default:
        return TARGET_FAILED;
    }
}

static void report_failure(struct watcher *watcher, const struct error *error)
{
    enum target_state state = state_of(error->code);

    const char *hint = error->hint[0] != '\0' ? error->hint : error_remedy(error->code);

    if (status_report(&watcher->status, state, error->message, clock_now()))
        log_write(watcher->setup.logger, LOG_LEVEL_WARNING, "target-state",
                  LOG_FIELDS(log_string("target", watcher->target.name), log_string("state", target_state_name(state)),
                             log_string("code", error_name(error->code)), log_string("message", error->message),
                             log_string("hint", hint),
                             log_string("next", "keeping the last snapshot and trying again")));
}

static void log_stored(const struct watcher *watcher, const struct outbox_parcel *parcel, const struct outbox_put *put)
{
    const struct snapshot *snapshot = parcel->snapshot;
    char root[HASH_HEX_SIZE];

    hash_to_hex(&snapshot->root, root);
    log_write(watcher->setup.logger, LOG_LEVEL_INFO, "snapshot-stored",
              LOG_FIELDS(log_string("target", watcher->target.name), log_number("seq", (int64_t)put->seq),
                         log_text("root", (struct text){root, ROOT_SHOWN}),
                         log_number("objects", snapshot_object_count(snapshot)),
                         log_number("gaps", snapshot->gap_count),
                         log_number("statements", (int64_t)parcel->statement_count)));
    if (put->dropped > 0)
        log_write(watcher->setup.logger, LOG_LEVEL_WARNING, "outbox-full",
                  LOG_FIELDS(log_number("dropped", put->dropped),
                             log_string("message", "the outbox is full: snapshots that nobody has acknowledged had "
                                                   "to go"),
                             log_string("next", "telling the collector of the gap")));
}

/* ---- looking ---- */

static bool is_stopped(struct watcher *watcher)
{
    return watcher->requests & STATUS_STOP || status_is_stopped(&watcher->status);
}

/* Answers whether somebody asked for something meanwhile. */
static bool wait_until(struct watcher *watcher, int64_t until)
{
    unsigned requests = status_wait(&watcher->status, until, SOURCE_WAKE_NONE, NULL);

    watcher->requests |= requests;
    return requests != 0;
}

/* The same; the database may end it, too. Statements that change nothing may come without end, and a target that fails
 * is not helped by haste: then it is not listened to for a while. */
static void wait_for_news(struct watcher *watcher, int64_t until)
{
    bool deaf = watcher->deaf_until > clock_elapsed();
    int file;

    if (deaf && wait_until(watcher, watcher->deaf_until < until ? watcher->deaf_until : until))
        return;
    file = watch_wake_file(watcher->watch);
    watcher->woken = file == SOURCE_WAKE_NOW;
    if (!watcher->woken)
        watcher->requests |= status_wait(&watcher->status, until, file, &watcher->woken);
    watcher->counts.woken += watcher->woken;
}

static enum error_code look(struct watcher *watcher, enum watch_depth depth, enum watch_answer *ret_answer,
                            struct error *error)
{
    int64_t begun = clock_elapsed();
    enum error_code code = watch_look(watcher->watch, depth, ret_answer, error);

    watcher->counts.looks[depth]++;
    watcher->counts.look_us[depth] += clock_elapsed() - begun;
    if (code == ERROR_NONE && depth == WATCH_EXACT)
        watcher->exact_at = clock_elapsed();
    return code;
}

/* Something changed. Wait until nothing has changed for `debounce`: each look is compared with the one before, though
 * no snapshot of it is kept; `pending` remembers that. */
static enum error_code settle(struct watcher *watcher, struct error *error)
{
    int64_t pause = (int64_t)watcher->target.debounce_ms * MILLISECOND;
    enum watch_answer answer = WATCH_CHANGED;
    int64_t end;

    if (watcher->shipping.state == CAPTURE_ON && pause > CAPTURED_DEBOUNCE)
        pause = CAPTURED_DEBOUNCE;
    end = clock_elapsed() + BURST_LONGEST * pause;

    while (answer == WATCH_CHANGED && clock_elapsed() < end && !is_stopped(watcher)) {
        watch_keep(watcher->watch);
        wait_until(watcher, clock_elapsed() + pause);
        if (look(watcher, WATCH_EXACT, &answer, error) != ERROR_NONE)
            return error->code;
    }
    watcher->bursts = answer == WATCH_CHANGED;
    return ERROR_NONE;
}

/* ---- what was captured ---- */

static void log_capture(struct watcher *watcher, const struct error *error, const char *next)
{
    if (!watcher->told_capture)
        log_write(watcher->setup.logger, LOG_LEVEL_WARNING, "capture-waits",
                  LOG_FIELDS(log_string("target", watcher->target.name), log_string("code", error_name(error->code)),
                             log_string("message", error->message), log_string("next", next)));
    watcher->told_capture = true;
}

static void note_capture(struct watcher *watcher, enum capture_state state)
{
    static const char *const names[] = {
        [CAPTURE_ABSENT] = "absent", [CAPTURE_ON] = "on", [CAPTURE_OFF] = "off", [CAPTURE_UNREAD] = "unread"};

    if (state != watcher->shipping.state)
        log_write(watcher->setup.logger, LOG_LEVEL_INFO, "capture-state",
                  LOG_FIELDS(log_string("target", watcher->target.name), log_string("state", names[state])));
    watcher->shipping.state = state;
    watcher->counts.capture = (int)state;
}

/* Whether something is damaged and has to be read anew. Asked after what the collector has: whoever finds damage says
 * so before the next snapshot is offered. */
static bool is_damaged(struct watcher *watcher)
{
    return ((watcher->requests | status_peek(&watcher->status)) & STATUS_ANEW) != 0;
}

/* Marks that cannot be set now are set later; what is marked late is brought twice at worst. */
static enum error_code mark(struct watcher *watcher, struct error *error)
{
    struct outbox_acknowledged acknowledged;

    if (shipping_mark_shipped(&watcher->shipping, watcher->watch, error) != ERROR_NONE)
        return error->code;
    if (!shipping_is_awaiting(&watcher->shipping))
        return ERROR_NONE;
    if (outbox_acknowledged(watcher->setup.outbox, watcher->setup.id, &acknowledged, error) != ERROR_NONE)
        return error->code;
    if (is_damaged(watcher))
        return ERROR_NONE;
    return shipping_mark_recorded(&watcher->shipping, &acknowledged, watcher->watch, error);
}

static bool mark_if_possible(struct watcher *watcher)
{
    struct error error = {0};

    if (mark(watcher, &error) == ERROR_NONE) {
        watcher->told_capture = false;
        return true;
    }
    log_capture(watcher, &error, "marking it later");
    return false;
}

/* ---- reading and storing ---- */

/* Where there is no room for the statements there may be some for the snapshot: they stay in the database. */
static enum error_code put(struct watcher *watcher, struct outbox_parcel *parcel, struct outbox_put *ret_put,
                           struct error *error)
{
    struct outbox *outbox = watcher->setup.outbox;
    enum error_code code = outbox_put(outbox, watcher->setup.id, parcel, ret_put, error);

    if (code != ERROR_FULL || parcel->statement_count == 0)
        return code;
    log_capture(watcher, error, "leaving the statements in the database for now");
    parcel->statement_count = 0;
    parcel->continuity = (struct text){0};
    return outbox_put(outbox, watcher->setup.id, parcel, ret_put, error);
}

static void stored(struct watcher *watcher, const struct outbox_parcel *parcel, const struct outbox_put *put)
{
    watch_keep(watcher->watch);
    watcher->requests &= STATUS_STOP;
    watcher->pending = false;
    watcher->has_kept = true;
    watcher->full_at = clock_elapsed();
    watcher->counts.stored += put->stored;
    watcher->counts.dropped += put->dropped;
    watcher->counts.statements += parcel->statement_count;
    if (put->stored)
        log_stored(watcher, parcel, put);
    status_stored(&watcher->status, put->seq);
}

/* `question` is NULL where it was not asked what was captured. */
static enum error_code store(struct watcher *watcher, const struct snapshot *snapshot,
                             const struct shipping_question *question, struct error *error)
{
    struct outbox_parcel parcel = {.snapshot = snapshot, .anew = (watcher->requests & STATUS_ANEW) != 0};
    struct outbox_put done;

    if (is_stopped(watcher))
        return ERROR_NONE;
    if (question != NULL) {
        note_capture(watcher, question->reading.state);
        parcel.statements = question->reading.statements;
        parcel.statement_count = question->reading.count;
        parcel.continuity = question->reading.continuity;
        parcel.partial = question->reading.more;
    }
    if (put(watcher, &parcel, &done, error) != ERROR_NONE) {
        if (error->code == ERROR_IO)
            watcher->setup.alarm.ring(watcher->setup.alarm.context, error);
        return error->code;
    }
    stored(watcher, &parcel, &done);
    if (question == NULL)
        return ERROR_NONE;
    if (shipping_stored(&watcher->shipping, &parcel, &done, error) != ERROR_NONE)
        return error->code;
    /* What comes with the next read is the same until this is marked. */
    watcher->more = mark_if_possible(watcher) && parcel.partial;
    watcher->pending = watcher->more;
    return ERROR_NONE;
}

static enum error_code read_schema(struct watcher *watcher, struct capture_reading *capture,
                                   struct snapshot **ret_snapshot, struct error *error)
{
    int64_t begun = clock_elapsed();
    enum error_code code;

    watcher->settings.source.capture = capture;
    code = source_find(watcher->target.source)
               ->read(ret_snapshot, watcher->target.source, &watcher->settings.source, error);
    watcher->settings.source.capture = NULL;
    watcher->counts.read_us += clock_elapsed() - begun;
    if (code != ERROR_NONE)
        return code;
    watcher->counts.reads++;
    watcher->counts.read_at = clock_now();
    return ERROR_NONE;
}

static enum error_code read_with_captured(struct watcher *watcher, struct error *error)
{
    CLEANUP(arena_free) struct arena arena;
    struct shipping_question question;
    struct snapshot *snapshot = NULL;
    bool anew = (watcher->requests & STATUS_ANEW) != 0, asked = false;
    enum error_code code;

    arena_init(&arena, watcher->settings.source.memory_limit);
    code = shipping_ask(&watcher->shipping, anew, &arena, &question, &asked, error);
    if (code == ERROR_NONE)
        code = read_schema(watcher, asked ? &question.reading : NULL, &snapshot, error);
    if (code == ERROR_NONE)
        code = store(watcher, snapshot, asked ? &question : NULL, error);
    snapshot_free(snapshot);
    return code;
}

/* Everything that a read took goes back to the system: a watcher sleeps most of its life. */
static enum error_code read_and_store(struct watcher *watcher, struct error *error)
{
    bool entered = gate_enter(watcher->setup.gate, &watcher->status);
    enum error_code code = ERROR_NONE;

    if (!is_stopped(watcher)) {
        code = read_with_captured(watcher, error);
        malloc_trim(0);
    }
    gate_leave(watcher->setup.gate, entered);
    return code;
}

static bool is_due(int64_t last, unsigned every_ms)
{
    return clock_elapsed() - last >= (int64_t)every_ms * MILLISECOND;
}

static enum error_code watch_once(struct watcher *watcher, struct error *error)
{
    bool full = !watcher->has_kept || watcher->pending || (watcher->requests & (STATUS_LOOK | STATUS_ANEW)) != 0 ||
                is_due(watcher->full_at, watcher->target.full_check_ms);
    bool exact = full || watcher->woken || is_due(watcher->exact_at, watcher->target.exact_ms);
    enum watch_answer answer = WATCH_SAME;
    int64_t begun = clock_now();

    watcher->more = watcher->bursts = false;
    if (look(watcher, exact ? WATCH_EXACT : WATCH_CHEAP, &answer, error) != ERROR_NONE ||
        (answer == WATCH_MOVED && look(watcher, WATCH_EXACT, &answer, error) != ERROR_NONE))
        return error->code;
    mark_if_possible(watcher);
    if (answer == WATCH_CHANGED && watcher->has_kept) {
        watcher->pending = true;
        if (settle(watcher, error) != ERROR_NONE)
            return error->code;
        begun = clock_now();
    }
    if ((answer == WATCH_CHANGED || full) && read_and_store(watcher, error) != ERROR_NONE)
        return error->code;
    if (!is_stopped(watcher))
        report_fine(watcher, begun);
    return ERROR_NONE;
}

/* ---- the thread ---- */

/* A target that fails is left alone for longer and longer, and not by all its watchers at the same moments. */
static int64_t pause_of(const struct watcher *watcher)
{
    int64_t pause = (int64_t)watcher->target.poll_ms * MILLISECOND;

    if (watcher->failures == 0)
        return pause;
    for (unsigned i = 0; i < watcher->failures && pause < FAILING_LONGEST; i++)
        pause *= 2;
    if (pause > FAILING_LONGEST)
        pause = FAILING_LONGEST;
    if (pause < (int64_t)watcher->target.poll_ms * MILLISECOND)
        pause = (int64_t)watcher->target.poll_ms * MILLISECOND;
    return pause - thread_random(pause / 4 + 1);
}

/* For how long the database need not be listened to after a turn: however often it says something, looks and reads take
 * a part of the time only. */
static int64_t deafness(const struct watcher *watcher, int64_t took, const struct status_counts *before)
{
    if (watcher->failures > 0)
        return DEAF_AFTER_FAILURE;
    if (watcher->bursts)
        return DEAF_AFTER_BURST * (watcher->counts.read_us - before->read_us);
    return watcher->woken && watcher->counts.reads == before->reads ? DEAF_AFTER_FALSE_ALARM * took : 0;
}

static void take_turn(struct watcher *watcher)
{
    const struct status_counts before = watcher->counts;
    int64_t begun = clock_elapsed();
    struct error error = {0};

    if (watch_once(watcher, &error) == ERROR_NONE) {
        watcher->failures = 0;
    } else {
        watcher->failures++;
        watcher->counts.failures++;
        report_failure(watcher, &error);
    }
    watcher->deaf_until = clock_elapsed() + deafness(watcher, clock_elapsed() - begun, &before);
    watcher->woken = false;
    status_account(&watcher->status, &watcher->counts);
}

static void work(void *context)
{
    struct watcher *watcher = context;

    if (watcher->setup.jitter_us > 0)
        wait_until(watcher, clock_elapsed() + thread_random(watcher->setup.jitter_us));
    while (!is_stopped(watcher)) {
        take_turn(watcher);
        if (watcher->more)
            continue;
        if (watcher->setup.once)
            break;
        wait_for_news(watcher, clock_elapsed() + pause_of(watcher));
    }
    watch_close(watcher->watch);
    watcher->watch = NULL;
}

/* ---- from outside ---- */

static void count_torn(void *context)
{
    ((struct watcher *)context)->counts.torn++;
}

static bool copy_settings(struct watcher *watcher, const struct watcher_setup *setup)
{
    struct arena *arena = &watcher->arena;
    const char *key =
        arena_copy(arena, setup->settings->source.secret_key.bytes, setup->settings->source.secret_key.length);

    watcher->settings.source = setup->settings->source;
    watcher->settings.source.secret_key.bytes = key;
    watcher->settings.source.torn = count_torn;
    watcher->settings.source.torn_context = watcher;
    watcher->target = *setup->target;
    watcher->target.name = arena_string(arena, text_from(setup->target->name));
    watcher->target.source = arena_string(arena, text_from(setup->target->source));
    watcher->target.scratch = arena_string(arena, text_from(setup->target->scratch));
    watcher->settings.source.scratch = setup->target->scratch == NULL ? NULL : watcher->target.scratch;
    watcher->setup.settings = &watcher->settings;
    watcher->setup.target = &watcher->target;
    return key != NULL && watcher->target.name != NULL && watcher->target.source != NULL &&
           watcher->target.scratch != NULL;
}

enum error_code watcher_new(struct watcher **ret_watcher, const struct watcher_setup *setup, struct error *error)
{
    struct watcher *watcher = mem_alloc(sizeof *watcher);

    if (watcher == NULL)
        return error_memory(error, "watching a target");
    *watcher = (struct watcher){.setup = *setup};
    arena_init(&watcher->arena, COPY_LIMIT);
    shipping_init(&watcher->shipping, setup->outbox, setup->id);
    if (status_init(&watcher->status, setup->doorbell, error) != ERROR_NONE) {
        mem_free(watcher);
        return error->code;
    }
    if (!copy_settings(watcher, setup)) {
        arena_error(&watcher->arena, error, "watching a target");
        watcher_free(watcher);
        return error->code;
    }
    if (watch_open(&watcher->watch, watcher->target.source, &watcher->settings.source, error) != ERROR_NONE) {
        watcher_free(watcher);
        return error->code;
    }
    *ret_watcher = watcher;
    return ERROR_NONE;
}

enum error_code watcher_start(struct watcher *watcher, struct error *error)
{
    if (thread_start(&watcher->thread, watcher->target.name, work, watcher, error) != ERROR_NONE)
        return error->code;
    watcher->running = true;
    return ERROR_NONE;
}

struct status *watcher_status(struct watcher *watcher)
{
    return &watcher->status;
}

const char *watcher_name(const struct watcher *watcher)
{
    return watcher->target.name;
}

bool watcher_is_running(const struct watcher *watcher)
{
    return watcher->running;
}

bool watcher_watches(const struct watcher *watcher, const struct settings *settings,
                     const struct settings_target *target)
{
    return settings_same_target(&watcher->settings, &watcher->target, settings, target);
}

bool watcher_join(struct watcher *watcher, int64_t until)
{
    if (watcher->running && !thread_join(&watcher->thread, until))
        return false;
    watcher->running = false;
    return true;
}

void watcher_free(struct watcher *watcher)
{
    if (watcher == NULL)
        return;
    watch_close(watcher->watch);
    shipping_clear(&watcher->shipping);
    status_clear(&watcher->status);
    arena_free(&watcher->arena);
    mem_free(watcher);
}
