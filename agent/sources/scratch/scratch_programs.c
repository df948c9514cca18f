#include "sources/scratch/scratch_programs.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Debian and Ubuntu; Red Hat, Fedora and SUSE from PostgreSQL's own packages; Alpine. `*` is the major version. */
static const char *const patterns[] = {"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/libexec/postgresql*"};

static bool has_program(const char *folder, const char *program)
{
    CLEANUP(buffer_clear) struct buffer path = {0};

    buffer_printf(&path, "%s/%s", folder, program);
    return !path.failed && access(path.bytes, X_OK) == 0;
}

static bool has_programs(const char *folder)
{
    return has_program(folder, "initdb") && has_program(folder, "postgres");
}

/* The number that stands where the pattern has its `*`. */
static unsigned version_of(const char *pattern, const char *folder)
{
    return (unsigned)strtoul(folder + strcspn(pattern, "*"), NULL, 10);
}

static bool find_installed(struct buffer *ret_folder, unsigned major)
{
    unsigned best = 0;

    for (size_t i = 0; i < LENGTH_OF(patterns); i++) {
        glob_t found;

        if (glob(patterns[i], 0, NULL, &found) != 0)
            continue;
        for (size_t j = 0; j < found.gl_pathc; j++) {
            unsigned version = version_of(patterns[i], found.gl_pathv[j]);

            if (version > best && (major == 0 || version == major) && has_programs(found.gl_pathv[j])) {
                best = version;
                buffer_reset(ret_folder);
                buffer_add_string(ret_folder, found.gl_pathv[j]);
            }
        }
        globfree(&found);
    }
    return best > 0;
}

static bool find_in_path(struct buffer *ret_folder)
{
    const char *path = getenv("PATH");

    for (const char *at = path == NULL ? "" : path; *at != '\0'; at += *at == ':') {
        size_t length = strcspn(at, ":");

        buffer_reset(ret_folder);
        buffer_add(ret_folder, at, length);
        if (length > 0 && *at == '/' && !ret_folder->failed && has_programs(ret_folder->bytes))
            return true;
        at += length;
    }
    return false;
}

static bool ask_pg_config(struct buffer *ret_folder)
{
    FILE *answer = popen("pg_config --bindir 2>/dev/null", "re");
    char line[4096] = "";

    if (answer == NULL)
        return false;
    if (fgets(line, sizeof line, answer) == NULL)
        line[0] = '\0';
    line[strcspn(line, "\n")] = '\0';
    pclose(answer);
    buffer_reset(ret_folder);
    buffer_add_string(ret_folder, line);
    return line[0] == '/' && has_programs(line);
}

enum error_code scratch_programs_find(struct buffer *ret_folder, const char *folder, unsigned major,
                                      struct error *error)
{
    if (folder != NULL) {
        buffer_add_string(ret_folder, folder);
        if (!has_programs(folder))
            return error_set(error, ERROR_NOT_FOUND, "in '%.200s' there is no initdb and postgres", folder);
        return buffer_check(ret_folder, error, "looking for PostgreSQL");
    }
    if ((major > 0 && find_installed(ret_folder, major)) || find_installed(ret_folder, 0) || find_in_path(ret_folder) ||
        ask_pg_config(ret_folder))
        return buffer_check(ret_folder, error, "looking for PostgreSQL");
    error_set(error, ERROR_NOT_FOUND, "there is no PostgreSQL server on this machine to make a scratch database with");
    return error_hint(error, "install one (Debian: postgresql), or name a server where databases may be made with "
                             "--scratch postgres://user@host/postgres");
}
