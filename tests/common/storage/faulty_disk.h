/* storage/faulty_disk.h - a disk under SQLite whose nth write or sync fails, with the reason that the test names.
 *
 * It is a VFS that hands everything on to the real one. Counting is per process; there is one such disk.
 */
#ifndef DRIFTLINE_TEST_STORAGE_FAULTY_DISK_H
#define DRIFTLINE_TEST_STORAGE_FAULTY_DISK_H

#include <stdbool.h>

enum disk_operation { DISK_WRITE, DISK_SYNC };

/* Put it under all databases that are opened from now on. */
void faulty_disk_install(void);

/* Let the nth such operation from now on, and with `for_good` all that follow, fail with the errno `reason`. 0: none.
 */
void faulty_disk_fail(enum disk_operation operation, unsigned nth, int reason, bool for_good);

/* Whether the failure that was ordered has happened. */
bool faulty_disk_has_failed(void);

#endif
