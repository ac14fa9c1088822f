open Fs
open Call

let of_file (file : File.t) =
  match file.what with
  | Unix_socket.Socket socket -> Ok socket
  | Opened.Path_only _ -> Error Errno.EBADF
  | _ -> Error Errno.ENOTSOCK

let owner (thread : Process.thread) : Unix_socket.credentials =
  let { Process.identity; pid; _ } = thread.process in
  { pid; uid = identity.user.effective; gid = identity.group.effective }

let sender (thread : Process.thread) : Unix_socket.credentials =
  let { Process.identity; pid; _ } = thread.process in
  { pid; uid = identity.user.real; gid = identity.group.real }

(* ---- how they end ---- *)

let limited (thread : Process.thread) seconds answer =
  (match answer with
  | Error Errno.EINTR when seconds < infinity -> thread.limited <- true
  | _ -> ());
  answer

let told_of_pipe thread answer =
  (match answer with
  | Error Errno.EPIPE -> Signals.send_thread thread { signal = Signal.pipe; cause = Kernel }
  | _ -> ());
  answer

let named socket =
  if Unix_socket.passes_credentials socket then Unix_socket.bind socket Automatic else Ok ()

let is_connected socket = Result.is_ok (Unix_socket.peer_name socket)

let named_to_send socket =
  match Unix_socket.kind socket with
  | Datagram -> named socket
  | Seqpacket when is_connected socket -> named socket
  | Seqpacket | Stream -> Ok ()

let send thread socket ?target ?rights ?(silent = false) credentials patience transfer =
  let* () = named_to_send socket in
  let answer =
    Unix_socket.send socket ?target ?rights credentials patience transfer
    |> limited thread (Unix_socket.send_timeout socket)
  in
  if Unix_socket.kind socket = Stream && not silent then told_of_pipe thread answer else answer
