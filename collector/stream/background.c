#include "stream/background.h"

#include <sys/resource.h>
#include <unistd.h>

enum { NICENESS = 10 }; /* about a tenth of the share of those that do not give way */

void background_give_way(void)
{
    /* Linux keeps it for each thread, under the thread's own number. */
    (void)setpriority(PRIO_PROCESS, (id_t)gettid(), NICENESS);
}
