/* sources/ddl/ddl_name.h - what the name of a migration says: whether it is applied, and when. For ddl_files.c. */
#ifndef DRIFTLINE_SOURCES_DDL_DDL_NAME_H
#define DRIFTLINE_SOURCES_DDL_DDL_NAME_H

#include <stdbool.h>

#include "base/text.h"

enum ddl_role {
    DDL_PLAIN,      /* any file that is applied */
    DDL_BASE,       /* Flyway's B: stands for all versions up to its own */
    DDL_VERSION,    /* Flyway's V */
    DDL_REPEATABLE, /* Flyway's R: after all versions */
    DDL_UNDO        /* leads back */
};

/* What the last element of a path says. */
enum ddl_role ddl_role(struct text name);

/* The version of Flyway's V or B: "1.2" of "V1.2__x.sql". */
struct text ddl_version(struct text name);

/* Order versions: numbers between `.` and `_`, where what is missing is 0. */
int ddl_compare_versions(struct text a, struct text b);

/* Order paths as people do: runs of digits by the number that they are. Equal only if the bytes are. */
int ddl_compare_paths(struct text a, struct text b);

#endif
