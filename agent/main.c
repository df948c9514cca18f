/* agent/main.c - the daemon `driftline-agent`: reads the command line, waits for signals, and ends when it must. */
#include <libpq-fe.h>
#include <malloc.h>
#include <openssl/crypto.h>
#include <poll.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

#include "agent/data_folder.h"
#include "agent/metrics_server.h"
#include "base/service.h"
#include "schema/canonical.h"
#include "wire/message.h"

enum {
    EXIT_FINE = 0,
    CALL_MEMORY = 1024 * 1024,
    TICK_MS = 5000, /* states for systemd, ended threads; what matters rings the alarm */
    TICK_ONCE_MS = 50,
    WORDS_SIZE = 256
};

/* ---- words ---- */

static int fail(const struct error *error)
{
    fprintf(stderr, "driftline-agent: %s%s%s%s\n", error->message, error->hint[0] == '\0' ? "" : " (", error->hint,
            error->hint[0] == '\0' ? "" : ")");
    return error_exit_status(error->code);
}

static enum error_code print(const struct buffer *buffer, struct error *error)
{
    if (buffer_check(buffer, error, "writing") != ERROR_NONE)
        return error->code;
    if (fwrite(buffer->bytes, 1, buffer->length, stdout) != buffer->length || fflush(stdout) != 0)
        return error_set(error, ERROR_IO, "writing to standard output failed");
    return ERROR_NONE;
}

static void write_help(struct buffer *buffer)
{
    buffer_add_string(buffer, "driftline-agent: watch databases, and tell a collector how their schemas change\n\n"
                              "usage: driftline-agent --config FILE [OPTION]...\n\nOptions:\n");
    option_write_help(buffer, settings_call_options);
    buffer_add_string(buffer, "\nKeys of the configuration:\n");
    option_write_key_help(buffer, settings_options);
    buffer_add_string(buffer, "\nKeys of each entry of the list `targets`:\n");
    option_write_key_help(buffer, settings_target_options);
    buffer_add_string(buffer, "\nSignals: TERM and INT end it, HUP reads the configuration again, USR1 reads every\n"
                              "target now.\n\n"
                              "Exit status: 0 fine, 2 wrong usage or configuration, 3 something could not be\n"
                              "reached or delivered, 4 refused, 70 a fault of Driftline.\n");
}

static void write_version(struct buffer *buffer)
{
    int major, minor, patch;

    zmq_version(&major, &minor, &patch);
    buffer_printf(buffer, "driftline-agent %s\n", DRIFTLINE_VERSION);
    buffer_printf(buffer, "canonical form %d\n", CANONICAL_VERSION);
    buffer_printf(buffer, "protocol %d\n", WIRE_VERSION);
    buffer_printf(buffer, "libzmq %d.%d.%d\n", major, minor, patch);
    buffer_printf(buffer, "libpq %d.%d\n", PQlibVersion() / 10000, PQlibVersion() % 10000);
    buffer_printf(buffer, "SQLite %s\n", sqlite3_libversion());
    buffer_printf(buffer, "OpenSSL %s\n", OpenSSL_version(OPENSSL_VERSION_STRING));
}

static enum error_code print_about(void (*write)(struct buffer *buffer), struct error *error)
{
    CLEANUP(buffer_clear) struct buffer buffer;

    buffer_init(&buffer);
    write(&buffer);
    return print(&buffer, error);
}

static void free_settings(struct settings **settings)
{
    settings_free(*settings);
}

static enum error_code print_public_key(const struct settings_call *call, struct error *error)
{
    CLEANUP(free_settings) struct settings *settings = NULL;
    CLEANUP(key_pair_erase) struct key_pair keys = {0};
    CLEANUP(buffer_clear) struct buffer buffer;

    buffer_init(&buffer);
    if (settings_load(&settings, call->config, error) != ERROR_NONE ||
        data_folder_keys(&keys, settings, error) != ERROR_NONE)
        return error->code;
    buffer_printf(&buffer, "%s\n", keys.public_key);
    return print(&buffer, error);
}

static enum error_code check_config(const struct settings_call *call, struct error *error)
{
    CLEANUP(free_settings) struct settings *settings = NULL;

    return settings_load(&settings, call->config, error);
}

/* ---- running ---- */

static void tell_status(struct service *service, struct agent *agent, char last[WORDS_SIZE])
{
    struct agent_summary summary;
    char words[WORDS_SIZE];

    agent_summary(agent, &summary);
    snprintf(words, sizeof words, "%zu of %zu targets fine, %s, %llu snapshots to deliver%s", summary.fine,
             summary.targets, summary.connected ? "connected" : "no collector", (unsigned long long)summary.waiting,
             summary.refused > 0 ? ", some targets refused by the collector" : "");
    if (strcmp(words, last) != 0)
        service_ready(service, words);
    strcpy(last, words);
    if (summary.alive) /* else systemd may end this, and start another */
        service_alive(service);
}

/* What the daemon has to do with, all in the main thread. */
struct daemon {
    struct service *service;
    struct agent *agent;
    struct logger *logger;
    struct metrics_server *metrics; /* NULL: they are not served */
};

static void free_metrics(struct daemon *daemon)
{
    metrics_server_free(daemon->metrics);
    daemon->metrics = NULL;
}

/* Serve metrics where the configuration says, if it is not where they are served already. */
static enum error_code serve_metrics(struct daemon *daemon, struct error *error)
{
    const char *address = agent_metrics_address(daemon->agent);

    if (address != NULL && daemon->metrics != NULL && strcmp(metrics_server_address(daemon->metrics), address) == 0)
        return ERROR_NONE;
    free_metrics(daemon);
    if (address == NULL)
        return ERROR_NONE;
    if (metrics_server_new(&daemon->metrics, address, daemon->agent, daemon->logger, error) != ERROR_NONE)
        return error->code;
    log_write(daemon->logger, LOG_LEVEL_INFO, "metrics-served", LOG_FIELDS(log_string("address", address)));
    return ERROR_NONE;
}

static void reload(struct daemon *daemon)
{
    struct error error = {0};

    service_reloading(daemon->service);
    if (agent_reload(daemon->agent, &error) != ERROR_NONE)
        log_failure(daemon->logger, "reload-refused", &error, "keeping the old configuration");
    else if (serve_metrics(daemon, &error) != ERROR_NONE)
        log_failure(daemon->logger, "metrics-failed", &error, "going on without metrics");
    else
        log_write(daemon->logger, LOG_LEVEL_INFO, "reloaded", NULL);
    service_ready(daemon->service, NULL);
}

/* False: it is time to end. */
static bool handle_signals(struct daemon *daemon)
{
    for (;;)
        switch (service_next(daemon->service)) {
        case SERVICE_NOTHING:
            return true;
        case SERVICE_STOP:
            return false;
        case SERVICE_RELOAD:
            reload(daemon);
            break;
        case SERVICE_NOW:
            log_write(daemon->logger, LOG_LEVEL_INFO, "looking-now", NULL);
            agent_look_now(daemon->agent);
            break;
        }
}

static enum error_code run_daemon(struct service *service, struct agent *agent, struct logger *logger,
                                  struct error *error)
{
    CLEANUP(free_metrics) struct daemon daemon = {service, agent, logger, NULL};
    char words[WORDS_SIZE] = "";

    if (agent_start(agent, false, error) != ERROR_NONE || serve_metrics(&daemon, error) != ERROR_NONE)
        return error->code;
    for (;;) {
        struct pollfd files[] = {{service->signals, POLLIN, 0},
                                 {agent_alarm(agent), POLLIN, 0},
                                 {metrics_server_file(daemon.metrics), POLLIN, 0}};

        tell_status(service, agent, words);
        (void)!poll(files, LENGTH_OF(files), TICK_MS);
        metrics_server_work(daemon.metrics);
        if (!handle_signals(&daemon))
            return ERROR_NONE;
        if (agent_tick(agent, error) != ERROR_NONE)
            return error->code;
    }
}

/* Everything fine and delivered, or not. */
static enum error_code run_once(struct service *service, struct agent *agent, struct error *error)
{
    struct agent_summary summary = {0};

    if (agent_start(agent, true, error) != ERROR_NONE)
        return error->code;
    while (!summary.done) {
        struct pollfd files[] = {{service->signals, POLLIN, 0}, {agent_alarm(agent), POLLIN, 0}};

        (void)!poll(files, 2, TICK_ONCE_MS);
        if (service_next(service) == SERVICE_STOP)
            return error_set(error, ERROR_TIMEOUT, "stopped before everything was delivered");
        if (agent_tick(agent, error) != ERROR_NONE)
            return error->code;
        agent_summary(agent, &summary);
    }
    if (summary.fine == summary.targets && summary.refused == 0 && summary.waiting == 0)
        return ERROR_NONE;
    return error_set(error, ERROR_CONNECT,
                     "%zu of %zu targets could not be read, %zu are refused by the collector, %llu snapshots are not "
                     "delivered",
                     summary.targets - summary.fine, summary.targets, summary.refused,
                     (unsigned long long)summary.waiting);
}

/* A thread that waits for a database that does not answer is left behind: what counts is on disk. */
static _Noreturn void leave(int status, struct logger *logger)
{
    log_write(logger, LOG_LEVEL_WARNING, "left-behind",
              LOG_FIELDS(log_string("message", "a database does not answer; its read was given up")));
    log_flush(logger);
    _exit(status);
}

/* What happens once it has begun is said in the log. */
static enum error_code serve(const struct settings_call *call, struct service *service, struct logger *logger,
                             int *ret_status, struct error *error)
{
    struct agent *agent = NULL;
    enum error_code code;

    if (agent_open(&agent, call->config, logger, error) != ERROR_NONE)
        return error->code;
    code = call->once ? run_once(service, agent, error) : run_daemon(service, agent, logger, error);
    *ret_status = code == ERROR_NONE ? EXIT_FINE : error_exit_status(code);
    service_stopping(service);
    if (code != ERROR_NONE)
        log_failure(logger, "failed", error, NULL);
    if (!agent_close(agent))
        leave(*ret_status, logger);
    log_write(logger, LOG_LEVEL_INFO, "stopped", NULL);
    return ERROR_NONE;
}

/* Few arenas, and memory that goes back to the system: between two reads there is next to nothing to remember. */
static void keep_memory_small(void)
{
    mallopt(M_ARENA_MAX, 1);
    mallopt(M_TRIM_THRESHOLD, 64 * 1024);
    mallopt(M_MMAP_THRESHOLD, 64 * 1024);
}

static int run(const struct settings_call *call)
{
    struct service service = {.signals = -1, .notify = -1};
    struct error error = {0};
    struct logger logger;
    int status = EXIT_FINE;

    keep_memory_small();
    signal(SIGXFSZ, SIG_IGN); /* a limit of files is a full disk, not the end */
    logger_init(&logger, STDERR_FILENO, LOG_LEVEL_INFO);
    if (service_open(&service, &error) != ERROR_NONE || serve(call, &service, &logger, &status, &error) != ERROR_NONE)
        status = fail(&error);
    service_close(&service);
    logger_clear(&logger);
    return status;
}

static enum error_code read_call(struct settings_call *ret_call, struct arena *arena, int argc, char **argv,
                                 struct error *error)
{
    static const struct option *const tables[] = {settings_call_options, NULL};
    struct option_line line = {.command = "driftline-agent", .tables = tables, .values = ret_call, .arena = arena};

    if (option_set_defaults(&line, error) != ERROR_NONE ||
        option_parse(&line, (size_t)argc - 1, (const char *const *)argv + 1, error) != ERROR_NONE)
        return error->code;
    if (line.operand_count > 0)
        return error_set(error, ERROR_USAGE, "'%.100s' is no option", line.operands[0]);
    if (ret_call->config != NULL || ret_call->help || ret_call->version)
        return ERROR_NONE;
    error_set(error, ERROR_USAGE, "no configuration was given");
    return error_hint(error, "write --config FILE; --help says more");
}

int main(int argc, char **argv)
{
    CLEANUP(arena_free) struct arena arena;
    struct settings_call call = {0};
    struct error error = {0};
    enum error_code code;

    service_open_standard_files();
    arena_init(&arena, CALL_MEMORY);
    if (read_call(&call, &arena, argc, argv, &error) != ERROR_NONE)
        return fail(&error);
    if (call.help || call.version)
        code = print_about(call.help ? write_help : write_version, &error);
    else if (call.check_config)
        code = check_config(&call, &error);
    else if (call.public_key)
        code = print_public_key(&call, &error);
    else
        return run(&call);
    return code == ERROR_NONE ? EXIT_FINE : fail(&error);
}
