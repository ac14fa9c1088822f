/* host_calls_stubs.c: Linux's calls, for tests beside it: each answers its result or a negative
 * errno. */
#define _GNU_SOURCE
#include <caml/alloc.h>
#include <caml/memory.h>
#include <caml/mlvalues.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static value answer(long result)
{
    return Val_long(result < 0 ? -errno : result);
}

#define PATH(v) String_val(v)

value host_open(value path, value flags, value mode)
{
    return answer(open(PATH(path), Int_val(flags), Int_val(mode)));
}

value host_close(value fd) { return answer(close(Int_val(fd))); }
value host_mkdir(value path, value mode)
{
    return answer(mkdir(PATH(path), (mode_t)Int_val(mode)));
}
value host_rmdir(value path) { return answer(rmdir(PATH(path))); }
value host_unlink(value path) { return answer(unlink(PATH(path))); }
value host_symlink(value target, value path) { return answer(symlink(PATH(target), PATH(path))); }
value host_chdir(value path) { return answer(chdir(PATH(path))); }
value host_chroot(value path) { return answer(chroot(PATH(path))); }
value host_chmod(value path, value mode)
{
    return answer(chmod(PATH(path), (mode_t)Int_val(mode)));
}
value host_truncate(value path, value size) { return answer(truncate(PATH(path), Long_val(size))); }
value host_ftruncate(value fd, value size)
{
    return answer(ftruncate(Int_val(fd), Long_val(size)));
}

value host_mknod(value path, value mode, value special)
{
    return answer(mknod(PATH(path), (mode_t)Int_val(mode), (dev_t)Long_val(special)));
}

value host_link(value old, value path, value follow)
{
    return answer(linkat(AT_FDCWD, PATH(old), AT_FDCWD, PATH(path),
                         Bool_val(follow) ? AT_SYMLINK_FOLLOW : 0));
}

value host_rename(value old, value path, value flags)
{
    return answer(
        syscall(SYS_renameat2, AT_FDCWD, PATH(old), AT_FDCWD, PATH(path), Int_val(flags)));
}

value host_chown(value path, value uid, value gid, value follow)
{
    return answer(fchownat(AT_FDCWD, PATH(path), (uid_t)Long_val(uid), (gid_t)Long_val(gid),
                           Bool_val(follow) ? 0 : AT_SYMLINK_NOFOLLOW));
}

value host_access(value path, value wants)
{
    return answer(syscall(SYS_faccessat2, AT_FDCWD, PATH(path), Int_val(wants), AT_EACCESS));
}

/* Seconds; -1: now, -2: as it is. */
static struct timespec time_of(value v)
{
    long seconds = Long_val(v);
    return seconds == -1   ? (struct timespec){.tv_nsec = UTIME_NOW}
           : seconds == -2 ? (struct timespec){.tv_nsec = UTIME_OMIT}
                           : (struct timespec){.tv_sec = seconds};
}

value host_utimens(value path, value accessed, value modified)
{
    struct timespec times[] = {time_of(accessed), time_of(modified)};
    return answer(utimensat(AT_FDCWD, PATH(path), times, 0));
}

value host_readlink(value path, value bytes)
{
    return answer(readlink(PATH(path), (char *)Bytes_val(bytes), caml_string_length(bytes)));
}

/* How long the path is, with the 0 at its end. */
value host_getcwd(value bytes)
{
    return answer(syscall(SYS_getcwd, Bytes_val(bytes), caml_string_length(bytes)));
}

value host_pread(value fd, value bytes, value at)
{
    return answer(pread(Int_val(fd), Bytes_val(bytes), caml_string_length(bytes), Long_val(at)));
}

value host_pwrite(value fd, value bytes, value at)
{
    return answer(pwrite(Int_val(fd), Bytes_val(bytes), caml_string_length(bytes), Long_val(at)));
}

/* ([] on failure) kind and mode, links, uid, gid, size, inode, and six of times. */
value host_stat(value path, value follow)
{
    CAMLparam0();
    CAMLlocal1(array);
    struct stat s;
    if (fstatat(AT_FDCWD, PATH(path), &s, Bool_val(follow) ? 0 : AT_SYMLINK_NOFOLLOW) < 0) {
        array = caml_alloc(1, 0);
        Store_field(array, 0, Val_long(-errno));
        CAMLreturn(array);
    }
    const long fields[] = {s.st_mode,         (long)s.st_nlink,  s.st_uid,
                           s.st_gid,          s.st_size,         (long)s.st_ino,
                           s.st_atim.tv_sec,  s.st_atim.tv_nsec, s.st_mtim.tv_sec,
                           s.st_mtim.tv_nsec, s.st_ctim.tv_sec,  s.st_ctim.tv_nsec};
    array = caml_alloc(12, 0);
    for (int i = 0; i < 12; i++)
        Store_field(array, i, Val_long(fields[i]));
    CAMLreturn(array);
}

/* Who makes the next calls; the process stays user 0, who can become anybody again. */
value host_become(value uid, value gid, value group)
{
    gid_t groups[] = {(gid_t)Int_val(group)};
    if (seteuid(0) < 0 || setgroups(Int_val(group) >= 0, groups) < 0 ||
        setegid((gid_t)Int_val(gid)) < 0 || seteuid((uid_t)Int_val(uid)) < 0)
        return Val_long(-errno);
    return Val_long(0);
}
