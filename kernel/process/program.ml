open Fs

let ( let* ) = Result.bind
let page = 4096

type t = { memory : Memory.t; image : Process.image; pc : int; sp : int }

(* ---- the file ---- *)

type source = { place : Mounts.place; file : Node.file; size : int }

let close source = source.file.close ()

let open_source view ?start path =
  let* place = Walk.resolve view ?start path in
  let* stat = place.node.stat () in
  if stat.kind <> Regular then Error Errno.EACCES
  else
    let* () = Credentials.check view.Walk.credentials place.node Credentials.execute in
    let* file = place.node.open_ { read = true; write = false } in
    Ok { place; file; size = stat.size }

let read source ~offset ~length =
  let bytes = Bytes.create length in
  let rec from at =
    if at = length then Ok length
    else
      let* n = source.file.read ~at:(offset + at) (Transfer.of_bytes bytes at (length - at)) in
      if n = 0 then Ok at else from (at + n)
  in
  Result.map (fun n -> Bytes.sub_string bytes 0 n) (from 0)

let errno_of_elf error : Errno.t =
  match Elf.Error.errno error with ENOEXEC -> ENOEXEC | EINVAL -> EINVAL

let read_executable source =
  let fetch ~offset ~length = read source ~offset ~length in
  match Elf.Executable.read Architecture.machine ~size:source.size fetch with
  | Ok executable -> Ok executable
  | Error (Bad error) -> Error (errno_of_elf error)
  | Error (Unread error) -> Error error

(* ---- scripts ---- *)

let scripts_most = 5

type found = { path : string; arguments : string list; source : source }

let rec find view ?start ~depth path arguments =
  let* source = open_source view ?start path in
  let* head = read source ~offset:0 ~length:(min source.size Elf.Script.looked_at) in
  match Elf.Script.read head with
  | Error Not_a_script -> Ok { path; arguments; source }
  | Error (No_interpreter | Too_long) ->
      close source;
      Error Errno.ENOEXEC
  | Ok script ->
      close source;
      if depth = scripts_most then Error Errno.ELOOP
      else
        find view ~depth:(depth + 1) script.interpreter
          (Elf.Script.arguments script ~path arguments)

(* ---- into memory ---- *)

let room : Elf.Layout.room = { first = Hal.Space.bottom; limit = Hal.Space.top - (2 * page) }
let all : Hal.Space.access = { read = true; write = true; execute = false }

let access_of (a : Elf.Segment.access) : Hal.Space.access =
  { read = a.read; write = a.write; execute = a.execute }

(* Where the file has no memory to show its bytes are copied. *)
let copy_in memory source ~at ~offset ~length =
  let rec from done_ =
    if done_ >= length then Ok ()
    else
      let n = min 65536 (length - done_) in
      let* bytes = read source ~offset:(offset + done_) ~length:n in
      if bytes = "" then Ok ()
      else
        let* () = User_memory.write memory ~at:(at + done_) (Bytes.of_string bytes) in
        from (done_ + String.length bytes)
  in
  from 0

let map_file memory source (part : Elf.Layout.part) ~offset ~zero_from =
  let size = part.stop - part.start and at = part.start in
  let* contents, copied =
    match source.file.memory () with
    | Ok shown -> Ok (Memory.Shown (shown, offset), false)
    | Error Errno.ENODEV -> Ok (Zeros, true)
    | Error _ as error -> error
  in
  let file = source.place in
  let* _ = Memory.map memory (Free_at at) ~size ~file all contents in
  let* () = if copied then copy_in memory source ~at ~offset ~length:size else Ok () in
  let* () =
    match zero_from with
    | Some from -> User_memory.fill memory ~at:from (part.stop - from)
    | None -> Ok ()
  in
  Memory.protect memory ~at ~size (access_of part.access)

let map_part memory source (part : Elf.Layout.part) =
  match part.contents with
  | File { offset; zero_from } -> map_file memory source part ~offset ~zero_from
  | Zero ->
      let size = part.stop - part.start in
      Result.map ignore (Memory.map memory (Free_at part.start) ~size (access_of part.access) Zeros)

let rec each f = function
  | [] -> Ok ()
  | x :: rest ->
      let* () = f x in
      each f rest

(* Far from the stack and from what fixed programs use. *)
let program_base = Hal.Space.top / 3 land lnot 0xffffff
let interpreter_base = Hal.Space.top / 3 * 2 land lnot 0xffffff

let random length =
  let bytes = Bytes.create length in
  Hal.Entropy.fill bytes ~pos:0 ~len:length;
  bytes

let random_pages bits = Bytes.get_uint16_le (random 2) 0 land ((1 lsl bits) - 1) * page

let bias_of (executable : Elf.Executable.t) base =
  match executable.header.kind with
  | Fixed -> 0
  | Anywhere ->
      let extent = Elf.Layout.extent executable ~page_bytes:page in
      let wanted = base + random_pages 16 in
      (wanted - extent.lowest) / extent.alignment * extent.alignment

let lay_out executable base =
  let bias = bias_of executable base in
  match Elf.Layout.make executable ~page_bytes:page room ~bias with
  | Ok layout -> Ok (layout, bias)
  | Error error -> Error (errno_of_elf error)

let map_program memory source executable base =
  let* layout, bias = lay_out executable base in
  let* () = each (map_part memory source) layout.parts in
  Ok (layout, bias)

let load_interpreter view memory path =
  let* source = open_source view path in
  let mapped =
    let bad = function Errno.ENOEXEC | EINVAL -> Errno.ELIBBAD | error -> error in
    let* executable = Result.map_error bad (read_executable source) in
    map_program memory source executable interpreter_base
  in
  close source;
  mapped

(* ---- the stack ---- *)

let stack_top () = Hal.Space.top - (16 * page) - random_pages 10

let auxiliary ({ user; group } : Identity.t) (layout : Elf.Layout.t) (executable : Elf.Executable.t)
    ~interpreter : Elf.Auxiliary.t =
  {
    headers = layout.headers;
    header_count = executable.header.count;
    entry = layout.entry;
    interpreter;
    page_bytes = page;
    clock_ticks = 100;
    uid = user.real;
    euid = user.effective;
    gid = group.real;
    egid = group.effective;
    secure = user.real <> user.effective || group.real <> group.effective;
    hwcap = Architecture.hardware_capabilities;
    hwcap2 = 0;
    signal_frame_bytes = 0;
    platform = (if Architecture.this = Riscv64 then None else Some Architecture.name);
    random = Bytes.to_string (random 16);
  }

(* That a program has before its stack grows. *)
let first_room = 128 * 1024

let map_stack memory ~stack_bytes ~path ~arguments ~environment auxiliary =
  let top = stack_top () in
  match Elf.Stack_image.make ~top ~stack_bytes ~path ~arguments ~environment auxiliary with
  | Error _ -> Error Errno.E2BIG
  | Ok image ->
      let needed = (top - image.pointer + first_room + page - 1) land lnot (page - 1) in
      let size = max page (min stack_bytes needed land lnot (page - 1)) in
      Memory.set_stack_limit memory stack_bytes;
      let* _ = Memory.map memory (Free_at (top - size)) ~size ~grows:true all Zeros in
      let* () = User_memory.write memory ~at:image.pointer (Bytes.of_string image.bytes) in
      Ok image

(* ---- all of it ---- *)

let name_of path =
  let name = Filename.basename path in
  if String.length name > 15 then String.sub name 0 15 else name

let range (r : Elf.Stack_image.range) = (r.start, r.stop)

let load_found view identity memory found ~stack_bytes ~environment =
  let* executable = read_executable found.source in
  let* layout, _ = map_program memory found.source executable program_base in
  let* pc, interpreter =
    match executable.interpreter with
    | None -> Ok (layout.entry, 0)
    | Some path ->
        let* other, bias = load_interpreter view memory path in
        Ok (other.entry, bias)
  in
  Memory.set_break memory ~start:layout.break;
  let* stack =
    map_stack memory ~stack_bytes ~path:found.path ~arguments:found.arguments ~environment
      (auxiliary identity layout executable ~interpreter)
  in
  let* _ = Deliver.map_trampoline memory in
  let image : Process.image =
    {
      path = found.path;
      arguments = found.arguments;
      name = name_of found.path;
      argument_range = range stack.arguments;
      environment_range = range stack.environment;
      auxiliary_range = range stack.auxiliary;
      file = Some found.source.place;
    }
  in
  Ok { memory; image; pc; sp = stack.pointer }

let load view identity ?start ~frames ~stack_bytes ~path ~arguments ~environment () =
  let* found = find view ?start ~depth:0 path arguments in
  let answer =
    match Memory.create ~limit:frames with
    | exception Out_of_memory -> Error Errno.ENOMEM
    | memory ->
        let answer =
          match load_found view identity memory found ~stack_bytes ~environment with
          | exception Out_of_memory -> Error Errno.ENOMEM
          | answer -> answer
        in
        if Result.is_error answer then Memory.release memory;
        answer
  in
  close found.source;
  answer
