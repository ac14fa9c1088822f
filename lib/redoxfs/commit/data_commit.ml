module Records = Inode.Records

let ( let* ) = Result.bind

(* ---- a record ---- *)

(* Its length, the block of LZ4, zeros; only where it saves blocks (and fits two bytes' length). *)
let compress ~table data =
  let level = Address.level_of_bytes (Buffer.length data) in
  if level = 0 then None
  else
    let room = min 65534 (Buffer.length data / 2 - 2) in
    let packed = Buffer.create (room + 2) in
    let from = { Lz4.buffer = data; offset = 0; length = Buffer.length data } in
    let into = { Lz4.buffer = packed; offset = 2; length = room } in
    match Lz4.compress ~table from into with
    | None -> None
    | Some length ->
        Buffer.set16 packed 0 length;
        let stored = Buffer.create (Address.bytes_of_level (Address.level_of_bytes (length + 2))) in
        Buffer.blit packed 0 stored 0 (length + 2);
        Some (stored, level)

(* As much of it as the size reaches. *)
let fitting (inode : Inode.t) n data =
  let live = min (Inode.record_bytes inode) (inode.node.size - (n * Inode.record_bytes inode)) in
  let bytes = Address.bytes_of_level (Address.level_of_bytes live) in
  if bytes < Buffer.length data then Buffer.sub data 0 bytes else data

let put_record batch owner inode n { Inode.data; place } =
  Batch.give_back batch ~index:place ~level:(Address.level_of_bytes (Buffer.length data));
  let data = fitting inode n data in
  let* pointer =
    match compress ~table:(Batch.table batch) data with
    | Some (stored, whole) -> Batch.put batch owner ~whole stored
    | None -> Batch.put batch owner data
  in
  Cache.add (Store.cache (Batch.store batch)) pointer data;
  Ok pointer

let rec put_records batch owner inode records pointers =
  match records with
  | [] -> Ok pointers
  | (n, changed) :: rest ->
      let* pointer = put_record batch owner inode n changed in
      put_records batch owner inode rest (Records.add n pointer pointers)

(* ---- pointer lists ---- *)

type change = {
  batch : Batch.t;
  owner : Batch.owner;
  kept : int;
  pointers : Pointer.t Records.t;  (** of the records that are written *)
}

let or_null change = function
  | Ok pointer -> pointer
  | Error _ ->
      Batch.damaged change.batch;
      Pointer.null

let any_within pointers ~first ~count =
  match Records.find_first_opt (fun n -> n >= first) pointers with
  | Some (n, _) -> n < first + count
  | None -> false

(* What stands under a pointer whose first record is [first], after the change; null when nothing
   does. *)
let rec update change height pointer ~first =
  let count = Node.records_of_height height in
  let written = any_within change.pointers ~first ~count in
  if (not written) && (Pointer.is_null pointer || first + count <= change.kept) then Ok pointer
  else if height = 0 then begin
    Batch.free change.batch change.owner pointer;
    Ok (Option.value (Records.find_opt first change.pointers) ~default:Pointer.null)
  end
  else update_list change height pointer ~first

(* A list that is damaged is not written to: writing has read it before. *)
and update_list change height pointer ~first =
  let written = any_within change.pointers ~first ~count:(Node.records_of_height height) in
  match rebuilt_list change height pointer ~first with
  | Error (Reason.Damaged _) when not written ->
      Batch.damaged change.batch;
      if first < change.kept then Ok pointer
      else begin
        Batch.free change.batch change.owner pointer;
        Ok Pointer.null
      end
  | result -> result

and rebuilt_list change height pointer ~first =
  let* old = old_list change pointer in
  let bytes = Block.fresh () in
  let* () = update_entries change (height - 1) old bytes ~first 0 in
  Batch.free change.batch change.owner pointer;
  if Pointer_list.all_null bytes then Ok Pointer.null
  else Batch.put change.batch change.owner bytes

and old_list change pointer =
  if Pointer.is_null pointer then Ok { Block.index = 0; bytes = Block.fresh () }
  else Store.block (Batch.store change.batch) pointer

and update_entries change height old bytes ~first i =
  if i = Pointer_list.entries then Ok ()
  else
    let pointer = or_null change (Pointer_list.pointer old i) in
    let first' = first + (i * Node.records_of_height height) in
    let* pointer = update change height pointer ~first:first' in
    Pointer_list.set bytes i pointer;
    update_entries change height old bytes ~first (i + 1)

(* ---- a node ---- *)

let rec update_slots change node into slot ~height ~left ~first =
  if slot = Node.nr_slots then Ok ()
  else if left = 0 then
    let height = height + 1 in
    update_slots change node into slot ~height ~left:(Node.slots_of_height height) ~first
  else
    let pointer = or_null change (Node.pointer node slot) in
    let* pointer = update change height pointer ~first in
    Pointer.set into (Node.slot_offset slot) pointer;
    let first = first + Node.records_of_height height in
    update_slots change node into (slot + 1) ~height ~left:(left - 1) ~first

let no_node = { Block.index = 0; bytes = Block.fresh () }

let update_node change node into =
  update_slots change node into 0 ~height:0 ~left:(Node.slots_of_height 0) ~first:0

let write batch owner inode ~stored ~kept changed ~into =
  let* pointers = put_records batch owner inode (Records.bindings changed) Records.empty in
  update_node { batch; owner; kept; pointers } (Option.value stored ~default:no_node) into

let free batch node =
  let change = { batch; owner = Batch.owner (); kept = 0; pointers = Records.empty } in
  match update_node change node (Block.fresh ()) with
  | Ok () -> ()
  | Error _ -> Batch.damaged batch
