type context = { store : Store.t; now : Node.time; is_open : int -> bool }
type 'a change = (State.t * 'a, Reason.t) result

let ( let* ) = Result.bind
let root = 1
let links_max = 0xffff_ffff

let lookup store state ~directory name =
  let* inode = State.inode store state directory in
  let* found = Names.find store inode name in
  Option.to_result ~none:Reason.No_entry found

let modified context (inode : Inode.t) =
  { inode with node = { inode.node with modified = context.now } }

let with_links (inode : Inode.t) links = { inode with node = { inode.node with links } }

(* ---- names ---- *)

(* The name is this node's, or nobody's. *)
let set_name context state ~directory name id =
  let* inode = State.inode context.store state directory in
  let* state, inode = Names.set state inode name id in
  Ok (State.set state (modified context inode))

(* The directory is there, and nothing in it has this name. *)
let check_new context state ~directory name =
  let* inode = State.inode context.store state directory in
  let* found = Names.find context.store inode name in
  if found <> None then Error Reason.Exists
  else if not (Name.is_valid name) then Error Reason.Bad_name
  else if inode.node.links = 0 then Error Reason.No_entry
  else Ok ()

type owner = { uid : int; gid : int }

let create context state ~directory name kind ~permissions { uid; gid } =
  let* () = check_new context state ~directory name in
  let* id = State.free_id context.store state in
  let inode = Inode.create ~id kind ~permissions ~uid ~gid ~now:context.now in
  let* state = set_name context state ~directory name (Some id) in
  let state = State.set { state with next_id = id + 1 } (with_links inode 1) in
  let* state = State.promise state 0 in
  Ok (state, id)

let link context state id ~directory name =
  let* () = check_new context state ~directory name in
  let* inode = State.inode context.store state id in
  let links = inode.node.links + 1 in
  if inode.node.kind = Directory then Error Reason.Is_directory
  else if links > links_max then Error Reason.Too_many
  else if links = 1 then Error Reason.No_entry
  else
    let state = State.set state (with_links inode links) in
    let* state = set_name context state ~directory name (Some id) in
    Ok (state, ())

(* ---- nodes that go ---- *)

(* The log needs an entry for each of its runs, at worst; room for them is not refused. *)
let log_cost inode =
  match inode.Inode.content with
  | Data _ -> 1 + (2 * Inode.records inode / Allocation_list.slots)
  | Inline _ | Directory _ -> 0

let remove_node state inode =
  let state = File.drop_changes state inode in
  let promised = state.State.promised + log_cost inode in
  State.remove { state with promised } inode.Inode.id

(* A node loses one of its names. *)
let drop_link context state (inode : Inode.t) =
  let links = max 0 (inode.node.links - 1) in
  if links > 0 then State.set state (with_links inode links)
  else if context.is_open inode.id then
    let unnamed = State.Ids.add inode.id () state.unnamed in
    State.set { state with unnamed; unnamed_changed = true } (with_links inode 0)
  else remove_node state inode

let forget store state id =
  if not (State.Ids.mem id state.State.unnamed) then Ok (state, ())
  else
    let* inode = State.inode store state id in
    let unnamed = State.Ids.remove id state.unnamed in
    Ok (remove_node { state with unnamed; unnamed_changed = true } inode, ())

let check_empty store (inode : Inode.t) =
  let* empty = Names.is_empty store inode in
  if empty then Ok () else Error Reason.Not_empty

let named context state ~directory name =
  let* id = lookup context.store state ~directory name in
  State.inode context.store state id

let remove context state ~directory name inode =
  let state = drop_link context state inode in
  let* state = set_name context state ~directory name None in
  Ok (state, ())

let unlink context state ~directory name =
  let* inode = named context state ~directory name in
  if inode.node.kind = Directory then Error Reason.Is_directory
  else remove context state ~directory name inode

let remove_directory context state ~directory name =
  let* inode = named context state ~directory name in
  let* () = check_empty context.store inode in
  remove context state ~directory name inode

(* ---- renaming ---- *)

(* Whether [wanted] is this directory or under it. No parent is stored,
  so all of it is looked at. *)
let rec is_under context state id ~wanted =
  if id = wanted then Ok true
  else
    let* inode = State.inode context.store state id in
    match inode.content with
    | Inline _ | Data _ -> Ok false
    | Directory _ -> in_names context state inode Names.start ~wanted

and in_names context state inode cursor ~wanted =
  let* names, next = Names.list context.store inode cursor in
  let* found = any_under context state names ~wanted in
  match next with
  | Some cursor when not found -> in_names context state inode cursor ~wanted
  | _ -> Ok found

and any_under context state names ~wanted =
  match names with
  | [] -> Ok false
  | (_, id) :: rest ->
      let* found = is_under context state id ~wanted in
      if found then Ok true else any_under context state rest ~wanted

type place = { directory : int; name : string }

let check_move context state (inode : Inode.t) from into =
  if inode.node.kind <> Directory || from.directory = into.directory then Ok ()
  else
    let* under = is_under context state inode.id ~wanted:into.directory in
    if under then Error Reason.Into_itself else Ok ()

(* What has the new name loses it. *)
let displace context state (inode : Inode.t) place old =
  let* old = State.inode context.store state old in
  match (inode.node.kind = Directory, old.node.kind = Directory) with
  | true, false -> Error Reason.Not_directory
  | false, true -> Error Reason.Is_directory
  | is_directory, _ ->
      let* () = if is_directory then check_empty context.store old else Ok () in
      let state = drop_link context state old in
      set_name context state ~directory:place.directory place.name None

let move context state (inode : Inode.t) from into =
  let* () = check_move context state inode from into in
  let* () = check_new context state ~directory:into.directory into.name in
  let* state = set_name context state ~directory:from.directory from.name None in
  let* state = set_name context state ~directory:into.directory into.name (Some inode.id) in
  Ok (state, ())

let rename context state ~replace from into =
  let* inode = named context state ~directory:from.directory from.name in
  match lookup context.store state ~directory:into.directory into.name with
  | Error Reason.No_entry -> move context state inode from into
  | Error reason -> Error reason
  | Ok old when old = inode.id && replace -> Ok (state, ())
  | Ok _ when not replace -> Error Reason.Exists
  | Ok old ->
      let* () = check_move context state inode from into in
      let* state = displace context state inode into old in
      move context state inode from into

(* ---- data and attributes ---- *)

let change_data context state id change =
  let* inode = State.inode context.store state id in
  let* state, inode = change state inode in
  Ok (State.set state (modified context inode), ())

let write context state id ~offset slice =
  change_data context state id (fun state inode ->
    File.write context.store state inode ~offset slice)

(* Where it is cut, the lists on the way to the last record are written anew. *)
let truncate context state id ~size =
  change_data context state id (fun state inode ->
      let cost = if size < inode.node.size then Tree_list.levels + log_cost inode else 0 in
      let state = { state with State.promised = state.State.promised + cost } in
      File.truncate context.store state inode ~size)

let set state store id change =
  let* inode = State.inode store state id in
  Ok (State.set state { inode with node = change inode.node }, ())

let set_record_level state store id level =
  let* inode = State.inode store state id in
  let* inode = File.set_record_level inode level in
  Ok (State.set state inode, ())
