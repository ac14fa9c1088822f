/* enter.c: becomes a program in place, as a kernel's execve does: maps the parts of its layout and
 * its stack, and jumps. For a child process of run_tests.ml, which never comes back; x86_64
 * alone. */
#define _GNU_SOURCE
#include <caml/mlvalues.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { give_up = 99 };

static void *map(uintptr_t start, size_t bytes, int flags, int fd, off_t offset)
{
    void *at = mmap((void *)start, bytes, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_FIXED_NOREPLACE | flags, fd, offset);
    if (at != (void *)start)
        _exit(give_up);
    return at;
}

/* From the file (or of zeroes, with offset -1), zero from an address on, then with these PROT_
 * bits. */
value elf_test_map(value fd, value start, value bytes, value offset, value zero_from, value access)
{
    int zero = Long_val(offset) < 0;
    uintptr_t address = (uintptr_t)Long_val(start), stop = address + (size_t)Long_val(bytes);
    map(address, stop - address, zero ? MAP_ANONYMOUS : 0, zero ? -1 : Int_val(fd),
        zero ? 0 : Long_val(offset));
    memset((void *)Long_val(zero_from), 0, stop - (uintptr_t)Long_val(zero_from));
    if (mprotect((void *)address, stop - address, Int_val(access)))
        _exit(give_up);
    return Val_unit;
}

value elf_test_map_bytes(value *arguments, int count)
{
    (void)count;
    return elf_test_map(arguments[0], arguments[1], arguments[2], arguments[3], arguments[4],
                        arguments[5]);
}

value elf_test_enter(value top, value stack_bytes, value image, value pointer, value entry)
{
    map((uintptr_t)Long_val(top) - (size_t)Long_val(stack_bytes), (size_t)Long_val(stack_bytes),
        MAP_ANONYMOUS, -1, 0);
    memcpy((void *)Long_val(pointer), String_val(image), caml_string_length(image));
    __asm__ volatile("mov %0, %%rsp\n\txor %%edx, %%edx\n\txor %%ebp, %%ebp\n\tjmp *%1"
                     :
                     : "r"(Long_val(pointer)), "r"(Long_val(entry))
                     : "memory");
    __builtin_unreachable();
}
