#include "agent/base_sample.h"

#include <stdio.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "agent/outbox_sample.h"
#include "sources/source.h"
#include "support/cmocka.h"

struct base base = {.lock = PTHREAD_MUTEX_INITIALIZER};

void base_lock(void)
{
    pthread_mutex_lock(&base.lock);
}

void base_unlock(void)
{
    pthread_mutex_unlock(&base.lock);
}

static bool is_wanted(const struct entry *entry, struct text taker)
{
    if (entry->status != ENTRY_SHIPPED)
        return entry->status == ENTRY_PENDING;
    return !text_equal(taker, text_from(entry->taker));
}

static void read_log(struct capture_reading *reading)
{
    reading->state = base.state;
    if (base.state != CAPTURE_ON)
        return;
    reading->continuity = text_from(base.continuity);
    reading->statements = arena_array(reading->arena, base.count + 1, sizeof *reading->statements);
    assert_non_null(reading->statements);
    for (size_t i = 0; i < base.count; i++) {
        if (!is_wanted(&base.log[i], reading->taker))
            continue;
        reading->more = reading->count == base.portion;
        if (reading->more)
            break;
        reading->statements[reading->count++] = (struct captured_statement){
            .number = (int64_t)i + 1, .at = (int64_t)i + 1000, .actor = TEXT("ana"), .command = TEXT("ALTER TABLE")};
    }
}

static enum error_code base_read(struct snapshot **ret_snapshot, const char *ref,
                                 const struct source_settings *settings, struct error *error)
{
    (void)ref;
    (void)error;
    base_lock();
    base.reads++;
    base.asked += settings->capture != NULL;
    if (settings->capture != NULL)
        read_log(settings->capture);
    *ret_snapshot = outbox_sample(3, base.schema);
    base_unlock();
    return ERROR_NONE;
}

static enum error_code base_look(struct source_watch *watch, bool exact, struct source_mark *ret_mark,
                                 struct error *error)
{
    eventfd_t count;
    char seen[32];

    base_lock();
    base.looks++;
    if (!base.deaf)
        (void)!eventfd_read(base.bell, &count);
    snprintf(seen, sizeof seen, "%u %zu", base.schema, base.count);
    if (base.looks_fail)
        error_set(error, ERROR_CONNECT, "of the test");
    base_unlock();
    if (error->code != ERROR_NONE)
        return error->code;
    ret_mark->cheap = hasher_digest(watch->hasher, 1, TEXT("it never says anything"));
    if (exact)
        ret_mark->exact = hasher_digest(watch->hasher, 2, text_from(seen));
    return ERROR_NONE;
}

static int base_wake_file(struct source_watch *watch)
{
    (void)watch;
    return base.bell;
}

static void mark_entry(struct entry *entry, enum entry_status status, const struct capture_marking *marking)
{
    entry->status = status;
    snprintf(entry->taker, sizeof entry->taker, "%.*s", (int)marking->taker.length, marking->taker.bytes);
    entry->seq = marking->seq;
}

static enum error_code base_mark(struct source_watch *watch, const struct capture_marking *marking, struct error *error)
{
    (void)watch;
    base_lock();
    if (base.marks_fail)
        error_set(error, ERROR_QUERY, "marks fail");
    for (size_t i = 0; !base.marks_fail && i < marking->count; i++)
        mark_entry(&base.log[marking->statements[i].number - 1], ENTRY_SHIPPED, marking);
    for (size_t i = 0; !base.marks_fail && marking->statements == NULL && i < base.count; i++)
        if (base.log[i].status == ENTRY_SHIPPED && text_equal(text_from(base.log[i].taker), marking->taker) &&
            base.log[i].seq <= marking->seq)
            base.log[i].status = ENTRY_RECORDED;
    base_unlock();
    return error->code;
}

static const struct source_ops source_base = {
    .name = "base", .read = base_read, .look = base_look, .wake_file = base_wake_file, .mark = base_mark};

/* In the place of those of source.c. */
const struct source_ops *const source_all[] = {&source_base, NULL};

const struct source_ops *source_find(const char *ref)
{
    (void)ref;
    return &source_base;
}

void source_settings_init(struct source_settings *settings)
{
    *settings = (struct source_settings){.memory_limit = (size_t)1 << 30};
}

void base_change(unsigned statements)
{
    base_lock();
    base.schema++;
    for (unsigned i = 0; i < statements; i++)
        base.log[base.count++] = (struct entry){0};
    (void)!eventfd_write(base.bell, 1);
    base_unlock();
}

size_t base_entries(enum entry_status status)
{
    size_t count = 0;

    base_lock();
    for (size_t i = 0; i < base.count; i++)
        count += base.log[i].status == status;
    base_unlock();
    return count;
}

void base_set(bool *flag, bool value)
{
    base_lock();
    *flag = value;
    base_unlock();
}

unsigned base_get(const unsigned *count)
{
    unsigned answer;

    base_lock();
    answer = *count;
    base_unlock();
    return answer;
}

void base_begin(void)
{
    base_lock();
    memset(base.log, 0, sizeof base.log);
    base.schema = 1;
    base.count = 0;
    base.portion = ENTRIES;
    base.state = CAPTURE_ON;
    base.continuity = "a";
    base.marks_fail = base.looks_fail = base.deaf = false;
    base.looks = base.reads = base.asked = 0;
    base.bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    base_unlock();
}

void base_end(void)
{
    close(base.bell);
}
