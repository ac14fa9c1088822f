let ( let* ) = Result.bind
let set_gid = 0o2000
let group_execute = 0o0010
let has bits mode = mode land bits = bits

(* The bit on what can be executed is for members of the group alone. *)
let inherited (credentials : Credentials.t) (parent : Node.stat) (fresh : Node.fresh) mode =
  if not (has set_gid parent.mode) then (credentials.gid, mode)
  else
    match fresh with
    | New_directory -> (parent.gid, mode lor set_gid)
    | New_regular | New_symlink _ | New_special _ ->
        let may_keep =
          Credentials.in_group credentials parent.gid || Credentials.is_root credentials
        in
        let lost = if has (set_gid lor group_execute) mode && not may_keep then set_gid else 0 in
        (parent.gid, mode land lnot lost)

let mode_of (t : Walk.t) (fresh : Node.fresh) mode =
  match fresh with
  | New_symlink _ -> 0o777
  | New_directory -> mode land 0o1777 land lnot t.umask
  | New_regular | New_special _ -> mode land 0o7777 land lnot t.umask

let create (t : Walk.t) (place : Mounts.place) name fresh ~mode =
  match place.node.body with
  | Target _ | Plain -> Error Errno.ENOTDIR
  | Names directory ->
      let* parent = place.node.stat () in
      let mode = mode_of t fresh mode in
      let gid, mode = inherited t.credentials parent fresh mode in
      directory.create name fresh ~mode ~uid:t.credentials.uid ~gid

let is_there (place : Mounts.place) =
  let* stat = place.node.stat () in
  if stat.links = 0 then Error Errno.ENOENT else Ok ()

let check (t : Walk.t) (place : Mounts.place) =
  let* () = is_there place in
  Credentials.(check t.credentials place.node (write lor execute))
