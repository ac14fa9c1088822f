type flags = {
  read : bool;
  write : bool;
  create : bool;
  exclusive : bool;
  truncate : bool;
  directory : bool;
  no_follow : bool;
  unnamed : bool;
  no_access_time : bool;
}

let ( let* ) = Result.bind

let flags =
  {
    read = true;
    write = false;
    create = false;
    exclusive = false;
    truncate = false;
    directory = false;
    no_follow = false;
    unnamed = false;
    no_access_time = false;
  }

let access (flags : flags) : Node.flags = { read = flags.read; write = flags.write }

(* ---- what is there ---- *)

let wants flags =
  (if flags.read then Credentials.read else 0)
  lor if flags.write || flags.truncate then Credentials.write else 0

let check_access (t : Walk.t) (node : Node.t) (stat : Node.stat) flags =
  match stat.kind with
  | Symlink -> Error Errno.ELOOP
  | Directory when flags.write || flags.truncate -> Error EISDIR
  | Regular when flags.truncate && node.system.read_only -> Error EROFS
  | Regular | Directory | Character | Block | Fifo | Socket ->
      Credentials.check_stat t.credentials node stat (wants flags)

let truncated who (place : Mounts.place) (file : Node.file) =
  match Attributes.resize who place.node 0 with
  | Ok () ->
      Notices.(tell_place place modify);
      Ok file
  | Error _ as e ->
      file.close ();
      e

type located = {
  place : Mounts.place;
  kind : Node.kind;
  open_ : unit -> (Node.file, Errno.t) result;
}

let locate_node (t : Walk.t) (place : Mounts.place) flags =
  let node = place.node in
  let* stat = node.stat () in
  let* () =
    match stat.kind with
    | Directory when flags.create -> Error Errno.EISDIR
    | Directory -> Ok ()
    | _ -> if flags.directory then Error ENOTDIR else Ok ()
  in
  let* () = check_access t node stat flags in
  if flags.no_access_time && not (Credentials.owns t.credentials stat) then Error Errno.EPERM
  else
    let open_ () =
      let* file = node.open_ (access flags) in
      if flags.truncate && stat.kind = Regular then truncated t.credentials place file else Ok file
    in
    Ok { place; kind = stat.kind; open_ }

(* ---- along the path ---- *)

let created (t : Walk.t) (spot : Walk.spot) name flags ~mode =
  let* () = Fresh.check t spot.directory in
  let* node = Fresh.create t spot.directory name New_regular ~mode in
  if not flags.unnamed then Notices.(tell_named spot.directory.node name node create);
  let open_ () = node.open_ (access flags) in
  Ok { place = Mounts.found spot.directory name node; kind = Regular; open_ }

let rec at_spot (t : Walk.t) (spot : Walk.spot) flags ~mode =
  match spot.last with
  | Name _ when flags.create && spot.slash -> Error Errno.EISDIR
  | Name name -> (
      match Walk.step t spot with
      | Ok found -> at_found t spot found flags ~mode
      | Error ENOENT when flags.create -> (
          match created t spot name flags ~mode with
          | Error EEXIST when not flags.exclusive -> at_spot t spot flags ~mode
          | result -> result)
      | Error _ as e -> e)
  | Dot | Dot_dot | Root ->
      let* found = Walk.step t spot in
      at_end t found flags

and at_found t spot found flags ~mode =
  let stays = flags.no_follow || (flags.create && flags.exclusive) in
  match found.node.body with
  | Target target when spot.slash || not stays -> (
      let* followed = Walk.follow t spot target in
      match followed with
      | Spot spot -> at_spot t spot flags ~mode
      | There found -> arrived t spot found flags)
  | Names _ | Target _ | Plain -> arrived t spot found flags

and arrived t spot found flags =
  let* found = Walk.arrived spot found in
  at_end t found flags

and at_end t found flags =
  if flags.create && flags.exclusive then Error Errno.EEXIST
  else locate_node t found flags

let locate t ?start path flags ~mode =
  if flags.create && flags.directory then Error Errno.EINVAL
  else
    let* spot = Walk.spot t ?start path in
    at_spot t spot flags ~mode

let open_ t ?start path flags ~mode =
  let* located = locate t ?start path flags ~mode in
  let* file = located.open_ () in
  Ok (located.place, file)

let open_path t ?start path flags =
  let* found = Walk.resolve t ?start ~follow:(not flags.no_follow) path in
  match found.node.body with
  | Names _ -> Ok found
  | Target _ | Plain -> if flags.directory then Error Errno.ENOTDIR else Ok found
