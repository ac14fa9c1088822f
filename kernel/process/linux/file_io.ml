open Fs
open Call

let is_directory (file : File.t) = match file.file.node.body with Names _ -> true | _ -> false

let told (file : File.t) bits answer =
  (match (answer, file.place) with
  | Ok n, Some place when n > 0 -> Notices.tell_place place bits
  | _ -> ());
  answer

let read_within thread patience (file : File.t) transfer =
  let* () = check (not (is_directory file)) Errno.EISDIR in
  match file.what with
  | Terminal.Terminal _ ->
      let* () = Terminals.may_read thread file in
      File.read file patience transfer |> told file Notices.access
  | Unix_socket.Socket socket ->
      File.read file patience transfer
      |> Sockets.limited thread (Unix_socket.receive_timeout socket)
  | _ -> File.read file patience transfer |> told file Notices.access

let read thread file transfer = read_within thread (Signals.patience thread) file transfer

let written thread (file : File.t) answer =
  (match answer with
  | Ok n when n > 0 -> Attributes.written (view thread).credentials file.file.node
  | _ -> ());
  told file Notices.modify answer

(* As much as the limit for the size of files leaves from there on. *)
let within_limit (thread : Process.thread) (file : File.t) ~from transfer =
  let limit = Process.limit thread.process Limit.file_size in
  if limit = Limit.infinite || not file.file.has_position then Ok transfer
  else
    let* from = from () in
    if from < limit then Ok (Transfer.limit transfer (limit - from))
    else begin
      Signals.send_thread thread { signal = Signal.xfsz; cause = Kernel };
      Error Errno.EFBIG
    end

let place_of (file : File.t) () =
  if (Atomic.get file.status).append then Node.end_of file.file else Ok (Atomic.get file.position)

let write_anywhere thread patience file transfer =
  let* () = Terminals.may_write thread file in
  let* transfer = within_limit thread file ~from:(place_of file) transfer in
  File.write file patience transfer |> written thread file |> Sockets.told_of_pipe thread

(* A local socket's messages say who sends them, who need not be who made it. *)
let write_within thread patience (file : File.t) transfer =
  match file.what with
  | Pipe.Pipe _ ->
      File.write file patience transfer |> told file Notices.modify |> Sockets.told_of_pipe thread
  | Unix_socket.Socket socket ->
      Sockets.send thread socket (Sockets.sender thread) patience transfer
  | _ -> write_anywhere thread patience file transfer

let write thread file transfer = write_within thread (Signals.patience thread) file transfer

let read_at thread file ~at transfer =
  if is_directory file then Error Errno.EISDIR
  else File.read_at file (Signals.patience thread) ~at transfer |> told file Notices.access

let write_at thread file ~at transfer =
  let* transfer = within_limit thread file ~from:(fun () -> Ok at) transfer in
  written thread file (File.write_at file (Signals.patience thread) ~at transfer)
