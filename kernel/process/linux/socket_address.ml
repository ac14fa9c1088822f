open Fs
open Call

type t = Unspecified | Nameless | Abstract of string | Path of string

let family_bytes = 2
let local_family = 1
let path_bytes = 108
let longest = 128

(* ---- in ---- *)

let name_in bytes =
  let length = Bytes.length bytes - family_bytes in
  let path = Bytes.sub_string bytes family_bytes length in
  if length = 0 then Ok Nameless
  else if path.[0] = '\000' then Ok (Abstract (String.sub path 1 (length - 1)))
  else
    let ends = Option.value (String.index_opt path '\000') ~default:length in
    Ok (Path (String.sub path 0 ends))

let get thread ~at ~length =
  let* () = check (length >= family_bytes && length <= longest) Errno.EINVAL in
  let* bytes = User_memory.read (memory thread) ~at length in
  match Bytes.get_uint16_le bytes 0 with
  | 0 -> Ok Unspecified
  | family when family = local_family && length <= family_bytes + path_bytes -> name_in bytes
  | _ -> Error EINVAL

(* ---- out ---- *)

let encoded name =
  let bytes = Bytes.create (family_bytes + String.length name) in
  Bytes.set_uint16_le bytes 0 local_family;
  Bytes.blit_string name 0 bytes family_bytes (String.length name);
  bytes

let put_part thread ~at ~room bytes =
  User_memory.write (memory thread) ~at (Bytes.sub bytes 0 (min room (Bytes.length bytes)))

let put thread ~at ~length_at name =
  if at = 0 then Ok ()
  else
    let* room = User_memory.get32 (memory thread) length_at in
    let* () = check (room >= 0) Errno.EINVAL in
    let bytes = encoded name in
    let* () = put_part thread ~at ~room bytes in
    User_memory.set32 (memory thread) length_at (Bytes.length bytes)

let put_sender thread ~at ~room name =
  if name = "" then Ok 0
  else
    let bytes = encoded name in
    let* () = put_part thread ~at ~room bytes in
    Ok (Bytes.length bytes)

(* ---- whom it names ---- *)

let found thread = function
  | Unspecified | Nameless -> Error Errno.EINVAL
  | Abstract name -> Ok (Unix_socket.Abstract name)
  | Path path ->
      let view = view thread in
      let* place = Walk.resolve view path in
      let* stat = place.node.stat () in
      let* () = Credentials.check_stat view.credentials place.node stat Credentials.write in
      let* () = check (stat.kind = Socket) Errno.ECONNREFUSED in
      Ok (Unix_socket.Named (place.node, path))

(* The node gets the permissions of the socket's own. *)
let bind_path thread (file : File.t) socket path =
  let* stat = file.file.node.stat () in
  match Naming.mknod (view thread) path Socket ~mode:(stat.mode land 0o777) ~special:0 with
  | Error EEXIST -> Error Errno.EADDRINUSE
  | Error _ as error -> error
  | Ok place ->
      let bound = Unix_socket.bind socket (Named (place.node, path)) in
      if Result.is_error bound then
        ignore (Naming.unlink (view thread) path : (unit, Errno.t) result);
      bound

let bind thread file socket = function
  | Unspecified -> Error Errno.EINVAL
  | Nameless -> Unix_socket.bind socket Automatic
  | Abstract name -> Unix_socket.bind socket (Abstract name)
  | Path path -> bind_path thread file socket path
