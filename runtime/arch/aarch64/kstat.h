/* kstat.h: struct stat as aarch64's system calls fill it (Linux,
 * include/uapi/asm-generic/stat.h). */
#ifndef RUNTIME_KSTAT_H
#define RUNTIME_KSTAT_H

#include "base.h"

struct kstat {
    uint64_t st_dev, st_ino;
    uint32_t st_mode, st_nlink, st_uid, st_gid;
    uint64_t st_rdev, pad1;
    int64_t st_size;
    int32_t st_blksize, pad2;
    int64_t st_blocks;
    int64_t st_atime_sec, st_atime_nsec, st_mtime_sec, st_mtime_nsec, st_ctime_sec, st_ctime_nsec;
    uint32_t unused[2];
};

#endif
