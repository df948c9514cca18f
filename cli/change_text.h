/* cli/change_text.h - one change as people read it, whichever answer tells of it. */
#ifndef DRIFTLINE_CLI_CHANGE_TEXT_H
#define DRIFTLINE_CLI_CHANGE_TEXT_H

#include "cli/answer.h"
#include "cli/table.h"

/* What there is to say of a change; all texts are as they came. */
struct change_view {
    unsigned effect; /* enum effect */
    struct text kind;
    struct text object;
    struct text renamed_from;
    struct text aspect;
    struct shape_list attributes; /* struct answer_attribute */
};

enum tint change_tint(unsigned severity);

/* `+`, `-`, `~` or `→`. */
const char *change_symbol(unsigned effect);

/* `none` when there is none, the items of a list with commas between; cut to `columns`, 0: not at all. */
void change_write_value(struct buffer *buffer, const struct shape_value *value, size_t columns);

/* `shop.orders (access), was shop.sales` */
void change_write_object(struct buffer *buffer, const struct change_view *view);

/* `type: bigint → integer; nullable: yes → no`: the first few, each value cut; nothing when there are none. */
void change_write_attributes(struct buffer *buffer, const struct change_view *view);

/* `~ column shop.orders.total: type: bigint → integer` */
void change_write_line(struct buffer *buffer, const struct change_view *view);

#endif
