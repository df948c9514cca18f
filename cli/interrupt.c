#include "cli/interrupt.h"

#include <signal.h>
#include <time.h>

enum { SLICE_MS = 50 };

static volatile sig_atomic_t came;

static void note(int signal_number)
{
    (void)signal_number;
    came = 1;
}

void interrupt_catch(void)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = note};

    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        sigaction(signals[i], &action, NULL);
}

bool interrupt_came(void)
{
    return came != 0;
}

void interrupt_forget(void)
{
    came = 0;
}

/* In slices: a signal between the look and the sleep would else be slept through. */
void interrupt_sleep(unsigned milliseconds)
{
    for (unsigned slept = 0; slept < milliseconds && came == 0; slept += SLICE_MS)
        nanosleep(&(struct timespec){.tv_nsec = SLICE_MS * 1000000L}, NULL);
}
