open Fs
open Call

let prot_write = 2
let prot_exec = 4
let prot_known = 0x0300000f

(* On all three architectures what may be written may be read. *)
let access prot : Hal.Space.access =
  {
    read = prot land 7 <> 0;
    write = prot land prot_write <> 0;
    execute = prot land prot_exec <> 0;
  }

let check_prot prot = check (prot land lnot prot_known = 0) Errno.EINVAL
let map_shared = 1
let map_private = 2
let map_shared_validate = 3
let map_fixed = 0x10
let map_anonymous = 0x20
let map_grows_down = 0x100
let map_noreserve = 0x4000
let map_fixed_noreplace = 0x100000

let place ~at flags : Memory.place =
  if flags land map_fixed_noreplace <> 0 then Free_at at
  else if flags land map_fixed <> 0 then At at
  else if at <= 0 then Anywhere
  else Hint (at land lnot 4095)

let sharing flags =
  match flags land 0xf with
  | kind when kind = map_shared || kind = map_shared_validate -> Ok true
  | kind when kind = map_private -> Ok false
  | _ -> Error Errno.EINVAL

let may_map (file : File.t) (access : Hal.Space.access) ~shared =
  check (file.access.read && not (shared && access.write && not file.access.write)) Errno.EACCES

let map_file thread place ~size ~shared access ~offset =
  Descriptors.using (files thread) (int thread 4) @@ fun file ->
  let* () = may_map file access ~shared in
  let* shown = file.file.memory () in
  let never_written = shared && not file.access.write in
  Memory.map (memory thread) place ~size ~shared ~never_written ?file:file.place access
    (Shown (shown, offset))

let mmap thread =
  let size = size thread 1 and prot = int thread 2 and flags = int thread 3 in
  let offset = arg thread 5 in
  let* shared = sharing flags in
  let* () = check_prot prot in
  let* () = check (size > 0 && offset land 4095 = 0 && offset >= 0) Errno.EINVAL in
  let* () = check (size <= Hal.Space.top) Errno.ENOMEM in
  let place = place ~at:(arg thread 0) flags and access = access prot in
  let sparse = flags land map_noreserve <> 0 in
  if flags land map_anonymous <> 0 then
    let grows = (not shared) && flags land map_grows_down <> 0 in
    Memory.map (memory thread) place ~size ~shared ~sparse ~grows access Zeros
  else map_file thread place ~size ~shared access ~offset

let munmap thread = done_ (Memory.unmap (memory thread) ~at:(arg thread 0) ~size:(size thread 1))

let mprotect thread =
  let prot = int thread 2 in
  let* () = check_prot prot in
  done_ (Memory.protect (memory thread) ~at:(arg thread 0) ~size:(size thread 1) (access prot))

let brk thread = Ok (Memory.move_break (memory thread) (arg thread 0))
let may_move = 1
let fixed = 2
let dont_unmap = 4

let mremap thread =
  let flags = int thread 3 in
  let old_size = size thread 1 and new_size = size thread 2 in
  let move : Memory.move =
    if flags land fixed <> 0 then Move_to (arg thread 4)
    else if flags land may_move <> 0 then May_move
    else In_place
  in
  let* () = check (flags land lnot 7 = 0) Errno.EINVAL in
  let* () = check (flags land may_move <> 0 || flags = 0) Errno.EINVAL in
  let* () = check (max old_size new_size <= Hal.Space.top) Errno.EINVAL in
  Memory.remap (memory thread) ~at:(arg thread 0) ~old_size ~size:new_size
    ~keeps:(flags land dont_unmap <> 0) move

let round_up size = (size + 4095) land lnot 4095

let in_range thread f =
  let at = arg thread 0 and size = round_up (size thread 1) in
  let* () = check (at land 4095 = 0 && size >= 0) Errno.EINVAL in
  if size = 0 then Ok 0 else f ~at ~size

let is_mapped thread ~at ~size =
  let within = at >= 0 && size <= Hal.Space.top in
  check (within && Memory.is_mapped (memory thread) ~at ~size) Errno.ENOMEM

let madv_dontneed = 4

let fork_mark : int -> Hal.Space.fork_mark option = function
  | 10 -> Some Left_out
  | 11 -> Some Forked
  | 18 -> Some Wiped
  | 19 -> Some Kept
  | _ -> None

(* Others are only advice. *)
let advice_known = [ 0; 1; 2; 3; 4; 8; 10; 11; 12; 13; 14; 15; 16; 17; 18; 19; 20; 21; 22; 23 ]

let madvise thread =
  in_range thread @@ fun ~at ~size ->
  let advice = int thread 2 in
  let* () = check (List.mem advice advice_known) Errno.EINVAL in
  let* () = is_mapped thread ~at ~size in
  match fork_mark advice with
  | Some mark -> done_ (Memory.mark_for_fork (memory thread) ~at ~size mark)
  | None when advice = madv_dontneed -> done_ (Memory.discard (memory thread) ~at ~size)
  | None -> Ok 0

let msync thread =
  in_range thread @@ fun ~at ~size ->
  let flags = int thread 2 in
  let* () = check (flags land lnot 7 = 0 && flags land 5 <> 5) Errno.EINVAL in
  done_ (is_mapped thread ~at ~size)

let mlock thread =
  let at = arg thread 0 land lnot 4095 in
  let size = round_up (arg thread 0 + size thread 1 - at) in
  if size <= 0 then Ok 0 else done_ (is_mapped thread ~at ~size)

let mincore thread =
  in_range thread @@ fun ~at ~size ->
  let* () = is_mapped thread ~at ~size in
  let memory = memory thread in
  let resident i = if Memory.is_resident memory (at + (4096 * i)) then '\001' else '\000' in
  done_ (User_memory.write memory ~at:(arg thread 2) (Bytes.init (size / 4096) resident))

let flush_icache_local = 1

(* Of all that there is: Linux takes the range for advice as well. *)
let flush_icache thread =
  let* () = check (arg thread 2 land lnot flush_icache_local = 0) Errno.EINVAL in
  Memory.code_written (memory thread);
  Ok 0

let all =
  [
    make "mmap" mmap;
    make "munmap" munmap;
    make "mprotect" mprotect;
    make "mremap" mremap;
    make "brk" brk;
    make "madvise" madvise;
    make "msync" msync;
    make "mlock" mlock;
    make "mlock2" mlock;
    make "munlock" mlock;
    make "mlockall" (fun _ -> Ok 0);
    make "munlockall" (fun _ -> Ok 0);
    make "mincore" mincore;
    make "riscv_flush_icache" flush_icache;
  ]
