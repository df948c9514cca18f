#include "base/service.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"

enum { NOTIFY_SIZE = 1024 };

/* ---- signals ---- */

static enum error_code open_signals(struct service *service, struct error *error)
{
    sigset_t signals;

    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    sigaddset(&signals, SIGUSR1);
    if (pthread_sigmask(SIG_BLOCK, &signals, NULL) != 0 || signal(SIGPIPE, SIG_IGN) == SIG_ERR ||
        (service->signals = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK)) < 0)
        return error_set(error, ERROR_IO, "opening the descriptor of signals: %s", strerror(errno));
    return ERROR_NONE;
}

enum service_signal service_next(struct service *service)
{
    struct signalfd_siginfo signal;
    ssize_t length;

    do
        length = read(service->signals, &signal, sizeof signal);
    while (length < 0 && errno == EINTR);
    if (length != (ssize_t)sizeof signal)
        return SERVICE_NOTHING;
    switch (signal.ssi_signo) {
    case SIGHUP:
        return SERVICE_RELOAD;
    case SIGUSR1:
        return SERVICE_NOW;
    default:
        return SERVICE_STOP;
    }
}

/* ---- systemd ---- */

/* Connect to where NOTIFY_SOCKET says: a path, or an abstract name that is written with '@'. */
static enum error_code open_notify(struct service *service, struct error *error)
{
    const char *name = getenv("NOTIFY_SOCKET");
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = name == NULL ? 0 : strlen(name);

    if (length == 0)
        return ERROR_NONE;
    if ((name[0] != '/' && name[0] != '@') || length >= sizeof address.sun_path)
        return error_set(error, ERROR_CONFIG, "NOTIFY_SOCKET is '%s', which is not an address of a socket", name);
    memcpy(address.sun_path, name, length);
    if (name[0] == '@')
        address.sun_path[0] = '\0';
    service->notify = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (service->notify < 0 ||
        connect(service->notify, (struct sockaddr *)&address,
                (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + (name[0] == '/'))) != 0)
        return error_set(error, ERROR_IO, "connecting to the service manager at '%s': %s", name, strerror(errno));
    return ERROR_NONE;
}

/* A number of the environment, or 0. */
static int64_t environment_number(const char *name)
{
    const char *text = getenv(name);
    char *end = NULL;
    long long number;

    if (text == NULL || *text < '0' || *text > '9')
        return 0;
    errno = 0;
    number = strtoll(text, &end, 10);
    return errno == 0 && *end == '\0' ? number : 0;
}

/* The interval is meant for one process: a child that inherits the environment must not feed the dog. */
static int64_t watchdog_interval(void)
{
    int64_t process = environment_number("WATCHDOG_PID");

    return process != 0 && process != getpid() ? 0 : environment_number("WATCHDOG_USEC");
}

static void tell(struct service *service, const char *format, ...) PRINTF_LIKE(2, 3);

static void tell(struct service *service, const char *format, ...)
{
    char message[NOTIFY_SIZE];
    va_list arguments;
    ssize_t sent;
    int length;

    if (service->notify < 0)
        return;
    va_start(arguments, format);
    length = vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    if (length < 0)
        return;
    if (length >= (int)sizeof message)
        length = sizeof message - 1;
    do
        sent = send(service->notify, message, (size_t)length, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
}

/* A line break in a status would begin another assignment. */
static void tell_with_status(struct service *service, const char *state, const char *status)
{
    char line[NOTIFY_SIZE / 2];

    if (status == NULL) {
        tell(service, "%s", state);
        return;
    }
    snprintf(line, sizeof line, "%s", status);
    line[strcspn(line, "\r\n")] = '\0';
    tell(service, "%s\nSTATUS=%s", state, line);
}

void service_ready(struct service *service, const char *status)
{
    tell_with_status(service, "READY=1", status);
}

void service_reloading(struct service *service)
{
    tell(service, "RELOADING=1\nMONOTONIC_USEC=%" PRId64, clock_elapsed());
}

void service_stopping(struct service *service)
{
    tell(service, "STOPPING=1");
}

void service_alive(struct service *service)
{
    int64_t now;

    if (service->watchdog_us <= 0)
        return;
    now = clock_elapsed();
    if (now - service->watchdog_last < service->watchdog_us / 2)
        return;
    service->watchdog_last = now;
    tell(service, "WATCHDOG=1");
}

/* ---- both ---- */

void service_open_standard_files(void)
{
    int file;

    do
        file = open("/dev/null", O_RDWR);
    while (file >= STDIN_FILENO && file <= STDERR_FILENO);
    if (file > STDERR_FILENO)
        close(file);
}

enum error_code service_open(struct service *service, struct error *error)
{
    *service = (struct service){.signals = -1, .notify = -1, .watchdog_us = watchdog_interval()};
    if (open_signals(service, error) != ERROR_NONE || open_notify(service, error) != ERROR_NONE) {
        service_close(service);
        return error->code;
    }
    service->watchdog_last = clock_elapsed();
    return ERROR_NONE;
}

/* The signals stay blocked: one that waits must not end the program in the middle of its end. */
void service_close(struct service *service)
{
    if (service->signals >= 0)
        close(service->signals);
    if (service->notify >= 0)
        close(service->notify);
    service->signals = service->notify = -1;
}
