#include "notify/notifier.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "correlate/policy.h"
#include "notify/planner.h"
#include "notify/sender.h"
#include "store/incidents.h"
#include "store/store.h"

enum {
    ROUND_MS = 200,     /* between transactions, at least */
    LOOK_MS = 1000,     /* and between looks at what is due, at most: the time of day may jump */
    LOOK_SHARE = 10,    /* a look may take this part of the time: with very much that waits it takes long */
    TROUBLE_MS = 30000, /* between attempts to write what cannot be written, at most */
    PLANNING_MEMORY = 256 * 1024 * 1024,
    LOOKING_MEMORY = 64 * 1024 * 1024
};

struct notifier {
    struct notifier_settings settings;
    struct database *database; /* to read */
    struct transport *transport;
    struct sender *sender;
    struct arena arena; /* of what lives as long as this */
    struct text store;  /* its id */
    int beat;           /* of the pulse; -1: not listened to */
    pthread_t thread;
    bool is_started;
    atomic_bool stopping;
    atomic_bool woken;

    /* the thread's */
    int64_t planned;    /* all up to this event was planned */
    bool is_planned;    /* at least once since the start */
    bool has_more;      /* there is more to plan at once */
    int64_t plans_at;   /* time of day: when something becomes due to be told; 0: never */
    int64_t round_at;   /* elapsed: not before */
    int64_t look_at;    /* elapsed: what is due is looked for again */
    int64_t rest_until; /* elapsed: but not before */
    int64_t trouble_ms; /* the pause since writing fails; 0: it does not */
};

static int64_t in_ms(int64_t ms)
{
    return clock_elapsed() + ms * 1000;
}

/* ---- what the core's thread does ---- */

struct keeping {
    const struct delivery_result *results;
    size_t count;
    struct arena *arena;
};

static enum error_code keep_results(void *context, struct database *database, struct error *error)
{
    struct keeping *keeping = context;

    for (size_t i = 0; i < keeping->count; i++)
        if (delivery_record(database, &keeping->results[i], keeping->arena, error) != ERROR_NONE)
            return error->code;
    return ERROR_NONE;
}

struct plan_call {
    struct planning planning;
    bool has_more;
};

static enum error_code plan_some(void *context, struct database *database, struct error *error)
{
    struct plan_call *call = context;
    bool more_events = false, more_messages = false;

    if (planner_read(&call->planning, database, &more_events, error) != ERROR_NONE ||
        planner_tell(&call->planning, database, &more_messages, error) != ERROR_NONE)
        return error->code;
    call->has_more = more_events || more_messages;
    return ERROR_NONE;
}

/* ---- writing ---- */

/* It is tried again, less and less often: agents and readers have the core meanwhile. */
static enum error_code note_trouble(struct notifier *notifier, const struct error *error)
{
    notifier->trouble_ms = notifier->trouble_ms == 0 ? LOOK_MS : notifier->trouble_ms * 2;
    if (notifier->trouble_ms > TROUBLE_MS)
        notifier->trouble_ms = TROUBLE_MS;
    notifier->round_at = in_ms(notifier->trouble_ms);
    if (!atomic_load(&notifier->stopping))
        log_failure(notifier->settings.logger, "notify-stuck", error, "trying again; nothing is lost");
    return error->code;
}

static enum error_code keep(struct notifier *notifier, struct error *error)
{
    CLEANUP(arena_free) struct arena arena;
    struct keeping keeping = {.arena = &arena};

    arena_init(&arena, PLANNING_MEMORY);
    keeping.results = sender_results(notifier->sender, &keeping.count);
    if (keeping.count == 0)
        return ERROR_NONE;
    if (core_call(notifier->settings.core, keep_results, &keeping, error) != ERROR_NONE)
        return error->code;
    sender_kept(notifier->sender, keeping.count);
    return ERROR_NONE;
}

static enum error_code plan(struct notifier *notifier, struct error *error)
{
    struct notify_plan *current = notify_take(notifier->settings.plan);
    struct policy *policy = policy_take(notifier->settings.policy);
    CLEANUP(arena_free) struct arena arena;
    struct plan_call call = {
        .planning = {.plan = current, .policy = policy, .store = notifier->store, .now = clock_now(), .arena = &arena}};
    int64_t last = pulse_last(notifier->settings.pulse); /* before reading: what comes meanwhile is read again */
    enum error_code code;

    arena_init(&arena, PLANNING_MEMORY);
    code = core_call(notifier->settings.core, plan_some, &call, error);
    if (code == ERROR_NONE) {
        notifier->has_more = call.has_more;
        notifier->is_planned = true;
        if (!call.has_more)
            notifier->planned = last;
    }
    policy_release(policy);
    notify_plan_release(current);
    return code;
}

static bool has_to_plan(const struct notifier *notifier)
{
    return notifier->has_more || !notifier->is_planned || pulse_last(notifier->settings.pulse) > notifier->planned ||
           (notifier->plans_at != 0 && notifier->plans_at <= clock_now());
}

static bool has_to_write(const struct notifier *notifier)
{
    size_t results;

    sender_results(notifier->sender, &results);
    return results > 0 || has_to_plan(notifier);
}

static enum error_code write_some(struct notifier *notifier, struct error *error)
{
    if (keep(notifier, error) != ERROR_NONE || (has_to_plan(notifier) && plan(notifier, error) != ERROR_NONE))
        return note_trouble(notifier, error);
    notifier->trouble_ms = 0;
    notifier->round_at = in_ms(ROUND_MS);
    notifier->look_at = 0;
    return ERROR_NONE;
}

/* ---- looking ---- */

static enum error_code offer_due(struct notifier *notifier, struct error *error)
{
    CLEANUP(arena_free) struct arena arena;
    struct delivery_row *rows = NULL;
    int64_t next = 0, now = clock_now();
    size_t count = 0;

    arena_init(&arena, LOOKING_MEMORY);
    if (deliveries_due(notifier->database, now, SENDER_OFFER, &arena, &rows, &count, error) != ERROR_NONE ||
        deliveries_next(notifier->database, &next, error) != ERROR_NONE ||
        incidents_next(notifier->database, &notifier->plans_at, error) != ERROR_NONE)
        return error->code;
    notifier->look_at = in_ms(LOOK_MS);
    if (next > now && next - now < (int64_t)LOOK_MS * 1000)
        notifier->look_at = clock_elapsed() + (next - now);
    return sender_offer(notifier->sender, rows, count, error);
}

static int64_t next_look(const struct notifier *notifier)
{
    return notifier->look_at > notifier->rest_until ? notifier->look_at : notifier->rest_until;
}

static void look(struct notifier *notifier)
{
    int64_t begun = clock_elapsed();
    struct error error = {0};

    if (begun >= next_look(notifier)) {
        if (offer_due(notifier, &error) != ERROR_NONE) {
            notifier->look_at = in_ms(LOOK_MS);
            log_failure(notifier->settings.logger, "notify-stuck", &error, "trying again");
        }
        notifier->rest_until = begun + LOOK_SHARE * (clock_elapsed() - begun);
    }
    if (sender_start(notifier->sender, &error) != ERROR_NONE)
        log_failure(notifier->settings.logger, "notify-stuck", &error, "trying again");
}

/* ---- the loop ---- */

static int patience(const struct notifier *notifier)
{
    int64_t until = next_look(notifier), now = clock_elapsed();

    if (has_to_write(notifier))
        until = notifier->round_at;
    else if (notifier->plans_at != 0 && notifier->plans_at - clock_now() < until - now)
        until = now + (notifier->plans_at - clock_now());
    if (until > in_ms(LOOK_MS))
        until = in_ms(LOOK_MS);
    return until <= now ? 0 : (int)((until - now + 999) / 1000);
}

static void empty_beat(int file)
{
    uint64_t beats;
    ssize_t length;

    do
        length = read(file, &beats, sizeof beats);
    while (length < 0 && errno == EINTR);
}

static void turn(struct notifier *notifier)
{
    struct error error = {0};

    if (atomic_exchange(&notifier->woken, false)) {
        notifier->is_planned = false; /* the plan may be another */
        notifier->look_at = 0;
    }
    if (has_to_write(notifier) && clock_elapsed() >= notifier->round_at)
        (void)!write_some(notifier, &error);
    look(notifier);
    if (transport_wait(notifier->transport, notifier->beat, patience(notifier), &error) != ERROR_NONE) {
        log_failure(notifier->settings.logger, "notify-stuck", &error, "trying again");
        usleep(ROUND_MS * 1000);
    }
    empty_beat(notifier->beat);
    sender_take(notifier->sender);
}

static void *run(void *context)
{
    struct notifier *notifier = context;
    struct error error = {0};

    while (!atomic_load(&notifier->stopping))
        turn(notifier);
    (void)!keep(notifier, &error); /* what is not kept is sent again */
    return NULL;
}

/* ---- starting and stopping ---- */

static void notifier_cleanup(struct notifier **notifier)
{
    notifier_stop(*notifier);
}

static enum error_code open_parts(struct notifier *notifier, struct error *error)
{
    const struct notifier_settings *settings = &notifier->settings;
    struct sender_settings sender = {.plan = settings->plan, .logger = settings->logger};

    if (store_open(&notifier->database, settings->folder, DATABASE_READ, error) != ERROR_NONE ||
        store_id(notifier->database, &notifier->arena, &notifier->store, error) != ERROR_NONE ||
        transport_new(&notifier->transport, error) != ERROR_NONE)
        return error->code;
    sender.transport = notifier->transport;
    sender.database = notifier->database;
    if (sender_new(&notifier->sender, &sender, error) != ERROR_NONE)
        return error->code;
    return pulse_listen(settings->pulse, &notifier->beat, error);
}

enum error_code notifier_start(struct notifier **ret_notifier, const struct notifier_settings *settings,
                               struct error *error)
{
    CLEANUP(notifier_cleanup) struct notifier *notifier = mem_alloc(sizeof *notifier);

    if (notifier == NULL)
        return error_memory(error, "starting to notify");
    *notifier = (struct notifier){.settings = *settings, .beat = -1};
    arena_init(&notifier->arena, 4096);
    if (open_parts(notifier, error) != ERROR_NONE)
        return error->code;
    if (pthread_create(&notifier->thread, NULL, run, notifier) != 0)
        return error_set(error, ERROR_MEMORY, "out of memory or threads while starting to notify");
    notifier->is_started = true;
    *ret_notifier = notifier;
    notifier = NULL;
    return ERROR_NONE;
}

void notifier_stop(struct notifier *notifier)
{
    if (notifier == NULL)
        return;
    if (notifier->is_started) {
        atomic_store(&notifier->stopping, true);
        transport_wake(notifier->transport);
        pthread_join(notifier->thread, NULL);
    }
    transport_free(notifier->transport);
    sender_free(notifier->sender);
    if (notifier->beat >= 0)
        pulse_leave(notifier->settings.pulse, notifier->beat);
    database_close(notifier->database);
    arena_free(&notifier->arena);
    mem_free(notifier);
}

void notifier_wake(struct notifier *notifier)
{
    atomic_store(&notifier->woken, true);
    transport_wake(notifier->transport);
}

void notifier_counts(struct notifier *notifier, struct notifier_counts *ret_counts)
{
    sender_counts(notifier->sender, ret_counts);
}
