/* base/config_place.h - where in a configuration file a value stands.
 *
 * config.h names the place of what the schema forbids. What only the program can judge (a name given twice, a key that
 * cannot be read) it finds when the text has become a struct; this leads back to the line.
 */
#ifndef DRIFTLINE_BASE_CONFIG_PLACE_H
#define DRIFTLINE_BASE_CONFIG_PLACE_H

#include "base/error.h"
#include "base/text.h"

/* Put `NAME:LINE:COLUMN: ` in front of the message that is set, make its code ERROR_CONFIG and return it. `text` is
 * what config_load_text() took, `way` leads to the value: keys and, in lists, numbers from 0, with dots between them,
 * such as "targets.2.poll". When a step of the way is not there, the place is that of the step before. ERROR_MEMORY and
 * ERROR_INTERNAL stay what they are. */
enum error_code config_place(struct error *error, const char *name, struct text text, const char *way);

#endif
