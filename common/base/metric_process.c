#include "base/metric_process.h"

#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

enum { SECOND = 1000000 };

const struct metric process_metrics[PROCESS_METRIC_COUNT] = {
    [PROCESS_CPU] = {"process_cpu_seconds_total", METRIC_COUNTER, "", "Time on processors, by user and system."},
    [PROCESS_RESIDENT] = {"process_resident_memory_bytes", METRIC_GAUGE, "", "Memory that is resident."},
    [PROCESS_VIRTUAL] = {"process_virtual_memory_bytes", METRIC_GAUGE, "", "Address space that is in use."},
    [PROCESS_OPEN_FILES] = {"process_open_fds", METRIC_GAUGE, "", "Open file descriptors."},
    [PROCESS_MOST_FILES] = {"process_max_fds", METRIC_GAUGE, "", "How many may be open."},
    [PROCESS_THREADS] = {"process_threads", METRIC_GAUGE, "", "Threads."},
    [PROCESS_START] = {"process_start_time_seconds", METRIC_GAUGE, "", "When it was started, in seconds since 1970."},
};

/* What /proc/self/stat says; the numbers are those of proc(5). */
struct process_stat {
    unsigned long long user, system; /* clock ticks */
    long threads;
    unsigned long long start; /* clock ticks since the system was started */
    unsigned long virtual_bytes;
    long resident_pages;
};

static bool read_stat(struct process_stat *ret_stat)
{
    char line[2048];
    FILE *file = fopen("/proc/self/stat", "re");
    size_t length;
    char *end;

    if (file == NULL)
        return false;
    length = fread(line, 1, sizeof line - 1, file);
    fclose(file);
    line[length] = '\0';
    end = strrchr(line, ')'); /* the name before it may hold anything */
    return end != NULL && sscanf(end + 1,
                                 " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu %*d %*d %*d %*d %ld "
                                 "%*d %llu %lu %ld",
                                 &ret_stat->user, &ret_stat->system, &ret_stat->threads, &ret_stat->start,
                                 &ret_stat->virtual_bytes, &ret_stat->resident_pages) == 6;
}

static int64_t count_files(void)
{
    DIR *folder = opendir("/proc/self/fd");
    int64_t count = -3; /* itself, and the two entries that every folder has */

    if (folder == NULL)
        return -1;
    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count;
}

static int64_t ticks_in_us(unsigned long long ticks)
{
    return (int64_t)(ticks * SECOND / (unsigned long long)sysconf(_SC_CLK_TCK));
}

static int64_t started_at;

/* Once: a clock that is corrected must not make it another time, which would look like another start. */
static void find_start(void)
{
    struct process_stat stat;
    struct timespec up;

    clock_gettime(CLOCK_BOOTTIME, &up);
    if (read_stat(&stat))
        started_at = clock_now() - (up.tv_sec * (int64_t)SECOND + up.tv_nsec / 1000 - ticks_in_us(stat.start));
    started_at -= started_at % (SECOND / 100);
}

void metric_process_write(struct metric_writer *writer)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct process_stat stat;
    int64_t files = count_files();
    struct rlimit limit;

    pthread_once(&once, find_start);
    if (read_stat(&stat)) {
        metric_begin(writer, &process_metrics[PROCESS_CPU]);
        metric_seconds(writer, NULL, ticks_in_us(stat.user + stat.system));
        metric_begin(writer, &process_metrics[PROCESS_RESIDENT]);
        metric_number(writer, NULL, stat.resident_pages * (int64_t)sysconf(_SC_PAGESIZE));
        metric_begin(writer, &process_metrics[PROCESS_VIRTUAL]);
        metric_number(writer, NULL, (int64_t)stat.virtual_bytes);
        metric_begin(writer, &process_metrics[PROCESS_THREADS]);
        metric_number(writer, NULL, stat.threads);
    }
    if (files >= 0) {
        metric_begin(writer, &process_metrics[PROCESS_OPEN_FILES]);
        metric_number(writer, NULL, files);
    }
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
        metric_begin(writer, &process_metrics[PROCESS_MOST_FILES]);
        metric_number(writer, NULL, (int64_t)limit.rlim_cur);
    }
    if (started_at > 0) {
        metric_begin(writer, &process_metrics[PROCESS_START]);
        metric_seconds(writer, NULL, started_at);
    }
}
