#include "cli/contract_paths.h"

#include <sys/stat.h>

#include "contract/contract_file.h"

static enum error_code read_one(struct contract_set *ret_set, const char *path, struct arena *arena,
                                struct error *error)
{
    struct stat status;
    bool is_folder = stat(path, &status) == 0 && S_ISDIR(status.st_mode);

    return (is_folder ? contract_folder_read : contract_file_read)(ret_set, path, arena, error);
}

enum error_code contract_paths_read(struct contract_set *ret_set, const char *const *paths, size_t count,
                                    struct arena *arena, struct error *error)
{
    struct contract_set set = {.count = 0}, more, all;
    enum error_code code = ERROR_NONE;

    for (size_t i = 0; i < count && code == ERROR_NONE; i++) {
        code = read_one(&more, paths[i], arena, error);
        if (code == ERROR_NONE)
            code = contract_sets_join(&all, &set, &more, arena, error);
        if (code == ERROR_NONE)
            set = all;
    }
    if (code == ERROR_NONE)
        *ret_set = set;
    else if (code != ERROR_MEMORY && code != ERROR_INTERNAL)
        code = error->code = ERROR_CONFIG;
    return code;
}
