/* publish/publish_place.h - a branch as a place of generated files, which asks for as few contents as it can.
 *
 * A host lists files with the names that git gives their contents. What a file would be if nobody had written around
 * what is generated is known beforehand: where the name is that one's, the content is, too, and is not asked for.
 */
#ifndef DRIFTLINE_PUBLISH_PUBLISH_PLACE_H
#define DRIFTLINE_PUBLISH_PUBLISH_PLACE_H

#include "publish/publish_host.h"

struct publish_known; /* a content by its name */

struct publish_place {
    const struct publish_host *host;
    void *state;
    enum publish_side side;
    const struct publish_known *known; /* sorted */
    size_t known_count;
};

/* `example` is any id of the repository. Content and state must outlive the place. */
enum error_code publish_place_init(struct publish_place *place, const struct publish_content *content,
                                   const struct git_id *example, struct arena *arena, struct error *error) MUST_CHECK;

struct tree_place publish_place_of(struct publish_place *place);

#endif
