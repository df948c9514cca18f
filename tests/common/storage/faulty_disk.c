#include "common/storage/faulty_disk.h"

#include <errno.h>
#include <sqlite3.h>

#include "support/cmocka.h"

struct disk_file {
    sqlite3_file base;
    int reason;         /* of its last failure that was ordered */
    sqlite3_file *real; /* lies behind this struct */
};

static struct {
    sqlite3_vfs *real;
    enum disk_operation operation;
    unsigned left; /* until it fails; 0: never */
    int reason;
    bool for_good;
    bool failed;
} disk;

void faulty_disk_fail(enum disk_operation operation, unsigned nth, int reason, bool for_good)
{
    disk.operation = operation;
    disk.left = nth;
    disk.reason = reason;
    disk.for_good = for_good;
    disk.failed = false;
}

bool faulty_disk_has_failed(void)
{
    return disk.failed;
}

static bool fails_now(sqlite3_file *file, enum disk_operation operation)
{
    if (operation != disk.operation || disk.left == 0)
        return false;
    if (disk.left > 1) {
        disk.left--;
        return false;
    }
    if (!disk.for_good)
        disk.left = 0;
    disk.failed = true;
    ((struct disk_file *)file)->reason = disk.reason;
    return true;
}

static sqlite3_file *real_of(sqlite3_file *file)
{
    return ((struct disk_file *)file)->real;
}

static int disk_close(sqlite3_file *file)
{
    return real_of(file)->pMethods == NULL ? SQLITE_OK : real_of(file)->pMethods->xClose(real_of(file));
}

static int disk_read(sqlite3_file *file, void *bytes, int length, sqlite3_int64 offset)
{
    return real_of(file)->pMethods->xRead(real_of(file), bytes, length, offset);
}

/* As SQLite's own: no room on the device has a result of its own, everything else is in errno. */
static int disk_write(sqlite3_file *file, const void *bytes, int length, sqlite3_int64 offset)
{
    if (fails_now(file, DISK_WRITE))
        return disk.reason == ENOSPC ? SQLITE_FULL : SQLITE_IOERR_WRITE;
    return real_of(file)->pMethods->xWrite(real_of(file), bytes, length, offset);
}

static int disk_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    return real_of(file)->pMethods->xTruncate(real_of(file), size);
}

static int disk_sync(sqlite3_file *file, int flags)
{
    return fails_now(file, DISK_SYNC) ? SQLITE_IOERR_FSYNC : real_of(file)->pMethods->xSync(real_of(file), flags);
}

static int disk_size(sqlite3_file *file, sqlite3_int64 *size)
{
    return real_of(file)->pMethods->xFileSize(real_of(file), size);
}

static int disk_lock(sqlite3_file *file, int lock)
{
    return real_of(file)->pMethods->xLock(real_of(file), lock);
}

static int disk_unlock(sqlite3_file *file, int lock)
{
    return real_of(file)->pMethods->xUnlock(real_of(file), lock);
}

static int disk_check_lock(sqlite3_file *file, int *result)
{
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), result);
}

static int disk_control(sqlite3_file *file, int operation, void *argument)
{
    struct disk_file *ours = (struct disk_file *)file;

    if (operation == SQLITE_FCNTL_LAST_ERRNO && ours->reason != 0) {
        *(int *)argument = ours->reason;
        return SQLITE_OK;
    }
    return real_of(file)->pMethods->xFileControl(real_of(file), operation, argument);
}

static int disk_sector(sqlite3_file *file)
{
    return real_of(file)->pMethods->xSectorSize(real_of(file));
}

static int disk_device(sqlite3_file *file)
{
    return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

static int disk_shm_map(sqlite3_file *file, int region, int size, int extend, void volatile **memory)
{
    return real_of(file)->pMethods->xShmMap(real_of(file), region, size, extend, memory);
}

static int disk_shm_lock(sqlite3_file *file, int offset, int count, int flags)
{
    return real_of(file)->pMethods->xShmLock(real_of(file), offset, count, flags);
}

static void disk_shm_barrier(sqlite3_file *file)
{
    real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int disk_shm_unmap(sqlite3_file *file, int delete)
{
    return real_of(file)->pMethods->xShmUnmap(real_of(file), delete);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = disk_close,
    .xRead = disk_read,
    .xWrite = disk_write,
    .xTruncate = disk_truncate,
    .xSync = disk_sync,
    .xFileSize = disk_size,
    .xLock = disk_lock,
    .xUnlock = disk_unlock,
    .xCheckReservedLock = disk_check_lock,
    .xFileControl = disk_control,
    .xSectorSize = disk_sector,
    .xDeviceCharacteristics = disk_device,
    .xShmMap = disk_shm_map,
    .xShmLock = disk_shm_lock,
    .xShmBarrier = disk_shm_barrier,
    .xShmUnmap = disk_shm_unmap,
};

static int disk_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *ret_flags)
{
    struct disk_file *ours = (struct disk_file *)file;

    (void)vfs;
    ours->real = (sqlite3_file *)(ours + 1);
    ours->base.pMethods = &methods;
    ours->reason = 0;
    return disk.real->xOpen(disk.real, name, ours->real, flags, ret_flags);
}

void faulty_disk_install(void)
{
    static sqlite3_vfs vfs;

    if (disk.real != NULL)
        return;
    disk.real = sqlite3_vfs_find(NULL);
    assert_non_null(disk.real);
    vfs = *disk.real;
    vfs.zName = "faulty";
    vfs.szOsFile = (int)sizeof(struct disk_file) + disk.real->szOsFile;
    vfs.xOpen = disk_open;
    assert_int_equal(sqlite3_vfs_register(&vfs, 1), SQLITE_OK);
}
