open Fs
open Call
open Path_argument

let string_limit = 128 * 1024
let strings_most = 65536

(* A row of pointers, up to 0; so many bytes in all. *)
let strings thread at ~room =
  let rec from at found n ~room =
    let* pointer = User_memory.get64 (memory thread) at in
    if pointer = 0 then Ok (List.rev found, room)
    else
      let* () = check (n < strings_most && room > 0) Errno.E2BIG in
      let* string = User_memory.string (memory thread) ~at:pointer ~limit:string_limit in
      match string with
      | None -> Error Errno.E2BIG
      | Some string ->
          if String.length string > 4096 then Picos.Fiber.yield ();
          from (at + 8) (string :: found) (n + 1) ~room:(room - String.length string - 9)
  in
  if at = 0 then Ok ([], room) else from at [] 0 ~room

let exec_with thread ?start path ~arguments ~environment =
  let stack_bytes = Process.limit thread.Process.process Limit.stack in
  let room = Elf.Stack_image.limit ~stack_bytes in
  let* arguments, room = strings thread arguments ~room in
  let* environment, _ = strings thread environment ~room in
  done_ (Exec.exec thread ~path ?start ~arguments ~environment ())

let execve thread =
  let* path = path thread 0 in
  exec_with thread path ~arguments:(arg thread 1) ~environment:(arg thread 2)

(* What is open is found by the name that Linux gives it as well. *)
let execveat thread =
  let* path = path thread 1 in
  let flags = int thread 4 and arguments = arg thread 2 and environment = arg thread 3 in
  let known = at_symlink_nofollow lor at_empty_path in
  let* () = check (flags land lnot known = 0) Errno.EINVAL in
  if path = "" && flags land at_empty_path <> 0 then
    let path = Printf.sprintf "/dev/fd/%d" (int thread 0) in
    let* _ = File_argument.using thread (fun _ -> Ok 0) in
    exec_with thread path ~arguments ~environment
  else
    let* start = start thread (int thread 0) path in
    exec_with thread ?start path ~arguments ~environment

let all =
  [
    make "execve" execve;
    make "execveat" execveat;
  ]
