#include "web/web_files.h"

#include <string.h>

const struct web_file *web_file_find(struct text folder, struct text name)
{
    for (const struct web_file *file = web_files; file->name != NULL; file++)
        if (strlen(file->name) == folder.length + name.length && memcmp(file->name, folder.bytes, folder.length) == 0 &&
            memcmp(file->name + folder.length, name.bytes, name.length) == 0)
            return file;
    return NULL;
}
