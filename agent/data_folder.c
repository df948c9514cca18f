#include "agent/data_folder.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"

enum { FOLDER_MODE = 0700 };

static enum error_code make_folder(const char *path, struct error *error)
{
    if (mkdir(path, FOLDER_MODE) == 0 || errno == EEXIST)
        return ERROR_NONE;
    error_set(error, errno == EACCES || errno == EPERM ? ERROR_REFUSED : ERROR_IO, "making the folder '%s': %s", path,
              strerror(errno));
    return error_hint(error, "make it by hand, for the user that the agent runs as");
}

static char *path_in(const char *folder, const char *name)
{
    char *path = mem_alloc(strlen(folder) + 1 + strlen(name) + 1);

    if (path != NULL)
        sprintf(path, "%s/%s", folder, name);
    return path;
}

enum error_code data_folder_keys(struct key_pair *ret_keys, const struct settings *settings, struct error *error)
{
    char *path;
    enum error_code code;

    if (make_folder(settings->data, error) != ERROR_NONE)
        return error->code;
    path = path_in(settings->data, "agent.key");
    if (path == NULL)
        return error_memory(error, "reading the keys");
    code = key_pair_load_or_make(ret_keys, path, error);
    mem_free(path);
    return code;
}

struct outbox_settings data_folder_outbox_settings(const struct settings *settings)
{
    return (struct outbox_settings){.limit = settings->outbox_limit,
                                    .keep_us = (int64_t)settings->outbox_keep_ms * 1000,
                                    .memory_limit = settings->source.memory_limit};
}

enum error_code data_folder_outbox(struct outbox **ret_outbox, const struct settings *settings, struct error *error)
{
    const struct outbox_settings how = data_folder_outbox_settings(settings);
    char *path = path_in(settings->data, "outbox.db");
    enum error_code code;

    if (path == NULL)
        return error_memory(error, "opening the outbox");
    code = outbox_open(ret_outbox, path, &how, error);
    mem_free(path);
    if (code == ERROR_CONFLICT)
        error_hint(error, "another agent uses the folder '%s'; give this one a folder of its own", settings->data);
    return code;
}
