let ( let* ) = Result.bind

let on_device block = Result.map_error (fun error -> Reason.Device { block; error })

let read_blocks device ~block ~count =
  let data = Buffer.create (count * Block.bytes) in
  let* () = on_device block (device.Device.read [ { block; data } ]) in
  Ok (List.init count (fun i -> Buffer.sub data (i * Block.bytes) Block.bytes))

type t = { base : int; headers : (Header.t * Block.t) list }

let newer (a, _) (b, _) = Int.compare b.Header.generation a.Header.generation

let parse ~base blocks =
  let header index bytes =
    let block = { Block.index; bytes } in
    match Header.parse block with
    | Ok header when Header.slot header = index -> Some (header, block)
    | _ -> None
  in
  { base; headers = List.sort newer (List.filter_map Fun.id (List.mapi header blocks)) }

let read device ~base =
  if base < 0 || base > device.Device.blocks - Header.ring then Error Reason.No_file_system
  else Result.map (parse ~base) (read_blocks device ~block:base ~count:Header.ring)

let reach = 65536

let find device =
  let rec from block =
    let count = min Header.ring (min reach device.Device.blocks - block) in
    if count < Header.ring then Error Reason.No_file_system
    else
      let* blocks = read_blocks device ~block ~count in
      let base i bytes =
        match Header.parse { Block.index = block + i; bytes } with
        | Ok header when block + i >= Header.slot header -> Some (block + i - Header.slot header)
        | _ -> None
      in
      match List.find_map Fun.id (List.mapi base blocks) with
      | Some base when base = block -> Ok (parse ~base blocks)
      | Some base -> read device ~base
      | None -> from (block + count)
  in
  from 0

let clear device ~base =
  let data = Buffer.create (Header.ring * Block.bytes) in
  let* () = on_device base (device.Device.write [ { block = base; data } ]) in
  on_device base (device.Device.flush ())

(* What a slot of the ring should be; nothing when it is that. *)
let rekeyed keys key_slots ~newest index bytes =
  let block = { Block.index; bytes } in
  match Header.parse block with
  | Ok header when Header.slot header = index && Keys.opens keys header ->
      let is_right = header.generation = newest || Key_slots.equal header.key_slots key_slots in
      let encrypt = (Keys.cipher keys).encrypt_hash in
      if is_right then None else Some (Header.print ~encrypt { header with key_slots })
  | _ -> if Buffer.is_zero bytes 0 Block.bytes then None else Some (Block.fresh ())

let set_key_slots device ~base ~newest keys key_slots =
  let* blocks = read_blocks device ~block:base ~count:Header.ring in
  let run index bytes =
    Option.map
      (fun data -> { Device.block = base + index; data })
      (rekeyed keys key_slots ~newest index bytes)
  in
  match List.filter_map Fun.id (List.mapi run blocks) with
  | [] -> Ok ()
  | runs ->
      let* () = on_device base (device.Device.write runs) in
      on_device base (device.Device.flush ())
