type t = {
  device : Device.t;
  base : int;
  blocks : int;
  cipher : Cipher.t option;
  cache : Cache.t;
}

let ( let* ) = Result.bind
let create device ~base ~blocks ?cipher cache = { device; base; blocks; cipher; cache }
let device t = t.device
let blocks t = t.blocks
let cache t = t.cache
let cipher t = t.cipher
let base t = t.base

let is_within t address =
  let index = Address.index address in
  index >= Header.ring && index <= t.blocks - Address.blocks address

let device_error t index error = Error (Reason.Device { block = t.base + index; error })

(* ---- reading ---- *)

let check_hash (pointer : Pointer.t) data =
  let computed = (Pointer.of_stored pointer.address data).hash in
  if Int64.equal computed pointer.hash then Ok ()
  else
    let block = Pointer.index pointer in
    Reason.damaged ~block "the block" (Wrong_hash { stored = pointer.hash; computed })

let read_stored t (pointer : Pointer.t) =
  let index = Pointer.index pointer in
  if not (is_within t pointer.address) then
    Reason.damaged ~block:index "the address" (Not "within the file system")
  else
    let data = Buffer.create (Address.bytes pointer.address) in
    match t.device.read [ { block = t.base + index; data } ] with
    | Error error -> device_error t index error
    | Ok () ->
        Option.iter (fun (cipher : Cipher.t) -> cipher.decrypt ~index data) t.cipher;
        let* () = check_hash pointer data in
        Ok data

let verify t pointer = Result.map ignore (read_stored t pointer)

let cached t pointer make =
  match Cache.find t.cache pointer with
  | Some data -> Ok data
  | None ->
      let* stored = read_stored t pointer in
      let* data = make stored in
      Cache.add t.cache pointer data;
      Ok data

let block t (pointer : Pointer.t) =
  let index = Pointer.index pointer in
  if Address.level pointer.address <> 0 || Address.is_compressed pointer.address then
    Reason.damaged ~block:index "the address" (Value (Address.level pointer.address))
  else
    let* bytes = cached t pointer Result.ok in
    Ok { Block.index; bytes }

let decompress (pointer : Pointer.t) stored =
  let damaged = Reason.damaged ~block:(Pointer.index pointer) "the compressed record" in
  let length = Buffer.get16 stored 0 in
  if length > Buffer.length stored - 2 then damaged (Value length)
  else
    let data = Buffer.create (Address.bytes_of_level (Address.whole pointer.address)) in
    let from = { Lz4.buffer = stored; offset = 2; length } in
    match Lz4.decompress from { buffer = data; offset = 0; length = Buffer.length data } with
    | Some _ -> Ok data
    | None -> damaged (Not "a block of LZ4")

let is_record (pointer : Pointer.t) =
  let level = Address.level pointer.address and whole = Address.record_level pointer.address in
  whole <= Address.level_max && level <= whole

let record t (pointer : Pointer.t) =
  if not (is_record pointer) then
    let whole = Address.record_level pointer.address in
    Reason.damaged ~block:(Pointer.index pointer) "the address" (Value whole)
  else if Address.is_compressed pointer.address then cached t pointer (decompress pointer)
  else cached t pointer Result.ok

let keep t pointer data =
  Option.iter
    (fun (cipher : Cipher.t) -> cipher.decrypt ~index:(Pointer.index pointer) data)
    t.cipher;
  let is_compressed = Address.is_compressed pointer.Pointer.address in
  let whole () = if is_compressed then decompress pointer data else Ok data in
  match Result.bind (check_hash pointer data) whole with
  | Ok data -> Cache.add t.cache pointer data
  | Error _ -> ()

let prefetch t pointers =
  let is_wanted (pointer : Pointer.t) =
    (not (Pointer.is_null pointer))
    && is_record pointer && is_within t pointer.address
    && not (Cache.mem t.cache pointer)
  in
  let wanted = List.filter is_wanted pointers in
  let run (pointer : Pointer.t) =
    let data = Buffer.create (Address.bytes pointer.address) in
    { Device.block = t.base + Pointer.index pointer; data }
  in
  let runs = List.map run wanted in
  match if runs = [] then Ok () else t.device.read runs with
  | Ok () -> List.iter2 (fun pointer run -> keep t pointer run.Device.data) wanted runs
  | Error _ -> ()

(* ---- writing ---- *)

type stored = { pointer : Pointer.t; data : Buffer.t }

let run t { pointer; data } =
  let index = Pointer.index pointer in
  let encrypted (cipher : Cipher.t) =
    let data = Buffer.copy data in
    cipher.encrypt ~index data;
    data
  in
  let data = Option.fold ~none:data ~some:encrypted t.cipher in
  { Device.block = t.base + index; data }

let by_block a b = Int.compare a.Device.block b.Device.block

let write t stored =
  match List.sort by_block (List.map (run t) stored) with
  | [] -> Ok ()
  | first :: _ as runs ->
      let failed error = Reason.Device { block = first.block; error } in
      Result.map_error failed (t.device.write runs)

let discard t extents =
  let run ~index ~count () = ignore (t.device.discard ~block:(t.base + index) ~count) in
  Extents.fold run extents ()

let flush t =
  match t.device.flush () with Ok () -> Ok () | Error error -> device_error t 0 error

let write_header t header =
  let encrypt = Option.map (fun (cipher : Cipher.t) -> cipher.encrypt_hash) t.cipher in
  let slot = Header.slot header in
  match t.device.write [ { block = t.base + slot; data = Header.print ?encrypt header } ] with
  | Ok () -> Ok ()
  | Error error -> device_error t slot error
