open Redoxfs
module Ids = Map.Make (Int)
module Names = Map.Make (String)

type kind = File of string | Directory of int Names.t | Link of string
type node = { kind : kind; links : int; permissions : int; users : int }
type t = node Ids.t
type 'a result = ('a, Reason.t) Stdlib.result

let ( let* ) = Result.bind
let root = Operations.root
let new_node kind permissions = { kind; links = 1; permissions; users = 0 }
let empty = Ids.singleton root (new_node (Directory Names.empty) 0o755)
let node t id = Ids.find_opt id t
let ids t = List.map fst (Ids.bindings t)
let existing t id = Option.to_result ~none:Reason.No_entry (node t id)

let names t id =
  let* node = existing t id in
  match node.kind with Directory names -> Ok names | File _ | Link _ -> Error Reason.Not_directory

let lookup t ~directory name =
  let* names = names t directory in
  Option.to_result ~none:Reason.No_entry (Names.find_opt name names)

let set_kind id kind t = Ids.update id (Option.map (fun node -> { node with kind })) t

let set_name t directory name id =
  match (Ids.find directory t).kind with
  | Directory names -> set_kind directory (Directory (Names.update name (fun _ -> id) names)) t
  | File _ | Link _ -> assert false

let check_new t ~directory name =
  let* names = names t directory in
  if Names.mem name names then Error Reason.Exists
  else if not (Name.is_valid name) then Error Reason.Bad_name
  else if (Ids.find directory t).links = 0 then Error Reason.No_entry
  else Ok ()

let create t ~directory name kind ~permissions =
  let* () = check_new t ~directory name in
  Ok (fun id ->
      if Ids.mem id t then Expect.fail "node %d is another's" id;
      set_name (Ids.add id (new_node kind permissions) t) directory name (Some id))

let add_links id change t =
  Ids.update id (Option.map (fun node -> { node with links = node.links + change })) t

let link t id ~directory name =
  let* () = check_new t ~directory name in
  let* node = existing t id in
  match node.kind with
  | Directory _ -> Error Reason.Is_directory
  | _ when node.links = 0 -> Error Reason.No_entry
  | _ -> Ok (set_name (add_links id 1 t) directory name (Some id))

(* Gone, when it has neither name nor user. *)
let collect id t =
  match Ids.find_opt id t with
  | Some { links = 0; users = 0; _ } -> Ids.remove id t
  | _ -> t

let is_directory t id = match (Ids.find id t).kind with Directory _ -> true | _ -> false

let is_empty t id =
  match (Ids.find id t).kind with Directory names -> Names.is_empty names | _ -> true

let drop t directory name id = collect id (add_links id (-1) (set_name t directory name None))

let unlink t ~directory name =
  let* id = lookup t ~directory name in
  if is_directory t id then Error Reason.Is_directory else Ok (drop t directory name id)

let remove_directory t ~directory name =
  let* id = lookup t ~directory name in
  if not (is_directory t id) then Error Reason.Not_directory
  else if not (is_empty t id) then Error Reason.Not_empty
  else Ok (drop t directory name id)

let rec is_under t id wanted =
  id = wanted
  ||
  match (Ids.find id t).kind with
  | Directory names -> Names.exists (fun _ id -> is_under t id wanted) names
  | File _ | Link _ -> false

let check_replace t id old =
  match (is_directory t id, is_directory t old) with
  | true, false -> Error Reason.Not_directory
  | false, true -> Error Reason.Is_directory
  | true, true when not (is_empty t old) -> Error Reason.Not_empty
  | _ -> Ok ()

let rename t ~replace (from : Fs.place) (into : Fs.place) =
  let* id = lookup t ~directory:from.directory from.name in
  let check_move () =
    let inside = from.directory <> into.directory && is_directory t id in
    if inside && is_under t id into.directory then Error Reason.Into_itself else Ok ()
  in
  let move t =
    let* () = check_new t ~directory:into.directory into.name in
    let t = set_name t from.directory from.name None in
    Ok (set_name t into.directory into.name (Some id))
  in
  match lookup t ~directory:into.directory into.name with
  | Error Reason.No_entry ->
      let* () = check_move () in
      move t
  | Error reason -> Error reason
  | Ok old when old = id && replace -> Ok t
  | Ok _ when not replace -> Error Reason.Exists
  | Ok old ->
      let* () = check_move () in
      let* () = check_replace t id old in
      move (drop t into.directory into.name old)

let text t id =
  let* node = existing t id in
  match node.kind with
  | File text -> Ok text
  | Link _ -> Error Reason.Not_file
  | Directory _ -> Error Reason.Is_directory

let sized text size =
  let length = String.length text in
  if size <= length then String.sub text 0 size else text ^ String.make (size - length) '\000'

let write t id ~offset data =
  let* text = text t id in
  if data = "" then Ok t
  else
    let last = offset + String.length data in
    let bytes = Bytes.of_string (sized text (max last (String.length text))) in
    Bytes.blit_string data 0 bytes offset (String.length data);
    Ok (set_kind id (File (Bytes.unsafe_to_string bytes)) t)

let truncate t id ~size =
  let* text = text t id in
  Ok (set_kind id (File (sized text size)) t)

let set_permissions t id permissions =
  let* _ = existing t id in
  Ok (Ids.update id (Option.map (fun node -> { node with permissions })) t)

let add_users id change t =
  Ids.update id (Option.map (fun node -> { node with users = node.users + change })) t

let open_node t id =
  let* _ = existing t id in
  Ok (add_users id 1 t)

let close_node t id = collect id (add_users id (-1) t)

let closed t =
  let close id node t = collect id (Ids.add id { node with users = 0 } t) in
  Ids.fold close t t

(* ---- comparing ---- *)

let differ format = Printf.ksprintf (fun text -> Error text) format
let reason result = Result.map_error Reason.to_string result

let first_difference a b =
  let rec go i = if i < String.length a && i < String.length b && a.[i] = b.[i] then go (i + 1)
    else i in
  go 0

let same_data fs id expected =
  let length = String.length expected + 10 in
  let buffer = Buffer.create length in
  let* n = reason (Fs.read fs id ~offset:0 { buffer; at = 0; length }) in
  let got = Buffer.to_string buffer 0 n in
  if got = expected then Ok ()
  else differ "node %d: %d bytes, not %d; at %d" id n (length - 10) (first_difference got expected)

let all_names fs id =
  let rec go cursor list =
    let* names, next = reason (Fs.list fs id cursor) in
    let list = List.rev_append names list in
    match next with Some cursor -> go cursor list | None -> Ok (List.sort compare list)
  in
  go Redoxfs.Names.start []

let rec same_node t fs id =
  let expected = Ids.find id t in
  let* node = reason (Fs.stat fs id) in
  if node.links <> expected.links
    then differ "node %d: %d links, not %d" id node.links expected.links
  else if node.permissions <> expected.permissions then differ "node %d: permissions" id
  else
    match (expected.kind, node.kind) with
    | File text, File ->
        if node.size <> String.length text then differ "node %d: size %d" id node.size
        else same_data fs id text
    | Link target, Symlink -> same_data fs id target
    | Directory names, Directory -> same_names t fs id names
    | _ -> differ "node %d: another kind" id

and same_names t fs id names =
  let* got = all_names fs id in
  if got <> Names.bindings names then
    differ "directory %d: %d names, not %d" id (List.length got) (Names.cardinal names)
  else
    let one result (_, id) = Result.bind result (fun () -> same_node t fs id) in
    List.fold_left one (Ok ()) got

let same t fs = same_node t fs root
