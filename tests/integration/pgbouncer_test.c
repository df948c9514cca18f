/* PostgreSQL behind PgBouncer in transaction mode, where no two transactions need meet the same backend. */
#include "integration/database.h"

#include <arpa/inet.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "support/cmocka.h"
#include "support/directory.h"
#include "support/postgres.h"
#include "support/process.h"

enum { ARENA_LIMIT = 16 * 1024 * 1024, READINGS = 5, TRIES = 500 };

static const char *find_program(struct arena *arena)
{
    const char *arguments[] = {"sh", "-c", "PATH=$PATH:/usr/sbin; command -v pgbouncer; true", NULL};
    struct test_process process = {.arguments = arguments};

    test_process_run(&process, arena);
    return process.output.length == 0
               ? NULL
               : arena_string(arena, (struct text){process.output.bytes, process.output.length - 1});
}

/* A port that was free a moment ago. */
static unsigned free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_true(file >= 0);
    assert_int_equal(bind(file, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(getsockname(file, (struct sockaddr *)&address, &length), 0);
    close(file);
    return ntohs(address.sin_port);
}

/* It refuses to run as root. */
static void become_nobody(void)
{
    const struct passwd *user = geteuid() == 0 ? getpwnam("postgres") : NULL;

    if (user != NULL && (setgroups(0, NULL) != 0 || setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0))
        _exit(126);
}

static pid_t start(struct test_directory *directory, const char *program, unsigned port)
{
    struct arena *arena = &directory->arena;
    const char *settings =
        arena_printf(arena,
                     "[databases]\n* = host=%s port=%s user=postgres\n"
                     "[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = %u\nunix_socket_dir =\n"
                     "auth_type = any\npool_mode = transaction\ndefault_pool_size = 3\n",
                     test_postgres_setting(arena, "PGHOST"), test_postgres_setting(arena, "PGPORT"), port);
    const char *path = test_directory_write(directory, "pgbouncer.ini", text_from(settings));
    pid_t child;

    assert_int_equal(chmod(directory->path, 0755), 0);
    assert_int_equal(chmod(path, 0644), 0);
    fflush(NULL);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        become_nobody();
        alarm(100);
        execl(program, program, "-q", path, (char *)NULL);
        _exit(127);
    }
    return child;
}

static void wait_for(const char *ref, pid_t child)
{
    struct timespec time = {.tv_nsec = 20 * 1000000L};

    for (unsigned i = 0; i < TRIES; i++) {
        if (PQping(ref) == PQPING_OK)
            return;
        if (waitpid(child, NULL, WNOHANG) != 0)
            fail_msg("pgbouncer did not start");
        nanosleep(&time, NULL);
    }
    fail_msg("pgbouncer does not answer");
}

/* Other tests change roles of the same server meanwhile, so that only what must be noticed is certain. */
static void watch_through_the_pool(const char *direct, const char *pooled)
{
    static const char *const statements[] = {"CREATE TABLE public.pooled (id int)", "DROP TABLE public.pooled"};
    struct watch *watch = database_watch(pooled);

    for (unsigned i = 0; i < READINGS; i++) {
        test_postgres_execute(direct, statements[i % 2]);
        while (database_look(watch, WATCH_CHEAP) == WATCH_SAME)
            database_pause();
        assert_int_equal(database_look(watch, WATCH_EXACT), WATCH_CHANGED);
        watch_keep(watch);
    }
    watch_close(watch);
}

static void test_through_a_transaction_pool(void **state)
{
    CLEANUP(test_directory_remove) struct test_directory directory;
    CLEANUP(database_free) struct snapshot *direct = NULL;
    const char *program, *ref, *pooled;
    unsigned port = free_port();
    pid_t child;

    (void)state;
    test_directory_make(&directory);
    program = find_program(&directory.arena);
    if (program == NULL)
        fail_msg("pgbouncer is not installed: deploy/install-deps.sh does it");
    ref = database_make_rich(&directory.arena, "dl_pooled", "");
    direct = database_read(ref);
    pooled = arena_printf(&directory.arena, "postgres://postgres@127.0.0.1:%u/dl_pooled", port);
    child = start(&directory, program, port);
    wait_for(pooled, child);
    for (unsigned i = 0; i < READINGS; i++) {
        CLEANUP(database_free) struct snapshot *snapshot = database_read(pooled);

        database_assert_equal(direct, snapshot, "through pgbouncer");
    }
    watch_through_the_pool(ref, pooled);
    assert_int_equal(kill(child, SIGTERM), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    database_drop("dl_pooled");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_through_a_transaction_pool)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
