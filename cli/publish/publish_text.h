/* publish/publish_text.h - what the pull request, its closing remark and the comments on others say.
 *
 * A line that Markdown does not show says whose text it is, of which plan, and how far the pull request has come. What
 * people write before that line or after the last one stays. Bodies of pull requests are read as foreign bytes; names
 * of files and the like are escaped.
 */
#ifndef DRIFTLINE_PUBLISH_PUBLISH_TEXT_H
#define DRIFTLINE_PUBLISH_PUBLISH_TEXT_H

#include "publish/publish_files.h"

enum { PUBLISH_TEXT_LIMIT = 60000 /* bytes; GitHub takes 65,536 characters */ };

/* How far a pull request has come. */
enum publish_stage {
    PUBLISH_STAGE_NEW, /* labels and reviewers may be missing */
    PUBLISH_STAGE_OPEN,
    PUBLISH_STAGE_CLOSED, /* by us */
    PUBLISH_STAGE_MERGED, /* and that was recorded */
    PUBLISH_STAGE_COUNT
};

/* A body taken apart. */
struct publish_body {
    struct text before; /* what people wrote */
    struct text after;
    enum publish_stage stage;
    struct hash plan;
};

/* False when our text is not in it; then all of it is what people wrote. */
bool publish_body_read(struct publish_body *ret_body, struct text body, const char *name);

/* What the text is about. */
struct publish_subject {
    const struct publish_target *target;
    const struct publish_files *files;
    const char *base;     /* the branch */
    const char *root;     /* NULL: not known */
    struct text markdown; /* what changed in the schema; empty: not known */
};

/* The whole body with what people wrote around it. */
void publish_body_write(struct buffer *output, const struct publish_subject *subject, enum publish_stage stage,
                        const struct publish_body *people);

/* The same text in another stage: ours in `body` stays as it is, but for the line that says so. */
void publish_body_restage(struct buffer *output, struct text body, const char *name, enum publish_stage stage);

/* Whether two bodies say the same: line ends and blanks at the end do not count. */
bool publish_body_equal(struct text a, struct text b);

/* What the commit says below its title. */
void publish_text_commit(struct buffer *output, const struct publish_subject *subject);

/* The remark with which a pull request is closed: its seal, and the text with it. */
void publish_text_closing(struct buffer *seal, struct buffer *body, const struct publish_subject *subject,
                          const struct hash *plan);

/* The comment on pull requests of others. `number` is ours, 0: there is none. */
void publish_text_comment(struct buffer *seal, struct buffer *body, const struct publish_subject *subject,
                          int64_t number);
void publish_text_comment_over(struct buffer *body, const struct publish_subject *subject);

#endif
