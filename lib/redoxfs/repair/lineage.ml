type t = {
  links : (int, int) Hashtbl.t;
  changed : (int, (string * int) list) Hashtbl.t;
  found : int list;
  notes : Survey.note list;
  parents : (int, int * string) Hashtbl.t;
}

type work = {
  store : Store.t;
  survey : Survey.t;
  parents : (int, int * string) Hashtbl.t;
  links : (int, int) Hashtbl.t;
  changed : (int, (string * int) list) Hashtbl.t;
  mutable notes : Survey.note list;
}

let note w id format =
  Printf.ksprintf
    (fun text -> w.notes <- { Survey.about = Of_node id; text } :: w.notes)
    format

(* ---- a directory's names, whatever is readable ---- *)

type names = { mutable entries : (string * int) list; mutable is_whole : bool }

let add_leaf names block ~above ~upto =
  match Name_list.entries block with
  | Error _ -> names.is_whole <- false
  | Ok entries ->
      let fits (name, _) =
        let hash = Name.hash name in
        Name.is_valid name && hash >= above && hash <= upto
      in
      if entries = [] || not (List.for_all fits entries) then names.is_whole <- false;
      names.entries <- List.rev_append entries names.entries

let rec add_block read names depth pointer ~above ~upto =
  match read pointer with
  | Error _ -> names.is_whole <- false
  | Ok block when depth = 0 -> add_leaf names block ~above ~upto
  | Ok block -> (
      match Hashed_tree.entries block with
      | Error _ -> names.is_whole <- false
      | Ok entries ->
          let under above ({ hash; pointer } : Hashed_tree.entry) =
            add_block read names (depth - 1) pointer ~above ~upto:hash;
            hash
          in
          let last = List.fold_left under above entries in
          if upto < Hashed_tree.no_hash && last <> upto then names.is_whole <- false)

let tree_of w (node : Survey.node) =
  match Store.block w.store node.pointer with
  | Ok block -> Result.value (Directory.of_node block node.node) ~default:None
  | Error _ -> None

(* The node may be wrong about how many blocks there are. *)
let names_of w id (node : Survey.node) =
  let names = { entries = []; is_whole = not (Hashtbl.mem w.survey.lost_names id) } in
  (match tree_of w node with
  | None -> ()
  | Some { depth; root; _ } ->
      let tree = { Directory.depth; root; blocks = Store.blocks w.store } in
      let read = Directory.bounded w.store tree in
      add_block read names depth root ~above:0 ~upto:Hashed_tree.no_hash);
  if node.node.size <> (node.blocks - 1) * Address.block_bytes then names.is_whole <- false;
  names

(* ---- from the root on ---- *)

let is_directory w id =
  match Hashtbl.find_opt w.survey.nodes id with
  | Some { node = { kind = Directory; _ }; _ } -> true
  | Some _ | None -> false

let count w id =
  Hashtbl.replace w.links id (1 + Option.value (Hashtbl.find_opt w.links id) ~default:0)

let is_good w directory seen (name, id) =
  let drop format = Printf.ksprintf (fun text -> note w directory "%s" text; false) format in
  if not (Name.is_valid name) then drop "the name %S is none" name
  else if Hashtbl.mem seen name then drop "the name %S is there twice" name
  else if not (Hashtbl.mem w.survey.nodes id) then drop "%S leads to node %d, which is lost" name id
  else if id = Operations.root || (is_directory w id && Hashtbl.mem w.links id) then
    drop "%S is another name of a directory" name
  else begin
    Hashtbl.replace seen name ();
    if not (Hashtbl.mem w.parents id) then Hashtbl.replace w.parents id (directory, name);
    count w id;
    true
  end

let rec visit w id =
  match Hashtbl.find_opt w.survey.nodes id with
  | Some ({ node = { kind = Directory; _ }; _ } as node) ->
      let { entries; is_whole } = names_of w id node in
      let good = List.filter (is_good w id (Hashtbl.create 16)) entries in
      if not is_whole then note w id "the directory is not as it should be";
      if not (is_whole && List.length good = List.length entries) then
        Hashtbl.replace w.changed id good;
      List.iter (fun (_, child) -> if is_directory w child then visit w child) good
  | Some _ | None -> ()

(* ---- what no name leads to ---- *)

(* Named by a directory that nobody found. *)
let named_by_lost w ids =
  let named = Hashtbl.create 16 in
  let add id =
    match Hashtbl.find_opt w.survey.nodes id with
    | Some ({ node = { kind = Directory; _ }; _ } as node) ->
        let { entries; _ } = names_of w id node in
        List.iter (fun (_, child) -> if child <> id then Hashtbl.replace named child ()) entries
    | Some _ | None -> ()
  in
  List.iter add ids;
  named

let adopt w found id =
  if Hashtbl.mem w.links id then found
  else begin
    count w id;
    visit w id;
    note w id "no name leads to it";
    id :: found
  end

let without_name w ~released =
  let is_lost id _ list =
    if id = Operations.root || Hashtbl.mem w.links id || List.mem id released then list
    else id :: list
  in
  List.sort Int.compare (Hashtbl.fold is_lost w.survey.nodes [])

(* First those that nothing at all names, then what goes round in circles. *)
let adopt_all w ~released =
  let lost = without_name w ~released in
  let named = named_by_lost w lost in
  let tops, others = List.partition (fun id -> not (Hashtbl.mem named id)) lost in
  List.sort Int.compare (List.fold_left (adopt w) [] (tops @ others))

let find store survey ~released =
  let w =
    { store; survey; parents = Hashtbl.create 1024; links = Hashtbl.create 1024;
      changed = Hashtbl.create 8; notes = [] }
  in
  Hashtbl.replace w.links Operations.root 1;
  visit w Operations.root;
  let found = adopt_all w ~released in
  { links = w.links; changed = w.changed; found; notes = w.notes; parents = w.parents }

let path (t : t) id =
  let rec up id rest left =
    if id = Operations.root then if rest = "" then "/" else rest
    else
      match Hashtbl.find_opt t.parents id with
      | Some (parent, name) when left > 0 -> up parent ("/" ^ name ^ rest) (left - 1)
      | Some _ | None -> Printf.sprintf "node %d%s" id rest
  in
  up id "" 1000
