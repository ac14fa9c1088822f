open Fs

type t = { view : Walk.t; nodes : int; pages : int }

let ( let* ) = Result.bind
let told what = Result.map_error (fun e -> what ^ ": " ^ Errno.name e)

let now () : Node.stamp =
  let ns = Hal.Machine.wall_ns () in
  { seconds = ns / 1_000_000_000; nanoseconds = ns mod 1_000_000_000 }

let directories = 3
let names = 20

let create () =
  let pages = 4096 and nodes = 1000 in
  let root = Tmp.root (Tmp.create ~bytes:(pages * 4096) ~nodes ~now ()) in
  let view = Walk.create (Mounts.create root) in
  for n = 0 to directories - 1 do
    Result.get_ok (Naming.mkdir view (string_of_int n) ~mode:0o755)
  done;
  { view; nodes; pages }

let some_path random =
  Printf.sprintf "/%d/%d" (Random.State.int random directories) (Random.State.int random names)

(* Bytes that tell their number and follow from it. *)
let contents random =
  let length = 8 + Random.State.int random 20_000 and seed = Random.State.bits random in
  let bytes = Bytes.init length (fun i -> Char.unsafe_chr ((seed + i) land 255)) in
  Bytes.set_int64_le bytes 0 (Int64.of_int ((seed lsl 20) lor length));
  bytes

let is_whole bytes =
  let length = Bytes.length bytes in
  length >= 8
  &&
  let head = Int64.to_int (Bytes.get_int64_le bytes 0) in
  let seed = head lsr 20 in
  let rec follows i =
    i = length || (Char.code (Bytes.get bytes i) = (seed + i) land 255 && follows (i + 1))
  in
  head land 0xfffff = length && follows 8

let read (file : Node.file) =
  let bytes = Bytes.create 30_000 in
  let* n = told "read" (file.read ~at:0 (Transfer.of_bytes bytes 0 30_000)) in
  Ok (Bytes.sub bytes 0 n)

(* Somebody's: it may be empty yet. *)
let look t path =
  match Opening.open_ t.view path Opening.flags ~mode:0 with
  | Error ENOENT -> Ok ()
  | Error e -> told path (Error e)
  | Ok (_, file) ->
      let* bytes = read file in
      file.close ();
      if Bytes.length bytes = 0 || is_whole bytes then Ok ()
      else Error (Printf.sprintf "%s: %d bytes of no writer" path (Bytes.length bytes))

let live t random (file : Node.file) path =
  let bytes = contents random in
  let length = Bytes.length bytes in
  let* n = told "write" (file.write ~at:0 (Transfer.of_bytes bytes 0 length)) in
  Picos.Fiber.yield ();
  let path' = some_path random in
  let* path =
    match Naming.rename t.view path path' Keep with
    | Ok () -> Ok path'
    | Error EEXIST -> Ok path
    | Error e -> told "rename" (Error e)
  in
  let* () = look t (some_path random) in
  let* () = told "unlink" (Naming.unlink t.view path) in
  let* got = read file in
  file.close ();
  if n = length && got = bytes then Ok () else Error (path ^ ": other bytes came back")

let flags = { Opening.flags with write = true; create = true; exclusive = true }

let step t random =
  let path = some_path random in
  match Opening.open_ t.view path flags ~mode:0o644 with
  | Error EEXIST -> look t path
  | Error e -> told path (Error e)
  | Ok (_, file) -> live t random file path

let check_empty t =
  let* figures = told "statfs" (t.view.root.node.figures ()) in
  if figures.free_nodes <> t.nodes - 1 - directories then
    Error (Printf.sprintf "%d nodes are left" (t.nodes - figures.free_nodes))
  else if figures.free <> t.pages then
    Error (Printf.sprintf "%d pages are left" (t.pages - figures.free))
  else Ok ()
