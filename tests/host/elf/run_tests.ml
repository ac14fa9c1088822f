(* Programs as gcc links them, started from our layout and our stack in a process of this machine:
   what they see of themselves is what was given to them. *)
open Elf

external map : Unix.file_descr -> int -> int -> int -> int -> int -> unit
  = "elf_test_map_bytes" "elf_test_map"

external enter : int -> int -> string -> int -> int -> unit = "elf_test_enter"

let top = 0x6fff_ffff_0000
let stack_bytes = 8 * 1024 * 1024
let room = { Layout.first = 0x10000; limit = top - stack_bytes }

let load file (program : Executable.t) =
  let bias = if program.header.kind = Fixed then 0 else 0x2000_0000_0000 in
  let layout = Result.get_ok (Layout.make program ~page_bytes:4096 room ~bias) in
  let part (p : Layout.part) =
    let bit set n = if set then n else 0 in
    let access = bit p.access.read 1 lor bit p.access.write 2 lor bit p.access.execute 4 in
    let offset, zero_from =
      match p.contents with
      | Zero -> (-1, p.stop)
      | File { offset; zero_from } -> (offset, Option.value zero_from ~default:p.stop)
    in
    map file p.start (p.stop - p.start) offset zero_from access
  in
  List.iter part layout.parts;
  layout

let auxiliary (program : Executable.t) (layout : Layout.t) =
  { Auxiliary.headers = layout.headers; header_count = program.header.count; entry = layout.entry;
    interpreter = 0; page_bytes = 4096; clock_ticks = 100; uid = 0; euid = 0; gid = 0; egid = 0;
    secure = false; hwcap = 0; hwcap2 = 0; signal_frame_bytes = 4096; platform = Some "x86_64";
    random = "sixteen letters." }

let become file program ~arguments ~environment =
  let layout = load file program in
  let auxiliary = auxiliary program layout in
  match Stack_image.make ~top ~stack_bytes ~path:"/the/path" ~arguments ~environment auxiliary with
  | Error _ -> ()
  | Ok image -> enter top stack_bytes image.bytes image.pointer layout.entry

let read_file path = In_channel.with_open_bin path In_channel.input_all

(* What the program writes, and its status. *)
let run path ~arguments ~environment =
  let program = Result.get_ok (Executable.of_string X86_64 (read_file path)) in
  let file = Unix.openfile path [ O_RDONLY ] 0 and from, into = Unix.pipe () in
  match Unix.fork () with
  | 0 ->
      Unix.dup2 into Unix.stdout;
      become file program ~arguments ~environment;
      Unix._exit 98
  | child ->
      List.iter Unix.close [ into; file ];
      let output = In_channel.input_all (Unix.in_channel_of_descr from) in
      (output, snd (Unix.waitpid [] child), program.header.count)

let expected ~arguments ~environment ~first ~count =
  let line word text = Printf.sprintf "%s %s\n" word text in
  let lines word texts = String.concat "" (List.map (line word) texts) in
  lines "argument" arguments ^ lines "environment" environment
  ^ "sum 0 data 42 own 7\n"
  ^ Printf.sprintf "headers %d of 56, first type %d\n" count first
  ^ "page 4096 random sixteen letters. path /the/path\naligned 0\n"

let first_type path = Int32.to_int (String.get_int32_le (read_file path) 64)

let test kind =
  let path = Filename.concat (Sys.getenv "SAMPLES") kind in
  let check name arguments environment =
    Check.test (Printf.sprintf "run: %s, %s" kind name) (fun () ->
        let output, status, count = run path ~arguments ~environment in
        Check.that "its status" (status = WEXITED 3);
        let first = first_type path in
        Check.that output (output = expected ~arguments ~environment ~first ~count))
  in
  check "one argument" [ "p" ] [];
  check "some of both" [ "p"; "a b"; "" ] [ "A=1"; "HOME=/" ];
  check "many" (List.init 1000 string_of_int) (List.init 1001 (Printf.sprintf "V%d=v"))

let () =
  List.iter test [ "static"; "static-pie" ];
  Check.finish ()
