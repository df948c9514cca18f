/* publish/publish_listing.h - the files of a tree of git: what is at a path, without anything being read. */
#ifndef DRIFTLINE_PUBLISH_PUBLISH_LISTING_H
#define DRIFTLINE_PUBLISH_PUBLISH_LISTING_H

#include "publish/publish_host.h"

enum publish_entry_kind { ENTRY_FILE, ENTRY_PROGRAM, ENTRY_FOLDER, ENTRY_OTHER };

struct publish_listed {
    struct text path;
    struct git_id id;
    enum publish_entry_kind kind;
    size_t size; /* 0: not known */
};

struct publish_listing {
    struct publish_listed *entries;
    size_t count;
};

/* "100644" and the like. */
enum publish_entry_kind publish_entry_kind_of(struct text mode);

/* In the order that is looked through. */
void publish_listing_sort(struct publish_listing *listing);

/* The entry with exactly this path, or NULL. */
const struct publish_listed *publish_listing_entry(const struct publish_listing *listing, struct text path);

/* What a whole tree has at a path: ERROR_NOT_FOUND when it is nothing, ERROR_CONFLICT when the path leads through what
 * is no folder. */
enum error_code publish_listing_find(const struct publish_listing *listing, struct text path,
                                     struct publish_blob *ret_blob, struct error *error) MUST_CHECK;

/* The same of an entry that was found; NULL: there is none. */
enum error_code publish_listed_blob(const struct publish_listed *entry, struct text path, struct publish_blob *ret_blob,
                                    struct error *error) MUST_CHECK;

/* That a path leads through an entry which is no folder. */
enum error_code publish_listed_in_the_way(struct text path, struct error *error);

#endif
