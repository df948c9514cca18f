#include "cli/summary.h"

#include "drift/severity.h"

int64_t summary_total(const struct answer_summary *summary)
{
    int64_t total = 0;

    for (unsigned level = 0; level < SEVERITY_COUNT; level++) /* what comes from outside may be too large to add */
        total = summary->counts[level] > INT64_MAX - total ? INT64_MAX : total + summary->counts[level];
    return total;
}

void summary_write(struct buffer *buffer, const struct answer_summary *summary)
{
    bool first = true;

    for (unsigned level = SEVERITY_COUNT; level-- > 0;) {
        if (summary->counts[level] == 0)
            continue;
        buffer_printf(buffer, "%s%lld %s", first ? "" : ", ", (long long)summary->counts[level],
                      severity_name((enum severity)level));
        first = false;
    }
    if (first)
        buffer_add_string(buffer, "no difference that counts");
}
