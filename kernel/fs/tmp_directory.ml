open Tmp_node
open Sync

type t = Tmp_node.t

let ( let* ) = Result.bind

(* What is set is made before, so that nothing comes in between: no want of memory either. *)

let table_of t =
  match t.content with Names { table; _ } -> table | _ -> invalid_arg "Tmp_directory: no directory"

let parent_of t =
  match t.content with
  | Names { parent; _ } -> parent
  | _ -> invalid_arg "Tmp_directory: no directory"

let is_directory t = t.kind = Node.Directory
let parent t = Option.value (Atomic.get (parent_of t)) ~default:t
let with_names t f = Lock.protect t.system.names f

(* ---- without the lock ---- *)

let slot_in table name =
  match Tmp_names.find table name with Some slot -> Ok slot | None -> Error Errno.ENOENT

let rec find t name =
  let moves = t.system.moves in
  let before = Atomic.get moves in
  if before land 1 = 1 then begin
    with_names t ignore;
    find t name
  end
  else
    let found = slot_in (Atomic.get (table_of t)) name in
    if Atomic.get moves = before then Result.map (fun (slot : t Tmp_names.slot) -> slot.value) found
    else find t name

let entry t name next : Node.entry = { name; inode = t.inode; kind = t.kind; next }

let rec listed t table from most : Node.entry list =
  if most <= 0 then []
  else
    match from with
    | 0 -> entry t "." 1 :: listed t table 1 (most - 1)
    | 1 -> entry (parent t) ".." 2 :: listed t table 2 (most - 1)
    | from -> (
        match Tmp_names.next_from table from with
        | None -> []
        | Some { name; number; value; _ } ->
            entry value name (number + 1) :: listed t table (number + 1) (most - 1))

let entries t ~from ~most =
  let table = Atomic.get (table_of t) in
  if Tmp_names.is_removed table then Error Errno.ENOENT
  else begin
    touch_accessed t;
    Ok (listed t table (Int.max 0 from) most)
  end

(* ---- with the lock: one directory ---- *)

(* Its table, when things may still be added. *)
let living t =
  let table = Atomic.get (table_of t) in
  if Tmp_names.is_removed table then Error Errno.ENOENT else Ok table

let vacant table name =
  match Tmp_names.find table name with None -> Ok () | Some _ -> Error Errno.EEXIST

let with_name table name node = Tmp_names.add table name ~is_directory:(is_directory node) node

(* The order keeps a count from being too low. *)
let one_more_name node =
  Atomic.incr node.holds;
  Atomic.incr node.links

let add t name node =
  with_names t @@ fun () ->
  let* table = living t in
  let* () = vacant table name in
  let table = with_name table name node in
  let known = Known.add node.inode node t.system.known in
  if is_directory node then Atomic.set (parent_of node) (Some t);
  one_more_name node;
  t.system.known <- known;
  Atomic.set (table_of t) table;
  touch t;
  Ok ()

let link t name node =
  with_names t @@ fun () ->
  let* table = living t in
  let* () = vacant table name in
  if is_directory node then Error Errno.EPERM
  else if Atomic.get node.links = 0 then Error Errno.ENOENT
  else begin
    let table = with_name table name node in
    one_more_name node;
    Atomic.set (table_of t) table;
    touch t;
    touch_changed node;
    Ok ()
  end

(* Before a node loses a name: who will be known. *)
let known_without node =
  let known = node.system.known in
  if is_directory node || Atomic.get node.links = 1 then Known.remove node.inode known else known

(* It lost the name: the caller drops a hold, without the lock. *)
let lose node known =
  node.system.known <- known;
  Atomic.decr node.links;
  if is_directory node then Atomic.set (table_of node) Tmp_names.removed

let take_out t table name node =
  let table = Tmp_names.remove table name and known = known_without node in
  Atomic.set (table_of t) table;
  lose node known;
  touch t;
  touch_changed node;
  Ok node

let dropping = Result.map Tmp_node.drop

let unlink t name =
  dropping @@ with_names t
  @@ fun () ->
  let* table = living t in
  let* { value = node; _ } = slot_in table name in
  if is_directory node then Error Errno.EISDIR else take_out t table name node

let is_empty node = Tmp_names.count (Atomic.get (table_of node)) = 0

let rmdir t name =
  dropping @@ with_names t
  @@ fun () ->
  let* table = living t in
  let* { value = node; _ } = slot_in table name in
  if not (is_directory node) then Error Errno.ENOTDIR
  else if not (is_empty node) then Error Errno.ENOTEMPTY
  else take_out t table name node

(* ---- with the lock: rename ---- *)

let rec is_within node ~directory =
  node == directory
  || match Atomic.get (parent_of node) with Some up -> is_within up ~directory | None -> false

let fits node ~instead_of:victim =
  match (is_directory node, is_directory victim) with
  | true, false -> Error Errno.ENOTDIR
  | false, true -> Error Errno.EISDIR
  | true, true when not (is_empty victim) -> Error Errno.ENOTEMPTY
  | _ -> Ok ()

(* Both tables at once, as who looks a name up sees it. *)
let set_both t table into table' =
  let moves = t.system.moves in
  if t == into then Atomic.set (table_of into) table'
  else begin
    Atomic.incr moves;
    Atomic.set (table_of into) table';
    Atomic.set (table_of t) table;
    Atomic.incr moves
  end

let touch_all t into nodes =
  touch t;
  if t != into then touch into;
  List.iter touch_changed nodes


let set_parent node directory =
  if is_directory node then Atomic.set (parent_of node) (Some directory)

(* [node] goes from [t]'s name to [into]'s; what had that name loses it. *)
let replace t table name node ~into table' name' victim =
  let table' = if t == into then Tmp_names.remove table' name else table' in
  let table' = with_name table' name' node in
  let table = Tmp_names.remove table name in
  let known = Option.map known_without victim in
  set_both t table into table';
  set_parent node into;
  (match (victim, known) with Some victim, Some known -> lose victim known | _ -> ());
  touch_all t into (node :: Option.to_list victim);
  Ok victim

let exchange t table name node ~into table' name' other =
  let table = with_name table name other in
  let table' = with_name (if t == into then table else table') name' node in
  set_both t table into table';
  set_parent node into;
  set_parent other t;
  touch_all t into [ node; other ];
  Ok None

let rename_locked t name ~into name' (how : Node.how) =
  let* table = living t in
  let* { value = node; _ } = slot_in table name in
  let* table' = living into in
  let target = Option.map (fun (s : t Tmp_names.slot) -> s.value) (Tmp_names.find table' name') in
  let within n directory = is_directory n && is_within directory ~directory:n in
  match (how, target) with
  | Keep, Some _ -> Error Errno.EEXIST
  | Exchange, None -> Error Errno.ENOENT
  | _ when within node into -> Error Errno.EINVAL
  | Exchange, Some other when within other t -> Error Errno.EINVAL
  | _, Some other when within other t -> Error Errno.ENOTEMPTY
  | _, Some other when other == node -> Ok None
  | Exchange, Some other -> exchange t table name node ~into table' name' other
  | _, None -> replace t table name node ~into table' name' None
  | _, Some victim ->
      let* () = fits node ~instead_of:victim in
      replace t table name node ~into table' name' (Some victim)

let rename t name ~into name' how =
  let* victim = with_names t (fun () -> rename_locked t name ~into name' how) in
  Option.iter Tmp_node.drop victim;
  Ok ()
