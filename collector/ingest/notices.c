#include "ingest/notices.h"

#include <string.h>
#include <sys/random.h>

#include "base/clock.h"

void notices_init(struct notices *notices)
{
    memset(notices, 0, sizeof *notices);
    /* Unknown to peers, so that none can choose notices that push each other out. */
    if (getrandom(&notices->seed, sizeof notices->seed, GRND_NONBLOCK) != sizeof notices->seed)
        notices->seed = (uint64_t)clock_now();
}

/* The finishing steps of MurmurHash3: every bit of the input reaches every bit of the result. */
static uint64_t mix(uint64_t value)
{
    value = (value ^ value >> 33) * UINT64_C(0xff51afd7ed558ccd);
    value = (value ^ value >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
    return value ^ value >> 33;
}

static uint64_t fingerprint(const struct notices *notices, const struct notice *notice)
{
    uint64_t print = mix(mix(mix(notices->seed ^ notice->what) ^ notice->who) ^ notice->which);

    return print == 0 ? 1 : print;
}

bool notices_is_new(struct notices *notices, const struct notice *notice, int64_t now, int64_t pause)
{
    uint64_t print = fingerprint(notices, notice);
    unsigned first = (unsigned)(print % NOTICES_SLOTS);
    unsigned chosen = first;

    for (unsigned i = 0; i < NOTICES_NEIGHBOURS; i++) {
        unsigned at = (first + i) % NOTICES_SLOTS;

        if (notices->slots[at].print == print && notices->slots[at].until > now)
            return false;
        if (notices->slots[at].print == print || notices->slots[at].until < notices->slots[chosen].until)
            chosen = at;
        if (notices->slots[at].print == print)
            break;
    }
    notices->slots[chosen].print = print;
    notices->slots[chosen].until = now + pause;
    return true;
}
