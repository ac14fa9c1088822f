let ( let* ) = Result.bind
let slots = Allocation_list.slots

let is_long (log : Log.t) space =
  log.entries > (2 * Space.runs space) + slots

let used_entry ~index ~count list = { Allocation_list.index; count = -count } :: list
let free_entry ~index ~count list = { Allocation_list.index; count } :: list
let entries_of entry extents = List.rev (Extents.fold entry extents [])

(* Room for as many entries, and those of these blocks themselves. *)
let blocks_for entries =
  let rec go n = if n * slots >= entries + n then n else go (n + 1) in
  go (max 1 (entries / slots))

(* Places, before it is known what will stand there. *)
let rec take batch n =
  if n = 0 then Ok []
  else
    let* place = Batch.reserve batch in
    let* places = take batch (n - 1) in
    Ok (place :: places)

let rec take_first n = function
  | x :: rest when n > 0 ->
      let first, rest = take_first (n - 1) rest in
      (x :: first, rest)
  | rest -> ([], rest)

(* Oldest first; the chain grows from [previous]. *)
let rec chain batch previous entries places blocks =
  match places with
  | [] -> (blocks, [])
  | [ place ] ->
      let bytes = Allocation_list.print { previous; entries } in
      (Batch.fill batch place bytes :: blocks, entries)
  | place :: places ->
      let here, rest = take_first slots entries in
      let bytes = Allocation_list.print { previous; entries = here } in
      let pointer = Batch.fill batch place bytes in
      chain batch pointer rest places (pointer :: blocks)

let extended batch (log : Log.t) =
  let newest, older = match log.blocks with [] -> (Pointer.null, []) | n :: o -> (n, o) in
  Batch.free_own batch newest;
  let kept = List.length log.newest in
  let runs = Extents.runs (Batch.used batch) + Extents.runs (Batch.freed batch) in
  let* places = take batch (blocks_for (kept + runs)) in
  let used = entries_of used_entry (Batch.used batch) in
  let freed = entries_of free_entry (Batch.freed batch) in
  let entries = log.newest @ used @ freed in
  let previous = match older with [] -> Pointer.null | pointer :: _ -> pointer in
  let blocks, newest = chain batch previous entries places [] in
  let entries = log.entries - kept + List.length entries in
  Ok { Log.blocks = blocks @ older; newest; entries }

let anew batch (log : Log.t) =
  List.iter (Batch.free_own batch) log.blocks;
  let runs () = Extents.runs (Batch.all_free batch) in
  let* places = take batch (blocks_for (runs ())) in
  let entries = entries_of free_entry (Batch.all_free batch) in
  let blocks, newest = chain batch Pointer.null entries places [] in
  Ok { Log.blocks; newest; entries = List.length entries }

let has_room batch =
  let space = Batch.space batch in
  Space.free space > 2 + (Space.runs space / slots)

let write batch log ~compact =
  let anew_wanted = compact || is_long log (Batch.space batch) in
  if anew_wanted && has_room batch then anew batch log else extended batch log
