type t = {
  store : Store.t;
  ripe : int;
  table : Lz4.table;
  mutable space : Space.t;
  mutable used : Extents.t;
  mutable freed : Extents.t;
  pinned : Pinned.t;
  mutable dead : Extents.t;
  mutable writes : Store.stored list;
  mutable damage : int;
}

type owner = { mutable blocks : int }

let ( let* ) = Result.bind
let owner () = { blocks = 0 }

let create store space (snapshots : Snapshots.t) ~ripe =
  let table = Lz4.table () and { Snapshots.pinned; repinned; _ } = snapshots in
  { store; ripe; table; space; pinned; used = repinned; dead = repinned; freed = Extents.empty;
    writes = []; damage = 0 }

let table t = t.table
let store t = t.store
let space t = t.space
let used t = t.used
let freed t = t.freed
let dead t = t.dead
let writes t = t.writes
let damage t = t.damage
let damaged t = t.damage <- t.damage + 1

let take t ~level =
  match Space.take t.space ~level with
  | Some found -> Ok found
  | None ->
      let released = Space.release t.space ~upto:t.ripe in
      Option.to_result ~none:Reason.No_space (Space.take released ~level)

let use t ~level =
  let* index, space = take t ~level in
  t.space <- space;
  t.used <- Option.get (Extents.add t.used ~index ~count:(Address.blocks_of_level level));
  Ok index

let write t address data =
  let pointer = Pointer.of_stored address data in
  t.writes <- { pointer; data } :: t.writes;
  pointer

let put t owner ?whole data =
  let level = Address.level_of_bytes (Buffer.length data) in
  let* index = use t ~level in
  owner.blocks <- owner.blocks + Address.blocks_of_level level;
  Ok (write t (Address.make ?whole ~level index) data)

let reserve t = use t ~level:0
let fill t index data = write t (Address.make ~level:0 index) data
let all_free t = Space.merge t.freed (Space.all t.space)

let give_back t ~index ~level =
  t.space <- Space.give_back t.space ~index ~count:(Address.blocks_of_level level)

(* What is allocated since before, and not given up yet. *)
let is_old t ~index ~count =
  Space.is_used t.space ~index ~count
  && not
       (List.exists
          (Extents.overlaps ~index ~count)
          [ t.used; t.freed; t.dead ])

let buried t = t.dead <- Extents.empty

let release t ~index ~count =
  match if is_old t ~index ~count then Extents.add t.freed ~index ~count else None with
  | Some freed -> t.freed <- freed
  | None -> damaged t

let free_part t (index, count, pinned) =
  if pinned then t.dead <- Option.get (Extents.add t.dead ~index ~count)
  else t.freed <- Option.get (Extents.add t.freed ~index ~count)

let free_by t owner pinned (pointer : Pointer.t) =
  let index = Pointer.index pointer and count = Address.blocks pointer.address in
  if not (Pointer.is_null pointer) then
    if Store.is_within t.store pointer.address && is_old t ~index ~count then begin
      List.iter (free_part t) (Pinned.parts pinned ~index ~count);
      owner.blocks <- owner.blocks - count
    end
    else damaged t

let free t owner pointer = free_by t owner t.pinned pointer
let free_own t pointer = free_by t (owner ()) Pinned.Nothing pointer
