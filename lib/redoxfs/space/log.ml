type t = {
  blocks : Pointer.t list;
  newest : Allocation_list.entry list;
  entries : int;
}

let ( let* ) = Result.bind

(* Oldest first, with their blocks. A chain that leads back to itself has no end. *)
let rec chain store pointer found length =
  if Pointer.is_null pointer then Ok found
  else if length > Store.blocks store then
    Reason.damaged ~block:(Pointer.index pointer) "the allocation list" (Not "a chain with an end")
  else
    let* block = Store.block store pointer in
    let* list = Reason.of_error (Allocation_list.parse block) in
    chain store list.previous ((pointer, list) :: found) (length + 1)

let replay store block free { Allocation_list.index; count } =
  let damaged what = Reason.damaged ~block "an entry" (Error.Not what) in
  let within = index > Header.ring && abs count <= Store.blocks store - index in
  if not within then damaged "within the file system"
  else
    let found, what =
      if count < 0 then (Extents.remove free ~index ~count:(-count), "of free blocks")
      else (Extents.add free ~index ~count, "of used blocks")
    in
    match found with Some free -> Ok free | None -> damaged what

let rec replay_all store block free = function
  | [] -> Ok free
  | entry :: rest ->
      let* free = replay store block free entry in
      replay_all store block free rest

let rec replay_chain store free = function
  | [] -> Ok free
  | (pointer, (list : Allocation_list.t)) :: rest ->
      let* free = replay_all store (Pointer.index pointer) free list.entries in
      replay_chain store free rest

let read store pointer =
  let* chain = chain store pointer [] 0 in
  let* free = replay_chain store Extents.empty chain in
  let count sum (_, (list : Allocation_list.t)) = sum + List.length list.entries in
  let newest = match List.rev chain with [] -> [] | (_, list) :: _ -> list.entries in
  let blocks = List.rev_map fst chain in
  Ok ({ blocks; newest; entries = List.fold_left count 0 chain }, free)
