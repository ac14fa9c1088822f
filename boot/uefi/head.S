/*
 * The PE32+ headers of the EFI application (Microsoft PE format; UEFI 2.1.1), by hand: the ELF
 * linker lays sections out at their relative addresses and objcopy writes them out as they are.
 *
 * There is no relocation table: the code is position independent and holds no absolute address,
 * which boot.mk checks.
 */
#if defined(__x86_64__)
#define MACHINE 0x8664
#elif defined(__aarch64__)
#define MACHINE 0xaa64
#else
#define MACHINE 0x5064
#endif

#define EXECUTABLE          0x0002
#define LARGE_ADDRESS_AWARE 0x0020
#define PE32_PLUS           0x020b
#define EFI_APPLICATION     10
#define NX_COMPATIBLE       0x0100
#define TEXT_FLAGS          0x60000020 /* code, execute, read */
#define DATA_FLAGS          0xc0000040 /* data, read, write */

    .section .head, "a"
    .globl image_begin
image_begin:
    .ascii "MZ"
    .skip 58
    .long pe - image_begin          /* offset 0x3c */
pe:
    .ascii "PE\0\0"
    .short MACHINE
    .short 2                        /* sections */
    .long 0, 0, 0                   /* time, symbols */
    .short sections - optional
    .short EXECUTABLE | LARGE_ADDRESS_AWARE
optional:
    .short PE32_PLUS
    .byte 0, 0
    .long text_size                 /* code, initialised data, other data */
    .long data_file_size
    .long data_size_zero
    .long efi_main_offset
    .long text_offset
    .quad 0                         /* wanted base */
    .long 4096, 4096                /* alignment in memory and in the file */
    .short 0, 0, 0, 0, 1, 0         /* system, image and subsystem versions */
    .long 0
    .long image_size
    .long text_offset               /* size of the headers, rounded */
    .long 0
    .short EFI_APPLICATION
    .short NX_COMPATIBLE
    .quad 0, 0, 0, 0                /* stack and heap */
    .long 0
    .long 6                         /* directories, all empty; the last is that of relocations */
    .quad 0, 0, 0, 0, 0, 0
sections:
    .ascii ".text\0\0\0"
    .long text_size, text_offset, text_size, text_offset
    .long 0, 0, 0
    .long TEXT_FLAGS
    .ascii ".data\0\0\0"
    .long data_size, data_offset, data_file_size, data_offset
    .long 0, 0, 0
    .long DATA_FLAGS

    .section .note.GNU-stack, "", @progbits
