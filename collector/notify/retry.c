#include "notify/retry.h"

enum { PAUSE_LEAST_US = 100000 };

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

int64_t retry_after(int64_t said_us)
{
    return said_us < 0 ? 0 : smaller(said_us, RETRY_AFTER_LONGEST_US);
}

int64_t retry_at(const struct retry *retry)
{
    uint32_t doublings = retry->attempts == 0 ? 0 : retry->attempts - 1;
    int64_t longest = doublings >= 20 ? RETRY_LONGEST_US : smaller(RETRY_FIRST_US << doublings, RETRY_LONGEST_US);
    int64_t pause = PAUSE_LEAST_US + (int64_t)(retry->random % (uint64_t)(longest - PAUSE_LEAST_US + 1));
    int64_t end = retry->since + retry->patience_us;

    if (retry->now >= end)
        return 0;
    if (pause < retry_after(retry->after_us))
        pause = retry_after(retry->after_us);
    return smaller(retry->now + pause, end);
}
