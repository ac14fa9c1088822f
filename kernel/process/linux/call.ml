open Fs

type answer = (int, Errno.t) result

type t = {
  name : string;
  restart : Process.restart option;
  answer : Process.thread -> answer;
  keeps_registers : bool;
}

let make ?restart name answer = { name; restart; answer; keeps_registers = false }
let registers name answer = { name; restart = None; answer; keeps_registers = true }

(* ---- arguments ---- *)

let[@inline] arg (thread : Process.thread) i = Hal.User.argument thread.user i
let[@inline] int (thread : Process.thread) i = Hal.User.argument32 thread.user i

let size thread i =
  let n = arg thread i in
  if n < 0 then max_int else n

let files (thread : Process.thread) = Atomic.get thread.process.files
let view (thread : Process.thread) = Atomic.get thread.process.view
let memory (thread : Process.thread) = thread.process.memory
let ( let* ) = Result.bind
let check holds error = if holds then Ok () else Error error
let done_ = Result.map (fun () -> 0)

let path_at thread at =
  match User_memory.string (memory thread) ~at ~limit:(Walk.path_max + 1) with
  | Ok (Some path) -> Ok path
  | Ok None -> Error Errno.ENAMETOOLONG
  | Error error -> Error error

let path thread i = path_at thread (arg thread i)

(* ---- times ---- *)

let billion = 1_000_000_000
let seconds_limit = max_int / billion
let clamp seconds rest = if seconds >= seconds_limit then max_int else (seconds * billion) + rest

let get_time memory at =
  let* seconds = User_memory.get64 memory at in
  let* rest = User_memory.get64 memory (at + 8) in
  let* () = check (seconds >= 0 && rest >= 0 && rest < billion) Errno.EINVAL in
  Ok (clamp seconds rest)

let get_time_option memory at =
  if at = 0 then Ok None else Result.map Option.some (get_time memory at)

let put_two memory at first second =
  let bytes = Bytes.create 16 in
  Bytes.set_int64_le bytes 0 (Int64.of_int first);
  Bytes.set_int64_le bytes 8 (Int64.of_int second);
  User_memory.write memory ~at bytes

let put_time memory at ns = put_two memory at (ns / billion) (ns mod billion)
let put_microseconds memory at ns = put_two memory at (ns / billion) (ns mod billion / 1000)

let get_microseconds memory at =
  let* seconds = User_memory.get64 memory at in
  let* rest = User_memory.get64 memory (at + 8) in
  let* () = check (seconds >= 0 && rest >= 0 && rest < 1_000_000) Errno.EINVAL in
  Ok (clamp seconds (rest * 1000))

let seconds_of_ns ns = if ns = max_int then infinity else float ns *. 1e-9
