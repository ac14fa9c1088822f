type node = {
  directory : bool;
  links : int;
  names : (string * int) list;  (** of a directory *)
  mutable found : int;  (** names that lead to it *)
}

type t = { image : Image.t; nodes : (int, node) Hashtbl.t }

let wrong t block format = Report.wrong (Image.report t.image) block format

(* ---- a node ---- *)

let check_fields t block id bytes =
  let mode = Image.get16 bytes 0 and flags = Image.get32 bytes 70 in
  let level = Image.get32 bytes 66 in
  if not (List.mem (mode lsr 12) [ 4; 8; 10; 12 ]) then wrong t block "node %d: mode %o" id mode;
  if flags > 1 then wrong t block "node %d: flags %x" id flags;
  if level > 5 then wrong t block "node %d: record level %d" id level;
  mode lsr 12 = 4

(* What of it takes blocks: names, and how many blocks. *)
let contents t bytes ~directory id =
  let size = Image.get64 bytes 14 in
  if directory then Names.check t.image bytes ~node:id ~size
  else if Image.get32 bytes 70 land 1 = 1 then ([], 0)
  else
    let record_level = min 5 (Image.get32 bytes 66) in
    ([], Data.check t.image bytes ~node:id ~size ~record_level)

let node t id (pointer : Image.pointer) =
  match Image.block t.image ~what:"a node" pointer with
  | None -> ()
  | Some bytes ->
      let directory = check_fields t pointer.index id bytes in
      let names, blocks = contents t bytes ~directory id in
      let counted = Image.get64 bytes 22 in
      if counted <> 1 + blocks then
        wrong t pointer.index "node %d: %d blocks, not %d" id (1 + blocks) counted;
      let links = Image.get32 bytes 10 in
      Hashtbl.replace t.nodes id { directory; links; names; found = 0 }

(* ---- the tree ---- *)

let flag bytes slot = Octets.get8 bytes (4064 + (slot / 8)) lsr (slot land 7) land 1 = 1

(* Whether all ids under it are taken, as it should be. *)
let rec tree t level id (pointer : Image.pointer) =
  if Image.is_null pointer then false
  else
    match Image.block t.image ~what:"the node tree" pointer with
    | None -> true
    | Some bytes ->
        if flag bytes 254 || flag bytes 255 then wrong t pointer.index "the top flags are set";
        let slots = List.init 254 (fun slot -> slot_of t level id pointer bytes slot) in
        if level < 3 && not (List.exists fst slots) then
          Report.waste (Image.report t.image) pointer.index "a block of the tree without a node";
        List.for_all snd slots

(* Whether there is a pointer, and whether all under it is taken. *)
and slot_of t level id (above : Image.pointer) bytes slot =
  let pointer = Image.pointer bytes (16 * slot) and id = (id * 256) + slot in
  let there = not (Image.is_null pointer) in
  let full = if level = 0 then there || id = 0 else tree t (level - 1) id pointer in
  if level = 0 && there then node t id pointer;
  if flag bytes slot <> full then wrong t above.index "the flag of slot %d" slot;
  (there, full)

(* ---- names ---- *)

(* Each directory once: one that has two names is reported below. *)
let rec walk t visited id =
  if not (Hashtbl.mem visited id) then begin
    Hashtbl.replace visited id ();
    match Hashtbl.find_opt t.nodes id with
    | Some node -> List.iter (follow t visited id) node.names
    | None -> ()
  end

and follow t visited directory (name, id) =
  match Hashtbl.find_opt t.nodes id with
  | None -> wrong t 0 "node %d: %S is node %d, which is not there" directory name id
  | Some node ->
      node.found <- node.found + 1;
      if node.directory then walk t visited id

let check_links t released id node =
  let expected = if id = 1 then 1 + node.found else node.found in
  if node.links <> expected then wrong t 0 "node %d: %d links, not %d" id expected node.links;
  if expected = 0 && not (List.mem id released) then wrong t 0 "node %d: no name leads to it" id;
  if node.directory && expected > 1 then wrong t 0 "node %d: a directory of %d names" id expected

let check image pointer ~released =
  let t = { image; nodes = Hashtbl.create 1024 } in
  ignore (tree t 3 0 pointer);
  (match Hashtbl.find_opt t.nodes 1 with
  | Some { directory = true; _ } -> walk t (Hashtbl.create 64) 1
  | _ -> wrong t 0 "there is no root directory");
  List.iter
    (fun id -> if not (Hashtbl.mem t.nodes id) then wrong t 0 "released node %d is not there" id)
    released;
  Hashtbl.iter (check_links t released) t.nodes
