let ( let* ) = Result.bind

let names_of (place : Mounts.place) =
  match place.node.body with
  | Names directory -> Ok directory
  | Target _ | Plain -> Error Errno.ENOTDIR

let is_directory (node : Node.t) = match node.body with Names _ -> true | _ -> false

let if_writable (place : Mounts.place) =
  if place.node.system.read_only then Error Errno.EROFS else Ok ()

(* ---- making ---- *)

(* Where a name may be made that is not there yet. *)
let vacant t ?start path ~for_directory =
  let* spot = Walk.spot t ?start path in
  match spot.last with
  | Dot | Dot_dot | Root -> Error Errno.EEXIST
  | Name name -> (
      match Walk.look spot.directory name with
      | Ok _ -> Error EEXIST
      | Error ENOENT ->
          if spot.slash && not for_directory then Error ENOENT
          else
            let* () = Fresh.is_there spot.directory in
            let* () = if_writable spot.directory in
            Ok (spot.directory, name)
      | Error e -> Error e)

let created t (directory : Mounts.place) name fresh ~mode =
  let* node = Fresh.create t directory name fresh ~mode in
  Notices.(tell_named directory.node name node create);
  Ok (Mounts.found directory name node)

let made t ?start path fresh ~mode =
  let* directory, name = vacant t ?start path ~for_directory:(fresh = Node.New_directory) in
  let* () = Fresh.check t directory in
  created t directory name fresh ~mode

let mkdir t ?start path ~mode = Result.map ignore (made t ?start path New_directory ~mode)

let symlink t ?start ~target path =
  if target = "" then Error Errno.ENOENT
  else if String.length target > Walk.path_max then Error Errno.ENAMETOOLONG
  else Result.map ignore (made t ?start path (New_symlink target) ~mode:0o777)

let mknod (t : Walk.t) ?start path (kind : Node.kind) ~mode ~special =
  match kind with
  | Directory | Symlink -> Error Errno.EPERM
  | Regular -> made t ?start path New_regular ~mode
  | Fifo | Socket -> made t ?start path (New_special (kind, 0)) ~mode
  | Character | Block ->
      let* directory, name = vacant t ?start path ~for_directory:false in
      let* () = Fresh.check t directory in
      if not (Credentials.is_root t.credentials) then Error Errno.EPERM
      else
        created t directory name (New_special (kind, special)) ~mode

let set_uid = 0o4000
let set_gid_and_execute = 0o2010

(* Somebody else's file, unless he may write it and it is no program that runs as another (the
   kernel's documentation of sysctl, fs.protected_hardlinks). *)
let may_link (t : Walk.t) (node : Node.t) =
  let* stat = node.stat () in
  let is_safe =
    stat.kind = Regular
    && stat.mode land set_uid = 0
    && stat.mode land set_gid_and_execute <> set_gid_and_execute
    && Credentials.(may t.credentials stat (read lor write))
  in
  if is_safe || Credentials.owns t.credentials stat then Ok () else Error Errno.EPERM

let link t (place : Mounts.place) ?start path =
  let* directory, name = vacant t ?start path ~for_directory:false in
  if place.mount != directory.mount then Error Errno.EXDEV
  else
    let* () = may_link t place.node in
    let* () = Fresh.check t directory in
    if is_directory place.node then Error Errno.EPERM
    else
      let* names = names_of directory in
      let* () = names.link name place.node in
      Notices.(tell place.node attrib);
      Ok Notices.(tell_named directory.node name place.node create)

(* ---- removing ---- *)

let sticky = 0o1000

(* Whether the name of this node may go (unlink(2), EACCES and EPERM). *)
let may_remove (t : Walk.t) (directory : Mounts.place) (node : Node.t) =
  let* () = Fresh.check t directory in
  let* above = directory.node.stat () in
  if above.mode land sticky = 0 || Credentials.owns t.credentials above then Ok ()
  else
    let* stat = node.stat () in
    if Credentials.owns t.credentials stat then Ok () else Error Errno.EPERM

let if_not_mounted (t : Walk.t) node =
  if Mounts.is_mounted_on t.mounts node then Error Errno.EBUSY else Ok ()

(* What it loses is told before: behind it may be nobody. *)
let taken_out (directory : Node.t) name node take_out =
  if not (is_directory node) then Notices.(tell node attrib);
  let* () = take_out name in
  Ok Notices.(tell_named directory name node delete)

let unlink_name t (spot : Walk.spot) name =
  let* () = if_writable spot.directory in
  let* names = names_of spot.directory in
  let* node = Walk.look spot.directory name in
  if spot.slash then Error (if is_directory node then Errno.EISDIR else Errno.ENOTDIR)
  else
    let* () = may_remove t spot.directory node in
    if is_directory node then Error Errno.EISDIR
    else
      let* () = if_not_mounted t node in
      taken_out spot.directory.node name node names.unlink

let unlink t ?start path =
  let* spot = Walk.spot t ?start path in
  match spot.last with
  | Dot | Dot_dot | Root -> Error Errno.EISDIR
  | Name name -> unlink_name t spot name

let rmdir_name t (spot : Walk.spot) name =
  let* () = if_writable spot.directory in
  let* names = names_of spot.directory in
  let* node = Walk.look spot.directory name in
  let* () = may_remove t spot.directory node in
  if not (is_directory node) then Error Errno.ENOTDIR
  else
    let* () = if_not_mounted t node in
    taken_out spot.directory.node name node names.rmdir

let rmdir t ?start path =
  let* spot = Walk.spot t ?start path in
  match spot.last with
  | Dot -> Error Errno.EINVAL
  | Dot_dot -> Error Errno.ENOTEMPTY
  | Root -> Error Errno.EBUSY
  | Name name -> rmdir_name t spot name

(* ---- rename ---- *)

let rec is_within (node : Node.t) ~(directory : Node.t) =
  Mounts.same_node node directory
  ||
  match node.body with
  | Target _ | Plain -> false
  | Names names ->
      let parent = names.parent () in
      (not (Mounts.same_node parent node)) && is_within parent ~directory

let contains node (place : Mounts.place) =
  is_directory node && is_within place.node ~directory:node

type side = { spot : Walk.spot; name : string }

let side (spot : Walk.spot) (how : Node.how) ~is_new =
  match spot.last with
  | Name name -> Ok { spot; name }
  | Dot | Dot_dot | Root -> Error (if is_new && how = Keep then Errno.EEXIST else Errno.EBUSY)

let target_of { spot; name } (how : Node.how) =
  match (Walk.look spot.directory name, how) with
  | Ok _, Keep -> Error Errno.EEXIST
  | Ok node, _ -> Ok (Some node)
  | Error ENOENT, (Keep | Replace) ->
      Result.map (fun () -> None) (Fresh.is_there spot.directory)
  | Error e, _ -> Error e

(* Slashes demand directories; nothing goes into itself. *)
let check_shape old node fresh target (how : Node.how) =
  let names_plain side node = side.spot.slash && not (is_directory node) in
  let bad_target =
    match (how, target) with
    | Exchange, Some other -> names_plain fresh other
    | _ -> names_plain fresh node
  in
  if bad_target || names_plain old node then Error Errno.ENOTDIR
  else if contains node fresh.spot.directory then Error Errno.EINVAL
  else
    match target with
    | Some other when contains other old.spot.directory ->
        Error (if how = Exchange then Errno.EINVAL else Errno.ENOTEMPTY)
    | Some _ | None -> Ok ()

(* A directory that goes elsewhere has its own [..] written. *)
let may_move (t : Walk.t) old node fresh =
  if is_directory node && not (Mounts.same_node old.spot.directory.node fresh.spot.directory.node)
  then Credentials.(check t.credentials node write)
  else Ok ()

let check_target t node fresh target (how : Node.how) =
  match target with
  | None -> Fresh.check t fresh.spot.directory
  | Some other ->
      let* () = may_remove t fresh.spot.directory other in
      if how = Exchange then Ok ()
      else if is_directory node && not (is_directory other) then Error Errno.ENOTDIR
      else if is_directory other && not (is_directory node) then Error Errno.EISDIR
      else Ok ()

let rename_checked t old node fresh target how =
  let* () = may_remove t old.spot.directory node in
  let* () = check_target t node fresh target how in
  let* () = may_move t old node fresh in
  let* () =
    match (how, target) with Node.Exchange, Some other -> may_move t fresh other old | _ -> Ok ()
  in
  let* () = if_not_mounted t node in
  let* () = Option.fold target ~none:(Ok ()) ~some:(if_not_mounted t) in
  let* names = names_of old.spot.directory in
  let from = (old.spot.directory.node, old.name) in
  let into = (fresh.spot.directory.node, fresh.name) in
  if how <> Exchange then Option.iter (fun lost -> Notices.(tell lost attrib)) target;
  let* () = names.rename old.name ~into:(fst into) fresh.name how in
  Notices.moved from into node;
  if how = Exchange then Option.iter (Notices.moved into from) target;
  Ok ()

let rename t ?start path ?start' path' how =
  let* spot = Walk.spot t ?start path in
  let* spot' = Walk.spot t ?start:start' path' in
  if spot.directory.mount != spot'.directory.mount then Error Errno.EXDEV
  else
    let* old = side spot how ~is_new:false in
    let* fresh = side spot' how ~is_new:true in
    let* () = if_writable spot.directory in
    let* node = Walk.look spot.directory old.name in
    let* target = target_of fresh how in
    let* () = check_shape old node fresh target how in
    match target with
    | Some other when Mounts.same_node other node -> Ok ()
    | _ -> rename_checked t old node fresh target how
