/* cli/place.h - environments and their instances as people read them. */
#ifndef DRIFTLINE_CLI_PLACE_H
#define DRIFTLINE_CLI_PLACE_H

#include "base/buffer.h"
#include "base/text.h"

/* `prod/eu-1`, `prod/{eu-1, eu-2}` for several; `prod` for the instance `default`, or for none. */
void place_write(struct buffer *buffer, struct text environment, const struct text *instances, size_t count);

/* `orders@prod/eu-1`: what can be given as a reference. */
void place_write_target(struct buffer *buffer, struct text database, struct text environment, struct text instance);

#endif
