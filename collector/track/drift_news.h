/* track/drift_news.h - events about the drifts of a pair, told at the end of a step. For the correlator's rooms
 * only.
 *
 * One event each; when a step has more than NEWS_LIMIT of a sort, one event with their number, so that a migration of a
 * whole schema is one piece of news. Drifts themselves are in the store in any case.
 */
#ifndef DRIFTLINE_TRACK_DRIFT_NEWS_H
#define DRIFTLINE_TRACK_DRIFT_NEWS_H

#include "event/change_groups.h"
#include "store/drifts.h"
#include "store/pairs.h"
#include "track/correlating.h"
#include "track/explanation.h"

enum { NEWS_LIMIT = 100 };

enum news_sort { NEWS_OPENED, NEWS_CHANGED, NEWS_REOPENED, NEWS_ENDED, NEWS_SORT_COUNT };

struct news_item {
    struct drift_row drift; /* as it is now; texts must stay */
    struct explanation explanation;
};

struct drift_news {
    struct news_item *items[NEWS_SORT_COUNT]; /* the first NEWS_LIMIT of each */
    uint32_t counts[NEWS_SORT_COUNT];
    uint32_t summaries[NEWS_SORT_COUNT][SEVERITY_COUNT];
    struct change_groups groups[NEWS_SORT_COUNT]; /* of all */
};

enum error_code drift_news_add(struct drift_news *news, const struct correlating *correlating, enum news_sort sort,
                               const struct drift_row *drift, const struct explanation *explanation) MUST_CHECK;

enum error_code drift_news_tell(const struct drift_news *news, const struct correlating *correlating,
                                const struct pair_row *pair, const struct occasion *occasion) MUST_CHECK;

#endif
