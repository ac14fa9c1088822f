open Fs

let ( let* ) = Result.bind

type t = {
  first : Walk.t;
  mutable walk : Walk.t;
  open_ : (Node.file * Opening.flags) option array;
}

let now () : Node.stamp =
  let t = Unix.gettimeofday () in
  let seconds = int_of_float t in
  { seconds; nanoseconds = int_of_float ((t -. float seconds) *. 1e9) }

(* Fifos, opened without waiting: to be written to by others alone when somebody reads. *)
let special readers (node : Node.t) (flags : Node.flags) : (Node.file, Errno.t) result =
  let reading () = Option.value (Hashtbl.find_opt readers node.same) ~default:0 in
  let count more = if flags.read then Hashtbl.replace readers node.same (reading () + more) in
  match node.stat () with
  | Ok { kind = Fifo; _ } when flags.read || reading () > 0 ->
      count 1;
      Ok
        {
          node;
          read = (fun ~at:_ _ -> Ok 0);
          write = (fun ~at:_ _ -> Error EPIPE);
          has_position = false;
          readiness = (fun () -> Readiness.none);
          watch = None;
          control = Node.no_control;
          memory = Node.no_memory;
          sync = (fun () -> Error EINVAL);
          close = (fun () -> count (-1));
        }
  | _ -> Error ENXIO

let create () =
  let tmp = Tmp.create ~mode:0o777 ~open_special:(special (Hashtbl.create 8)) ~now () in
  let walk = { (Walk.create (Mounts.create (Tmp.root tmp))) with umask = 0o022 } in
  { first = walk; walk; open_ = Array.make Operation.slots None }

let root t = t.first

let answer = function
  | Ok text -> text
  | Error e -> string_of_int (-Errno.number e)

let done_ = Result.map (fun () -> "0")

(* ---- open files ---- *)

let close t slot =
  match t.open_.(slot) with
  | None -> ()
  | Some (file, _) ->
      t.open_.(slot) <- None;
      file.close ()

let open_ t slot path (flags : Opening.flags) =
  close t slot;
  let* _, file = Opening.open_ t.walk path flags ~mode:Operation.file_mode in
  t.open_.(slot) <- Some (file, flags);
  Ok "open"

let with_slot t slot can f =
  match t.open_.(slot) with
  | Some (file, flags) when can flags && file.has_position -> f file
  | _ -> Ok "none"

let write t slot at length byte =
  with_slot t slot (fun f -> f.write) @@ fun file ->
  let* n = file.write ~at (Transfer.of_bytes (Bytes.make length byte) 0 length) in
  if n > 0 then Attributes.written t.walk.credentials file.node;
  Ok (string_of_int n)

let read t slot at length =
  with_slot t slot (fun f -> f.read) @@ fun file ->
  let bytes = Bytes.make length '?' in
  let* n = file.read ~at (Transfer.of_bytes bytes 0 length) in
  Ok (Digest.to_hex (Digest.subbytes bytes 0 n))

(* ---- names ---- *)

let kind_bits : Node.kind -> int = function
  | Regular -> 0o100000
  | Directory -> 0o040000
  | Symlink -> 0o120000
  | Character -> 0o020000
  | Block -> 0o060000
  | Fifo -> 0o010000
  | Socket -> 0o140000

let told (stat : Node.stat) =
  Printf.sprintf "%o links=%d owner=%d:%d size=%d"
    (kind_bits stat.kind lor stat.mode)
    stat.links stat.uid stat.gid
    (if stat.kind = Directory then 0 else stat.size)

let rec names (directory : Node.directory) from =
  let* entries = directory.entries ~from ~most:3 in
  match List.rev entries with
  | [] -> Ok []
  | last :: _ ->
      let* rest = names directory last.next in
      Ok (List.map (fun (e : Node.entry) -> e.name) entries @ rest)

let list t path =
  let* _, file =
    Opening.open_ t.walk path { Opening.flags with directory = true } ~mode:0
  in
  let result =
    match file.node.body with
    | Names directory -> names directory 0
    | Target _ | Plain -> Error Errno.ENOTDIR
  in
  file.close ();
  Result.map (fun names -> String.concat " " (List.sort compare names)) result

let time : int -> Attributes.time = function
  | -1 -> Now
  | -2 -> Omit
  | seconds -> At { seconds; nanoseconds = 0 }

let change_directory t path =
  let* place = Walk.resolve t.walk path in
  match place.node.body with
  | Target _ | Plain -> Error Errno.ENOTDIR
  | Names _ ->
      let* () = Credentials.(check t.walk.credentials place.node execute) in
      t.walk <- { t.walk with here = place };
      Ok ()

let on t ?follow path f =
  let* place = Walk.resolve t.walk ?follow path in
  f place.node

let some n = if n < 0 then None else Some n

let perform t (operation : Operation.t) =
  let walk = t.walk and who = t.walk.credentials in
  match operation with
  | Open { slot; path; flags } -> open_ t slot path flags
  | Open_path { path; directory; no_follow } ->
      let flags = { Opening.flags with directory; no_follow } in
      Result.map (fun _ -> "open") (Opening.open_path walk path flags)
  | Close slot -> Ok (close t slot; "0")
  | Write { slot; at; length; byte } -> write t slot at length byte
  | Read { slot; at; length } -> read t slot at length
  | Cut { slot; size } ->
      with_slot t slot (fun f -> f.write) (fun file -> done_ (Attributes.resize who file.node size))
  | Make_directory (path, mode) -> done_ (Naming.mkdir walk path ~mode)
  | Make_node (path, kind, mode) ->
      Result.map (fun _ -> "0") (Naming.mknod walk path kind ~mode ~special:0)
  | Symlink { target; path } -> done_ (Naming.symlink walk ~target path)
  | Link { old; path; follow } ->
      let* place = Walk.resolve walk ~follow old in
      done_ (Naming.link walk place path)
  | Unlink path -> done_ (Naming.unlink walk path)
  | Remove_directory path -> done_ (Naming.rmdir walk path)
  | Rename (old, path, how) -> done_ (Naming.rename walk old path how)
  | Read_link path -> on t ~follow:false path Attributes.readlink
  | Stat { path; follow } -> on t ~follow path (fun node -> Result.map told (node.stat ()))
  | Change_mode (path, mode) -> on t path (fun node -> done_ (Attributes.chmod who node mode))
  | Change_owner { path; uid; gid; follow } ->
      on t ~follow path (fun node ->
          done_ (Attributes.chown who node ~uid:(some uid) ~gid:(some gid)))
  | Change_times { accessed = -2; modified = -2; _ } -> Ok "0" (* not even the path is looked at *)
  | Change_times { path; accessed; modified } ->
      on t path (fun node ->
          let accessed = time accessed and modified = time modified in
          done_ (Attributes.utimens who node ~accessed ~modified ~now:(now ())))
  | Access (path, wants) ->
      if wants > 7 then Error EINVAL
      else on t path (fun node -> done_ (Attributes.access who node wants))
  | Truncate (path, size) -> on t path (fun node -> done_ (Attributes.truncate who node size))
  | Change_directory path -> done_ (change_directory t path)
  | List path -> list t path
  | Where -> Walk.path walk walk.here

let run t (who : Operation.who) operation =
  let groups = Option.to_list who.group in
  t.walk <- { t.walk with credentials = { uid = who.uid; gid = who.gid; groups } };
  answer (perform t operation)

let finish t = Array.iteri (fun slot _ -> close t slot) t.open_
