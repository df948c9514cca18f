#include "ingest/staging.h"

#include <string.h>

/* ---- lists ---- */

static void append(struct upload_list *list, struct upload *upload)
{
    upload->list = list;
    upload->previous = list->last;
    upload->next = NULL;
    *(list->last == NULL ? &list->first : &list->last->next) = upload;
    list->last = upload;
}

static void prepend(struct upload_list *list, struct upload *upload)
{
    upload->list = list;
    upload->previous = NULL;
    upload->next = list->first;
    *(list->first == NULL ? &list->last : &list->first->previous) = upload;
    list->first = upload;
}

static void take_out(struct upload *upload)
{
    struct upload_list *list = upload->list;

    if (list == NULL)
        return;
    *(upload->previous == NULL ? &list->first : &upload->previous->next) = upload->next;
    *(upload->next == NULL ? &list->last : &upload->next->previous) = upload->previous;
    upload->list = NULL;
}

/* ---- roots ---- */

static struct upload **bucket_of(struct staging *staging, const struct hash *root)
{
    uint32_t number;

    memcpy(&number, root->bytes, sizeof number);
    return &staging->leaders[number % STAGING_BUCKETS];
}

static struct upload *find_leader(struct staging *staging, const struct hash *root)
{
    struct upload *upload = *bucket_of(staging, root);

    while (upload != NULL && !hash_equal(&upload->root, root))
        upload = upload->same_bucket;
    return upload;
}

static void lead(struct staging *staging, struct upload *upload)
{
    struct upload **bucket = bucket_of(staging, &upload->root);

    upload->leads = true;
    upload->same_bucket = *bucket;
    *bucket = upload;
}

static void stop_leading(struct staging *staging, struct upload *upload)
{
    struct upload **at = bucket_of(staging, &upload->root);

    while (*at != upload)
        at = &(*at)->same_bucket;
    *at = upload->same_bucket;
    upload->leads = false;
}

/* ---- memory ---- */

/* More than this is never taken. */
static size_t most(const struct staging *staging)
{
    return staging->budget + staging->upload_limit;
}

static void charge(struct staging *staging, struct upload *upload)
{
    size_t size = upload_size(upload);

    staging->used = staging->used - upload->charged + size;
    upload->charged = size;
}

/* ---- uploads ---- */

bool staging_add(struct staging *staging, struct upload *upload)
{
    charge(staging, upload);
    if (staging->used > most(staging)) {
        staging->used -= upload->charged;
        upload->charged = 0;
        return false;
    }
    append(&staging->waiting, upload);
    return true;
}

void staging_remove(struct staging *staging, struct upload *upload)
{
    take_out(upload);
    staging->used -= upload->charged;
    upload->charged = 0;
    if (upload->leads)
        stop_leading(staging, upload);
    while (upload->followers.first != NULL) {
        struct upload *follower = upload->followers.first;

        take_out(follower);
        append(&staging->waiting, follower);
    }
}

struct upload *staging_next(const struct staging *staging)
{
    bool room = staging->used < staging->budget || staging->asking.first == NULL;

    return room ? staging->waiting.first : NULL;
}

bool staging_leads(struct staging *staging, struct upload *upload)
{
    struct upload *leader = find_leader(staging, &upload->root);

    if (leader == NULL)
        lead(staging, upload);
    if (leader == NULL || leader == upload)
        return true;
    take_out(upload);
    append(&leader->followers, upload);
    return false;
}

void staging_asks(struct staging *staging, struct upload *upload, int64_t now)
{
    upload->deadline = now + (int64_t)STAGING_ANSWER_MS * 1000;
    take_out(upload);
    append(&staging->asking, upload);
}

void staging_waits(struct staging *staging, struct upload *upload)
{
    take_out(upload);
    prepend(&staging->waiting, upload);
}

bool staging_took(struct staging *staging, struct upload *upload, size_t bytes, int64_t now)
{
    int64_t latest = now + (int64_t)STAGING_ANSWER_MS * 1000;

    upload->deadline += (int64_t)(bytes * 1000000 / STAGING_PACE);
    if (upload->deadline > latest)
        upload->deadline = latest;
    charge(staging, upload);
    return staging->used <= most(staging);
}

struct upload *staging_overdue(const struct staging *staging, int64_t now)
{
    struct upload *upload = staging->asking.first;

    while (upload != NULL && upload->deadline > now)
        upload = upload->next;
    return upload;
}
