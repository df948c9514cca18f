#include "collector/ingest/running_core.h"

#include "store/store.h"
#include "support/cmocka.h"
#include "wire/socket.h"

enum { MEMORY = 64 * 1024 * 1024 };

static void expect(enum error_code code, const struct error *error)
{
    if (code != ERROR_NONE)
        fail_msg("%s (%s)", error->message, error_name(code));
}

static void *run(void *context)
{
    struct error error = {0};

    return core_run(context, &error) == ERROR_NONE ? NULL : context;
}

struct core_settings running_core_settings(void)
{
    return (struct core_settings){.endpoint = "tcp://127.0.0.1:*",
                                  .heartbeat_ms = 1000,
                                  .claim_ms = 3000,
                                  .batch_ms = 5,
                                  .batch_limit = 16,
                                  .staging_limit = MEMORY,
                                  .snapshot_limit = MEMORY,
                                  .memory_limit = MEMORY};
}

void running_core_start(struct running_core *running, const char *folder, const struct core_settings *settings,
                        struct logger *logger)
{
    struct core_settings complete = *settings;
    struct error error = {0};

    complete.key = &running->key;
    expect(store_open(&running->database, folder, DATABASE_WRITE, &error), &error);
    expect(key_pair_make(&running->key, &error), &error);
    expect(socket_context_new(&running->context, &error), &error);
    expect(door_open(&running->door, running->context, logger, &error), &error);
    expect(core_new(&running->core, running->database, running->door, running->context, &complete, logger, &error),
           &error);
    assert_int_equal(pthread_create(&running->thread, NULL, run, running->core), 0);
}

void running_core_stop(struct running_core *running)
{
    void *failure = NULL;

    if (running->has_ended)
        return;
    core_stop(running->core);
    pthread_join(running->thread, &failure);
    running->has_ended = true;
    assert_null(failure);
}

void running_core_clear(struct running_core *running)
{
    core_free(running->core);
    door_close(running->door);
    socket_context_free(running->context);
    database_close(running->database);
}
