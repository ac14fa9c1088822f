open Inode

type slice = { buffer : Buffer.t; at : int; length : int }

let ( let* ) = Result.bind

(* ---- reading ---- *)

(* What a record holds; nothing is a hole. Behind the size there may be anything. *)
let record store ~stored ~kept ~changed n =
  match Records.find_opt n changed with
  | Some { data; _ } -> Ok (Some data)
  | None -> (
      match stored with
      | Some block when n < kept ->
          let* pointer = Records_stored.pointer store block n in
          if Pointer.is_null pointer then Ok None
          else Result.map Option.some (Store.record store pointer)
      | _ -> Ok None)

let copy_out data from { buffer; at; length } =
  let there = Option.fold ~none:0 ~some:(fun data -> max 0 (Buffer.length data - from)) data in
  let copied = min length there in
  Option.iter (fun data -> if copied > 0 then Buffer.blit data from buffer at copied) data;
  Buffer.fill buffer (at + copied) (length - copied) '\000'

let read_inline text ~offset { buffer; at; length } =
  let copied = max 0 (min length (String.length text - offset)) in
  if copied > 0 then Octets.blit_of_string text offset buffer at copied;
  Buffer.fill buffer (at + copied) (length - copied) '\000'

let rec read_records inode find ~offset slice =
  if slice.length = 0 then Ok ()
  else
    let each = record_bytes inode in
    let from = offset mod each in
    let length = min slice.length (each - from) in
    let* data = find (offset / each) in
    copy_out data from { slice with length };
    read_records inode find ~offset:(offset + length)
      { slice with at = slice.at + length; length = slice.length - length }

(* More than one record: all that are not in memory come with one request. A few at a time, so that
   they are still in memory when they are copied. *)
let prefetch store inode ~stored ~kept ~changed ~offset length =
  let each = record_bytes inode in
  let first = offset / each and last = (offset + length - 1) / each in
  let pointer n =
    match stored with
    | Some block when n < kept && not (Records.mem n changed) ->
        Result.value (Records_stored.pointer store block n) ~default:Pointer.null
    | _ -> Pointer.null
  in
  if last > first then Store.prefetch store (List.init (last - first + 1) (fun i ->
    pointer (first + i)))

let at_once = 1 lsl 20

let rec read_data store inode ~stored ~kept ~changed ~offset slice =
  if slice.length = 0 then Ok ()
  else
    let length = min slice.length at_once in
    prefetch store inode ~stored ~kept ~changed ~offset length;
    let find = record store ~stored ~kept ~changed in
    let* () = read_records inode find ~offset { slice with length } in
    read_data store inode ~stored ~kept ~changed ~offset:(offset + length)
      { slice with at = slice.at + length; length = slice.length - length }

let read store inode ~offset slice =
  let length = max 0 (min slice.length (inode.node.size - offset)) in
  let slice = { slice with length } in
  let* () =
    match inode.content with
    | Directory _ -> Error Reason.Is_directory
    | Inline text -> Ok (read_inline text ~offset slice)
    | Data { stored; kept; changed } ->
        read_data store inode ~stored ~kept ~changed ~offset slice
  in
  Ok length

(* ---- writing ---- *)

(* A file of records, in the making. *)
type data = {
  state : State.t;
  inode : Inode.t;
  stored : Block.t option;
  kept : int;
  changed : changed Records.t;
  before : changed Records.t;  (** as readers, and a commit before this is done, know them *)
}

let content { stored; kept; changed; _ } = Data { stored; kept; changed }
let finish file = (file.state, { file.inode with content = content file })
let live file n = max 0 (min (record_bytes file.inode) (file.inode.node.size -
  (n * record_bytes file.inode)))
let level_of data = Address.level_of_bytes (Buffer.length data)

let put file n data ~place =
  { file with changed = Records.add n { data; place } file.changed }

(* A record that is changed for the first time costs the pointer lists above it, too. *)
let add file n data =
  let* height =
    match Node.slot_of_record n with
    | Some (_, height, _) -> Ok height
    | None -> Error Reason.Too_large
  in
  let* state = State.promise file.state height in
  let* place, state = State.take state ~level:(level_of data) in
  Ok (put { file with state } n data ~place)

(* As many bytes of room as wanted. *)
let grow file n { data; place } ~wanted =
  if Buffer.length data >= wanted then Ok file
  else
    let level = Address.level_of_bytes wanted in
    let larger = Buffer.create (Address.bytes_of_level level) in
    Buffer.blit data 0 larger 0 (Buffer.length data);
    let state = State.give_back file.state ~index:place ~level:(level_of data) in
    let* place, state = State.take state ~level in
    Ok (put { file with state } n larger ~place)

(* The lists above it must be readable, since a commit will write them anew. *)
let check_path store file n =
  match file.stored with
  | Some block when n < file.kept -> Result.map ignore (Records_stored.pointer store block n)
  | _ -> Ok ()

let load store file n ~wanted ~whole =
  let live = live file n in
  let data = Buffer.create (Address.bytes_of_level (Address.level_of_bytes (max wanted live))) in
  let { stored; kept; changed; _ } = file in
  let* () =
    if whole then check_path store file n
    else
      let* old = record store ~stored ~kept ~changed n in
      let copy old = Buffer.blit old 0 data 0 (min live (Buffer.length old)) in
      Ok (Option.iter copy old)
  in
  add file n data

(* The record is changed, and has room for so many bytes. Those behind the size are zeros. [whole]:
  all
   that it holds will be written over. *)
let prepare store file n ~wanted ~whole =
  match Records.find_opt n file.changed with
  | Some changed -> grow file n changed ~wanted
  | None -> load store file n ~wanted ~whole

(* The size grows: what stands behind it must be zeros. Records of no other user do have some. *)
let clear_tail store file =
  let each = record_bytes file.inode and size = file.inode.node.size in
  let n = size / each and from = size mod each in
  if from = 0 || Records.mem n file.changed then Ok file
  else
    let { stored; kept; changed; _ } = file in
    let* old = record store ~stored ~kept ~changed n in
    match old with
    | Some data when Buffer.length data > from
                     && not (Buffer.is_zero data from (Buffer.length data - from)) ->
        prepare store file n ~wanted:from ~whole:false
    | _ -> Ok file

let with_size file size =
  { file with inode = { file.inode with node = { file.inode.node with size } } }

let rec each_piece each ~offset slice f value =
  if slice.length = 0 then Ok value
  else
    let from = offset mod each in
    let length = min slice.length (each - from) in
    let* value = f value ~n:(offset / each) ~from { slice with length } in
    let rest = { slice with at = slice.at + length; length = slice.length - length } in
    each_piece each ~offset:(offset + length) rest f value

let prepare_piece store file ~n ~from { length; _ } =
  let last = from + length in
  let* file = prepare store file n ~wanted:last ~whole:(from = 0 && length >= live file n) in
  Ok (with_size file (max file.inode.node.size ((n * record_bytes file.inode) + last)))

(* Bytes that are known already change with the state; new ones at once. *)
let act file n data action =
  match Records.find_opt n file.before with
  | Some known when known.data == data -> { file with state = State.later file.state action }
  | _ ->
      action ();
      file

let copy_in file ~n ~from { buffer; at; length } =
  let { data; _ } = Records.find n file.changed in
  Ok (act file n data (fun () -> Buffer.blit buffer at data from length))

let write_records store file ~offset slice =
  let each = record_bytes file.inode in
  let* file = each_piece each ~offset slice (prepare_piece store) file in
  each_piece each ~offset slice copy_in file

let limit inode = Node.size_max ~record_level:inode.node.record_level

let write_data store file ~offset slice =
  let size = file.inode.node.size in
  let* file = if offset > size then clear_tail store file else Ok file in
  Result.map finish (write_records store file ~offset slice)

(* What was in the node becomes the first record. *)
let leave_node store state inode text =
  let node = { inode.node with inline = false } in
  let size = node.size in
  let inode = { inode with node = { node with size = 0 } } in
  let file = { state; inode; stored = None; kept = 0; changed = Records.empty; before =
    Records.empty } in
  let length = String.length text in
  let* file = write_records store file ~offset:0 { buffer = Buffer.of_string text; at =
    0; length } in
  Ok (with_size file size)

let write_inline state inode text ~offset slice =
  let bytes = Bytes.make (max (String.length text) (offset + slice.length)) '\000' in
  Bytes.blit_string text 0 bytes 0 (String.length text);
  Octets.blit_to_bytes slice.buffer slice.at bytes offset slice.length;
  let size = max inode.node.size (offset + slice.length) in
  let content = Inline (Bytes.to_string bytes) in
  (state, { inode with node = { inode.node with size }; content })

let write store state inode ~offset slice =
  let last = offset + slice.length in
  if offset < 0 || last < 0 || last > limit inode then Error Reason.Too_large
  else
    match inode.content with
    | Directory _ -> Error Reason.Is_directory
    | _ when slice.length = 0 -> Ok (state, inode)
    | Inline text when last < Node.inline_bytes -> Ok (write_inline state inode text ~offset slice)
    | Inline text ->
        let* file = leave_node store state inode text in
        write_data store file ~offset slice
    | Data { stored; kept; changed } ->
        write_data store { state; inode; stored; kept; changed; before = changed } ~offset slice

(* ---- size ---- *)

let give_back state { data; place } = State.give_back state ~index:place ~level:(level_of data)

let shrink file size =
  let each = record_bytes file.inode in
  let records = (size + each - 1) / each in
  let drop n changed file =
    if n < records then file
    else
      { file with state = give_back file.state changed; changed = Records.remove n file.changed }
  in
  let file = Records.fold drop file.changed file in
  let file = with_size { file with kept = min file.kept records } size in
  let from = size mod each in
  match Records.find_opt (size / each) file.changed with
  | Some { data; _ } when from > 0 && from < Buffer.length data ->
      act file (size / each) data (fun () ->
          Buffer.fill data from (Buffer.length data - from) '\000')
  | _ -> file

let truncate store state inode ~size =
  if size < 0 || size > limit inode then Error Reason.Too_large
  else
    match inode.content with
    | Directory _ -> Error Reason.Is_directory
    | Inline text ->
        let text = String.sub text 0 (min size (String.length text)) in
        Ok (state, { inode with node = { inode.node with size }; content = Inline text })
    | Data { stored; kept; changed } ->
        let file = { state; inode; stored; kept; changed; before = changed } in
        if size <= inode.node.size then Ok (finish (shrink file size))
        else
          let* file = clear_tail store file in
          Ok (finish (with_size file size))

let drop_changes state inode =
  match inode.content with
  | Data { changed; _ } -> Records.fold (fun _ changed state ->
      give_back state changed) changed state
  | Inline _ | Directory _ -> state

let set_record_level inode record_level =
  if record_level < 0 || record_level > Address.level_max then invalid_arg "File.set_record_level";
  match inode.content with
  | Inline _ when inode.node.kind = File ->
      Ok { inode with node = { inode.node with record_level } }
  | Directory _ -> Error Reason.Is_directory
  | _ -> Error Reason.Not_empty
