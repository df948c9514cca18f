#include "collector/notify/receiver.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "support/cmocka.h"

extern char **environ;

void receiver_start(struct receiver *receiver, enum receiver_kind kind)
{
    const char *arguments[8] = {"receiver.py", "--log"};
    posix_spawn_file_actions_t actions;
    int input[2], output[2];
    size_t count = 3;
    char port[16];
    FILE *said;

    test_directory_make(&receiver->directory);
    arguments[2] = test_directory_path(&receiver->directory, "log");
    if (kind == RECEIVER_HTTPS || kind == RECEIVER_SYSLOG_TLS) {
        arguments[count++] = "--tls";
        arguments[count++] = receiver->directory.path;
    }
    if (kind == RECEIVER_SYSLOG || kind == RECEIVER_SYSLOG_TLS)
        arguments[count++] = "--syslog";
    assert_int_equal(pipe2(input, O_CLOEXEC), 0);
    assert_int_equal(pipe2(output, O_CLOEXEC), 0);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, input[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
    assert_int_equal(posix_spawn(&receiver->process,
                                 test_source_path(&receiver->directory, "tests/collector/notify/receiver.py"), &actions,
                                 NULL, (char *const *)arguments, environ),
                     0);
    posix_spawn_file_actions_destroy(&actions);
    close(input[0]);
    close(output[1]);
    receiver->input = input[1];
    said = fdopen(output[0], "r");
    assert_non_null(said);
    assert_non_null(fgets(port, sizeof port, said));
    receiver->port = (unsigned)strtoul(port, NULL, 10);
    fclose(said);
}

void receiver_stop(struct receiver *receiver)
{
    close(receiver->input);
    waitpid(receiver->process, NULL, 0);
    test_directory_remove(&receiver->directory);
}

static json_t *read_log(struct receiver *receiver)
{
    FILE *file = fopen(test_directory_path(&receiver->directory, "log"), "r");
    json_t *entries = json_array();
    json_t *entry;

    while (file != NULL && (entry = json_loadf(file, JSON_DISABLE_EOF_CHECK, NULL)) != NULL)
        json_array_append_new(entries, entry);
    if (file != NULL)
        fclose(file);
    return entries;
}

json_t *receiver_log(struct receiver *receiver, size_t count)
{
    int64_t end = clock_elapsed() + INT64_C(30) * 1000000;

    for (;;) {
        json_t *entries = read_log(receiver);

        if (json_array_size(entries) >= count)
            return entries;
        json_decref(entries);
        if (clock_elapsed() > end)
            fail_msg("%zu entries did not come", count);
        usleep(10000);
    }
}
