type t = X86_64 | Aarch64 | Riscv64

let name = (Hal.Machine.facts ()).architecture
let this = match name with "x86_64" -> X86_64 | "aarch64" -> Aarch64 | _ -> Riscv64

let machine : Elf.Header.machine =
  match this with X86_64 -> X86_64 | Aarch64 -> Aarch64 | Riscv64 -> Riscv64

let choose ~x86_64 ~aarch64 ~riscv64 =
  match this with X86_64 -> x86_64 | Aarch64 -> aarch64 | Riscv64 -> riscv64

(* FP and SIMD; single letters i, m, a, f, d, c. x86's is what CPUID says in EDX. *)
let hardware_capabilities = choose ~x86_64:0x178bfbff ~aarch64:3 ~riscv64:0x112d
let o_directory = choose ~x86_64:0o200000 ~aarch64:0o40000 ~riscv64:0o200000
let o_nofollow = choose ~x86_64:0o400000 ~aarch64:0o100000 ~riscv64:0o400000
let o_direct = choose ~x86_64:0o40000 ~aarch64:0o200000 ~riscv64:0o40000

(* ---- signal frames ---- *)

let trampoline =
  choose ~x86_64:"\xb8\x0f\x00\x00\x00\x0f\x05" (* mov $15, %eax; syscall *)
    ~aarch64:"\x68\x11\x80\xd2\x01\x00\x00\xd4" (* mov x8, #139; svc #0 *)
    ~riscv64:"\x93\x08\xb0\x08\x73\x00\x00\x00" (* li a7, 139; ecall *)

let red_zone = choose ~x86_64:128 ~aarch64:0 ~riscv64:0

type frame = { sp : int; bytes : bytes; information : int; context : int }

let set64 bytes at n = Bytes.set_int64_le bytes at (Int64.of_int n)
let set32 bytes at n = Bytes.set_int32_le bytes at (Int32.of_int n)

(* In every ucontext_t: flags, link, stack. *)
let stack_at = 16

let set_stack bytes at (base, flags, size) =
  set64 bytes (at + stack_at) base;
  set32 bytes (at + stack_at + 8) flags;
  set64 bytes (at + stack_at + 16) size

let get_stack bytes at =
  ( User_memory.word bytes (at + stack_at),
    Int32.to_int (Bytes.get_int32_le bytes (at + stack_at + 8)),
    User_memory.word bytes (at + stack_at + 16) )

module X86 = struct
  (* The return address, ucontext_t (256 bytes of registers and pointers at 40, the mask behind),
     siginfo_t; above it the FP state. *)
  let registers_at = 40
  let registers_length = 256
  let fp_pointer_at = registers_at + 184
  let mask_at = registers_at + registers_length
  let context_length = mask_at + 8
  let fp_length = 512
  let context_flags = 6 (* SS is told, and to be restored *)

  let frame ~below ~registers ~information ~mask ~stack ~restorer =
    let fp = (below - fp_length) land lnot 63 in
    let information_at = 8 + context_length in
    let size = information_at + Signal.information_length in
    let sp = ((fp - size) land lnot 15) - 8 in
    let bytes = Bytes.make (fp + fp_length - sp) '\000' in
    set64 bytes 0 restorer;
    set64 bytes 8 context_flags;
    set_stack bytes 8 stack;
    Bytes.blit registers 0 bytes (8 + registers_at) registers_length;
    set64 bytes (8 + fp_pointer_at) fp;
    Bytes.set_int64_le bytes (8 + mask_at) (Signal.Set.to_bits mask);
    Bytes.blit information 0 bytes information_at Signal.information_length;
    Bytes.blit registers registers_length bytes (fp - sp) fp_length;
    { sp; bytes; information = sp + information_at; context = sp + 8 }

  (* [ret] has taken the return address. *)
  let context_at ~sp = sp

  let registers ~read context =
    let registers = Bytes.sub context registers_at registers_length in
    match User_memory.word context fp_pointer_at with
    | 0 -> Error Fs.Errno.EFAULT
    | fp -> Result.map (Bytes.cat registers) (read ~at:fp fp_length)
end

module Generic = struct
  (* siginfo_t; ucontext_t: flags, link, stack, mask, room for a larger mask, registers. *)
  let mask_at = 40
  let registers_at = 176

  let registers_room =
    choose ~x86_64:0 ~aarch64:(288 + 4096) ~riscv64:784

  let context_length = registers_at + Hal.User.frame_length

  let frame ~below ~registers ~information ~mask ~stack ~restorer:_ =
    let size = Signal.information_length + registers_at + registers_room in
    let sp = (below - size) land lnot 15 in
    let context = Signal.information_length in
    let bytes = Bytes.make (context + context_length) '\000' in
    Bytes.blit information 0 bytes 0 Signal.information_length;
    set_stack bytes context stack;
    Bytes.set_int64_le bytes (context + mask_at) (Signal.Set.to_bits mask);
    Bytes.blit registers 0 bytes (context + registers_at) Hal.User.frame_length;
    { sp; bytes; information = sp; context = sp + context }

  let context_at ~sp = sp + Signal.information_length
  let registers ~read:_ context = Ok (Bytes.sub context registers_at Hal.User.frame_length)
end

let is_x86 = this = X86_64
let frame = if is_x86 then X86.frame else Generic.frame
let context_at = if is_x86 then X86.context_at else Generic.context_at
let context_length = if is_x86 then X86.context_length else Generic.context_length

type returned = { registers : bytes; mask : Signal.Set.t; alternate : int * int * int }

let returned ~(read : at:int -> int -> (bytes, Fs.Errno.t) result) ~at =
  let ( let* ) = Result.bind in
  let* context = read ~at context_length in
  let* registers =
    if is_x86 then X86.registers ~read context else Generic.registers ~read context
  in
  let mask_at = if is_x86 then X86.mask_at else Generic.mask_at in
  let mask = Signal.Set.of_bits (Bytes.get_int64_le context mask_at) in
  Ok { registers; mask; alternate = get_stack context 0 }

let tls_is_fourth = not is_x86
