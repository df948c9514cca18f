/* web/web_files.h - the files of the dashboard, which are part of the program.
 *
 * What is below collector/web/files when the program is built is what it serves: pages, styles and scripts as they were
 * written. Everything is constant, so any thread may read it.
 */
#ifndef DRIFTLINE_WEB_FILES_H
#define DRIFTLINE_WEB_FILES_H

#include <stddef.h>

#include "base/text.h"

struct web_file {
    const char *name; /* below files/: "index.html", "pages/fleet.js"; NULL ends the table */
    const char *type; /* Content-Type */
    const char *tag;  /* ETag, with its quotes: the SHA-256 of the content */
    size_t length;
    const char *content;
};

extern const struct web_file web_files[];

/* The file of this name in a folder of files/ ("pages/"; empty: files/ itself); NULL when there is none. */
const struct web_file *web_file_find(struct text folder, struct text name);

#endif
