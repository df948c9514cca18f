#include "publish/publish_listing.h"

#include <stdlib.h>

enum publish_entry_kind publish_entry_kind_of(struct text mode)
{
    if (text_equal(mode, TEXT("100644")) || text_equal(mode, TEXT("100664")))
        return ENTRY_FILE;
    if (text_equal(mode, TEXT("100755")))
        return ENTRY_PROGRAM;
    return text_equal(mode, TEXT("040000")) ? ENTRY_FOLDER : ENTRY_OTHER;
}

static int by_path(const void *a, const void *b)
{
    return text_compare(((const struct publish_listed *)a)->path, ((const struct publish_listed *)b)->path);
}

void publish_listing_sort(struct publish_listing *listing)
{
    if (listing->count > 1)
        qsort(listing->entries, listing->count, sizeof *listing->entries, by_path);
}

const struct publish_listed *publish_listing_entry(const struct publish_listing *listing, struct text path)
{
    const struct publish_listed wanted = {.path = path};

    return listing->count == 0 ? NULL : bsearch(&wanted, listing->entries, listing->count, sizeof wanted, by_path);
}

enum error_code publish_listed_in_the_way(struct text path, struct error *error)
{
    return error_set(error, ERROR_CONFLICT, "'%.*s' in the repository is no folder", TEXT_ARGS(path));
}

enum error_code publish_listed_blob(const struct publish_listed *entry, struct text path, struct publish_blob *ret_blob,
                                    struct error *error)
{
    if (entry == NULL)
        return error_set(error, ERROR_NOT_FOUND, "the repository has no '%.*s'", TEXT_ARGS(path));
    *ret_blob = (struct publish_blob){entry->id, entry->kind == ENTRY_FILE || entry->kind == ENTRY_PROGRAM,
                                      entry->kind == ENTRY_PROGRAM, entry->size};
    return ERROR_NONE;
}

enum error_code publish_listing_find(const struct publish_listing *listing, struct text path,
                                     struct publish_blob *ret_blob, struct error *error)
{
    for (size_t end = 0; end < path.length; end++) {
        const struct publish_listed *folder;
        struct text way = {path.bytes, end};

        if (path.bytes[end] != '/')
            continue;
        folder = publish_listing_entry(listing, way);
        if (folder == NULL)
            return publish_listed_blob(NULL, path, ret_blob, error);
        if (folder->kind != ENTRY_FOLDER)
            return publish_listed_in_the_way(way, error);
    }
    return publish_listed_blob(publish_listing_entry(listing, path), path, ret_blob, error);
}
