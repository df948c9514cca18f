#include "recreate/recreate.h"

enum error_code recreate_make(struct recreate_script *ret_script, const struct snapshot *snapshot,
                              const struct recreate_options *options, struct arena *arena, struct error *error)
{
    (void)ret_script;
    (void)snapshot;
    (void)options;
    (void)arena;
    return error_set(error, ERROR_UNSUPPORTED, "a schema cannot be written as SQL yet");
}

void recreate_write(struct buffer *buffer, const struct recreate_script *script)
{
    for (size_t i = 0; i < script->statement_count; i++)
        buffer_add_text(buffer, script->statements[i].sql);
}
