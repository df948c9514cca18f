#include "ingest/batch.h"

#include "base/memory.h"

enum { FIRST_PROMISES = 64 };

enum error_code batch_begin(struct batch *batch, int64_t elapsed, struct error *error)
{
    if (database_in_transaction(batch->database))
        return ERROR_NONE;
    batch->began = elapsed;
    return database_begin(batch->database, error);
}

static void drop_frame(struct text frame)
{
    mem_free((char *)frame.bytes);
}

enum error_code batch_promise(struct batch *batch, const struct promise *promise, struct error *error)
{
    if (batch->count == batch->capacity) {
        size_t capacity = batch->capacity == 0 ? (size_t)FIRST_PROMISES : batch->capacity * 2;
        struct promise *larger = mem_realloc(batch->promises, capacity * sizeof *larger);

        if (larger == NULL) {
            drop_frame(promise->frame);
            return error_memory(error, "taking messages");
        }
        batch->promises = larger;
        batch->capacity = capacity;
    }
    batch->promises[batch->count++] = *promise;
    return ERROR_NONE;
}

void batch_take_back(struct batch *batch)
{
    drop_frame(batch->promises[--batch->count].frame);
}

void batch_reset(struct batch *batch)
{
    while (batch->count > 0)
        batch_take_back(batch);
    batch->recorded = 0;
    batch->bytes = 0;
}

void batch_clear(struct batch *batch)
{
    batch_reset(batch);
    mem_free(batch->promises);
    batch->promises = NULL;
    batch->capacity = 0;
}
