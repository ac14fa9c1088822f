/* kstat.h: struct stat as x86_64's system calls fill it (Linux,
 * arch/x86/include/uapi/asm/stat.h). */
#ifndef RUNTIME_KSTAT_H
#define RUNTIME_KSTAT_H

#include "base.h"

struct kstat {
    uint64_t st_dev, st_ino, st_nlink;
    uint32_t st_mode, st_uid, st_gid, pad;
    uint64_t st_rdev;
    int64_t st_size, st_blksize, st_blocks;
    int64_t st_atime_sec, st_atime_nsec, st_mtime_sec, st_mtime_nsec, st_ctime_sec, st_ctime_nsec;
    int64_t unused[3];
};

#endif
