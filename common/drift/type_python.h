/* drift/type_python.h - what an annotation of Python holds. For type_family.c, and for who compares labels.
 *
 * Annotations are normalised by the source: full names (`datetime.datetime`), no aliases, no Optional, without `|
 * None`. A class that is not known holds what is of no family.
 */
#ifndef DRIFTLINE_DRIFT_TYPE_PYTHON_H
#define DRIFTLINE_DRIFT_TYPE_PYTHON_H

#include "drift/type_family.h"

struct type_value type_python_value(struct text spelling);

#endif
