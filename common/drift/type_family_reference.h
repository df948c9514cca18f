/* drift/type_family_reference.h - the page about types of different engines, written from type_family.def. */
#ifndef DRIFTLINE_DRIFT_TYPE_FAMILY_REFERENCE_H
#define DRIFTLINE_DRIFT_TYPE_FAMILY_REFERENCE_H

#include "base/buffer.h"

/* docs/reference/type-families.md */
void type_family_reference_write(struct buffer *output);

#endif
