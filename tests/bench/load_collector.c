#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "load.h"
#include "store/agents.h"
#include "store/store.h"

enum { PATH_SIZE = 4096, START_SECONDS = 60, STOP_SECONDS = 120, PAUSE_US = 20000, ENVIRONMENTS = 5 };

extern char **environ;

struct load_target load_target(unsigned agent)
{
    static const char *const environments[ENVIRONMENTS] = {"dev", "test", "staging", "prod-eu", "prod-us"};
    struct load_target target = {.environment = environments[agent % ENVIRONMENTS]};

    snprintf(target.database, sizeof target.database, "d%05u", agent / ENVIRONMENTS);
    return target;
}

/* ---- before it starts ---- */

static void enroll(struct database *database, unsigned number, const struct key_pair *key)
{
    struct load_target target = load_target(number);
    struct target_name grant = {text_from(target.database), text_from(target.environment), TEXT("*")};
    struct agent_row row = {
        .grants = &grant, .grant_count = 1, .enrolled_at = clock_now(), .enrolled_by = TEXT("bench")};
    struct error error;
    char name[32];
    int64_t id;

    snprintf(name, sizeof name, "agent-%05u", number);
    row.name = text_from(name);
    key_to_bytes(key->public_key, row.key);
    if (agents_enroll(database, &row, &id, &error) != ERROR_NONE)
        load_die("enrolling: %s", error.message);
}

static void enroll_all(const char *data, const struct key_pair *agents, unsigned count)
{
    struct database *database;
    struct error error;

    if (store_open(&database, data, DATABASE_WRITE, &error) != ERROR_NONE ||
        database_begin(database, &error) != ERROR_NONE)
        load_die("%s", error.message);
    for (unsigned i = 0; i < count; i++)
        enroll(database, i, &agents[i]);
    if (database_commit(database, &error) != ERROR_NONE)
        load_die("%s", error.message);
    database_close(database);
}

/* A port of this machine that is free now. */
static unsigned free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (probe < 0 || bind(probe, (struct sockaddr *)&address, sizeof address) != 0 ||
        getsockname(probe, (struct sockaddr *)&address, &length) != 0)
        load_die("looking for a free port: %s", strerror(errno));
    close(probe);
    return ntohs(address.sin_port);
}

static const char *path_in(const char *folder, const char *name)
{
    static char path[PATH_SIZE];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void configure(struct load_collector *collector)
{
    char text[2 * PATH_SIZE];
    struct error error;
    int length;

    collector->http_port = free_port();
    snprintf(collector->endpoint, sizeof collector->endpoint, "tcp://127.0.0.1:%u", free_port());
    length = snprintf(text, sizeof text,
                      "data: %s/data\nlisten: {agents: \"%s\", http: \"127.0.0.1:%u\"}\n"
                      "path: [dev, test, staging, prod-eu, prod-us]\nlog: warning\n",
                      collector->folder, collector->endpoint, collector->http_port);
    if (collector->subscriber != NULL) {
        collector->feed_port = free_port();
        length = snprintf(text, sizeof text,
                          "data: %s/data\nlisten:\n  agents: \"%s\"\n  http: \"127.0.0.1:%u\"\n"
                          "  feed: \"tcp://127.0.0.1:%u\"\nhttp: {connections_per_address: 1000}\n"
                          "feed:\n  subscribers:\n    - name: crowd\n      key: 'file:%s/crowd.pub'\n"
                          "path: [dev, test, staging, prod-eu, prod-us]\nlog: warning\n",
                          collector->folder, collector->endpoint, collector->http_port, collector->feed_port,
                          collector->folder);
        if (file_write(path_in(collector->folder, "crowd.pub"), text_from(collector->subscriber->public_key), &error) !=
            ERROR_NONE)
            load_die("%s", error.message);
    }
    if (file_write(path_in(collector->folder, "collector.yaml"), (struct text){text, (size_t)length}, &error) !=
        ERROR_NONE)
        load_die("%s", error.message);
}

/* ---- while it runs ---- */

static void spawn(struct load_collector *collector, const char *program)
{
    char config[PATH_SIZE], log[PATH_SIZE];
    char *arguments[] = {(char *)program, (char *)"--config", config, NULL};
    posix_spawn_file_actions_t actions;

    snprintf(config, sizeof config, "%s/collector.yaml", collector->folder);
    snprintf(log, sizeof log, "%s/collector.log", collector->folder);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
    if (posix_spawn(&collector->process, program, &actions, NULL, arguments, environ) != 0)
        load_die("starting '%s': %s", program, strerror(errno));
    posix_spawn_file_actions_destroy(&actions);
}

/* Whether its port takes connections. */
static bool listens(const struct load_collector *collector)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool connected;

    address.sin_port = htons((uint16_t)atoi(strrchr(collector->endpoint, ':') + 1));
    connected = probe >= 0 && connect(probe, (struct sockaddr *)&address, sizeof address) == 0;
    close(probe);
    return connected;
}

static void wait_until_it_listens(const struct load_collector *collector)
{
    int64_t end = clock_elapsed() + (int64_t)START_SECONDS * 1000000;

    while (!listens(collector)) {
        int status;

        if (waitpid(collector->process, &status, WNOHANG) != 0 || clock_elapsed() > end)
            load_die("the collector did not start: see %s/collector.log", collector->folder);
        usleep(PAUSE_US);
    }
}

static void read_public_key(struct load_collector *collector)
{
    CLEANUP(arena_free) struct arena arena;
    struct error error;
    struct text content;

    arena_init(&arena, PATH_SIZE);
    if (file_read(path_in(collector->folder, "data/collector.key.pub"), KEY_TEXT_SIZE, &arena, &content, &error) !=
            ERROR_NONE ||
        key_parse(collector->key.public_key, content, &error) != ERROR_NONE)
        load_die("the collector's key: %s", error.message);
}

void load_collector_start(struct load_collector *collector, const char *program, const char *folder,
                          const struct key_pair *agents, unsigned count)
{
    *collector = (struct load_collector){.folder = folder, .subscriber = collector->subscriber};
    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        load_die("making '%s': %s", folder, strerror(errno));
    enroll_all(path_in(folder, "data"), agents, count);
    configure(collector);
    spawn(collector, program);
    wait_until_it_listens(collector);
    read_public_key(collector);
}

void load_collector_token(const struct load_collector *collector, char *ret_token, size_t size)
{
    CLEANUP(arena_free) struct arena arena;
    struct error error;
    struct text content;

    arena_init(&arena, PATH_SIZE);
    if (file_read(path_in(collector->folder, "data/admin.token"), size - 1, &arena, &content, &error) != ERROR_NONE)
        load_die("the collector's token: %s", error.message);
    while (content.length > 0 && content.bytes[content.length - 1] == '\n')
        content.length--;
    snprintf(ret_token, size, "%.*s", TEXT_ARGS(content));
}

double load_collector_stop(struct load_collector *collector)
{
    int64_t began = clock_elapsed();
    int status = 0;

    kill(collector->process, SIGTERM);
    while (waitpid(collector->process, &status, WNOHANG) == 0) {
        if (clock_elapsed() - began > (int64_t)STOP_SECONDS * 1000000) {
            kill(collector->process, SIGKILL);
            load_die("the collector did not end");
        }
        usleep(PAUSE_US);
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        load_die("the collector ended badly: see %s/collector.log", collector->folder);
    return (double)(clock_elapsed() - began) / 1e6;
}

double load_collector_memory(const struct load_collector *collector)
{
    CLEANUP(arena_free) struct arena arena;
    struct text content;
    struct error error;
    char path[64];
    const char *found;

    arena_init(&arena, (size_t)1024 * 1024);
    snprintf(path, sizeof path, "/proc/%d/status", (int)collector->process);
    if (file_read(path, (size_t)256 * 1024, &arena, &content, &error) != ERROR_NONE)
        load_die("the collector is gone: see %s/collector.log", collector->folder);
    found = strstr(content.bytes, "VmRSS:");
    return found == NULL ? 0 : strtod(found + strlen("VmRSS:"), NULL);
}

double load_collector_cpu(const struct load_collector *collector)
{
    struct timespec time;
    clockid_t clock;

    if (clock_getcpuclockid(collector->process, &clock) != 0 || clock_gettime(clock, &time) != 0)
        load_die("the collector is gone: see %s/collector.log", collector->folder);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

unsigned load_collector_recorded(const struct load_collector *collector)
{
    struct statement *statement = NULL;
    struct database *database;
    struct error error;
    bool row = false;
    unsigned count;

    if (store_open(&database, path_in(collector->folder, "data"), DATABASE_READ, &error) != ERROR_NONE ||
        database_prepare(database, "SELECT count(*) FROM snapshot", &statement, &error) != ERROR_NONE ||
        statement_step(statement, &row, &error) != ERROR_NONE)
        load_die("%s", error.message);
    count = (unsigned)statement_number(statement, 0);
    statement_reset(statement);
    database_close(database);
    return count;
}
