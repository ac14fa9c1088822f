type t = {
  from : Fs.t;
  into : Fs.t;
  buffer : Buffer.t;
  copies : (int, int) Hashtbl.t;  (** of directories, and of nodes with several names *)
}

let ( let* ) = Result.bind
let part_bytes = Address.bytes_of_level Address.level_max

let rec all f = function
  | [] -> Ok ()
  | x :: rest -> Result.bind (f x) (fun () -> all f rest)

let each_name fs id f =
  let rec go cursor =
    let* names, next = Fs.list fs id cursor in
    let* () = all f names in
    match next with None -> Ok () | Some cursor -> go cursor
  in
  go Names.start

(* ---- copying ---- *)

(* Whole records of zeros stay holes. *)
let rec copy_data t source id ~offset =
  let* length =
    Fs.read t.from source ~offset { buffer = t.buffer; at = 0; length = part_bytes }
  in
  let* written =
    if length = 0 || Buffer.is_zero t.buffer 0 length then Ok length
    else Fs.write t.into id ~offset { buffer = t.buffer; at = 0; length }
  in
  if written < length then Error Reason.No_space
  else if length = part_bytes then copy_data t source id ~offset:(offset + length)
  else Ok ()

let copy_file t source id (node : Node.t) =
  let* () = Fs.set_record_level t.into id node.record_level in
  let* () = copy_data t source id ~offset:0 in
  Fs.truncate t.into id ~size:node.size

let copy_attributes t id (node : Node.t) =
  let* () = Fs.set_permissions t.into id node.permissions in
  Fs.set_times t.into id ~accessed:node.accessed ~modified:node.modified ()

let rec copy t { Fs.directory; name } source =
  let* node = Fs.stat t.from source in
  match Hashtbl.find_opt t.copies source with
  | Some _ when node.kind = Directory -> Error Reason.Into_itself
  | Some id -> Fs.link t.into id ~directory name
  | None ->
      let owner = { Fs.uid = node.uid; gid = node.gid } in
      let* id = copy_node t { Fs.directory; name } source node owner in
      copy_attributes t id node

and copy_node t { Fs.directory; name } source node owner =
  match node.kind with
  | Symlink ->
      let* target = Fs.read_link t.from source in
      Fs.symlink t.into ~directory name ~target owner
  | kind ->
      let { Node.permissions; links; _ } = node in
      let* id = Fs.create_node t.into ~directory name kind ~permissions owner in
      if kind = Directory || links > 1 then Hashtbl.replace t.copies source id;
      let* () =
        match kind with
        | Directory -> copy_names t source id
        | File -> copy_file t source id node
        | Symlink | Socket -> Ok ()
      in
      Ok id

and copy_names t source id =
  each_name t.from source (fun (name, child) -> copy t { Fs.directory = id; name } child)

(* ---- removing what was copied ---- *)

let rec remove fs { Fs.directory; name } =
  match Fs.unlink fs ~directory name with
  | Error Reason.Is_directory ->
      let* id = Fs.lookup fs ~directory name in
      let* () = empty fs id in
      Fs.remove_directory fs ~directory name
  | result -> result

and empty fs id =
  let names = ref [] in
  let* () = each_name fs id (fun (name, _) -> Ok (names := name :: !names)) in
  all (fun name -> remove fs { Fs.directory = id; name }) !names

let finish fs partial (place : Fs.place) = function
  | Ok () -> Fs.rename fs ~replace:false partial place
  | Error reason ->
      ignore (remove fs partial);
      Error reason

let check_new fs { Fs.directory; name } =
  match Fs.lookup fs ~directory name with
  | Ok _ -> Error Reason.Exists
  | Error Reason.No_entry -> Ok ()
  | Error reason -> Error reason

let run fs ~snapshot (place : Fs.place) =
  let partial = { place with name = place.name ^ ".partial" } in
  let* () = check_new fs place in
  let* () = check_new fs partial in
  let* from = Fs.open_snapshot fs snapshot in
  let buffer = Buffer.create part_bytes in
  let t = { from; into = fs; buffer; copies = Hashtbl.create 64 } in
  Fun.protect
    ~finally:(fun () -> Fs.close_snapshot fs snapshot)
    (fun () -> finish fs partial place (copy t partial Operations.root))
