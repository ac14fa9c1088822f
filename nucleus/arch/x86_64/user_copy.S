/* user_copy.S: bytes between the kernel and a user's half. See user_memory.h. */
        .section .text, "ax", @progbits

        .macro USER_PAGES_MAY_BE_TOUCHED
        cmpb    $0, smap_is_on(%rip)
        je      1f
        stac
1:
        .endm

        .macro USER_PAGES_MAY_NOT_BE_TOUCHED
        cmpb    $0, smap_is_on(%rip)
        je      1f
        clac
1:
        .endm

        .macro FIX_UP at, to
        .pushsection .fixups, "a"
        .balign 8
        .quad   \at, \to
        .popsection
        .endm

/* size_t arch_user_read(to, from, size), size_t arch_user_write(to, from, size): how many bytes are
 * left. SAFETY: who calls has checked that the user's side is in the user's half. */
        .global arch_user_read, arch_user_write
        .type arch_user_read, @function
        .type arch_user_write, @function
arch_user_read:
arch_user_write:
        USER_PAGES_MAY_BE_TOUCHED
        cmpq    $4, %rdx
        je      four
        movq    %rdx, %rcx
        shrq    $3, %rcx
words:  rep movsq
        movl    %edx, %ecx
        andl    $7, %ecx
bytes:  rep movsb
        xorl    %eax, %eax
done:   USER_PAGES_MAY_NOT_BE_TOUCHED
        ret
words_left:
        leaq    (,%rcx,8), %rax
        andl    $7, %edx
        addq    %rdx, %rax
        jmp     done
bytes_left:
        movq    %rcx, %rax
        jmp     done
/* In one access each: it may be a lock. */
four:   movl    (%rsi), %eax
four_2: movl    %eax, (%rdi)
        xorl    %eax, %eax
        jmp     done
four_left:
        movl    $4, %eax
        jmp     done
        FIX_UP  words, words_left
        FIX_UP  bytes, bytes_left
        FIX_UP  four, four_left
        FIX_UP  four_2, four_left
        .size arch_user_read, . - arch_user_read

/* long arch_user_exchange(uint32_t *at, uint32_t *expected, uint32_t desired): 1 when it was as
 * expected, 0 when not, with *expected what is there; -1 for a fault. */
        .global arch_user_exchange
        .type arch_user_exchange, @function
arch_user_exchange:
        USER_PAGES_MAY_BE_TOUCHED
        movl    (%rsi), %eax
swap:   lock cmpxchgl %edx, (%rdi)
        movl    %eax, (%rsi)
        sete    %al
        movzbl  %al, %eax
        jmp     done
swap_fails:
        movq    $-1, %rax
        jmp     done
        FIX_UP  swap, swap_fails
        .size arch_user_exchange, . - arch_user_exchange
        .section .note.GNU-stack, "", @progbits
