/* capture/capture_install.h - capture (sources/capture.h) is installed in a database, asked, and removed.
 *
 * What is run are the files of deploy/sql/, which people can read and run by hand. An agent reads and marks what was
 * captured and needs nothing of this; so it stands in a library of its own.
 *
 * Failure and threads: as for source_ops.
 */
#ifndef DRIFTLINE_CAPTURE_CAPTURE_INSTALL_H
#define DRIFTLINE_CAPTURE_CAPTURE_INSTALL_H

#include "base/buffer.h"
#include "sources/capture.h"

struct capture_install {
    struct text agent_role;  /* may read the log and mark its entries; empty: nobody but who installs it */
    unsigned retention_days; /* recorded entries are kept so long in the database; 0: as it is */
};

struct capture_ops {
    const struct source_ops *source;

    /* Everything or nothing. Doing it again is harmless, and brings an older version up to date without losing its log.
     * What this database does not allow is ERROR_REFUSED, with a hint; where nothing can be installed
     * ERROR_UNSUPPORTED. */
    enum error_code (*install)(const char *ref, const struct source_settings *settings,
                               const struct capture_install *install, struct error *error);
    enum error_code (*uninstall)(const char *ref, const struct source_settings *settings, struct error *error);
    enum error_code (*status)(const char *ref, const struct source_settings *settings, struct arena *arena,
                              struct capture_status *ret_status, struct error *error);

    /* What install() runs, for who would rather read it and run it by hand. NULL: there is nothing. */
    void (*script)(const struct capture_install *install, struct buffer *ret_sql);
};

/* Of the source that reads a reference; NULL: it knows no capture. */
const struct capture_ops *capture_find(const char *reference);

#endif
