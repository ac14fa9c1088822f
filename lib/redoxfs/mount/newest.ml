type skipped = { generation : int; reason : Reason.t }

type found = {
  store : Store.t;
  keys : Keys.t option;
  header : Header.t;
  log : Log.t;
  free : Extents.t;
  skipped : skipped list;
  next_generation : int;
}

let ( let* ) = Result.bind

(* The keys are asked for once, for the newest header that wants some. *)
let keys_of unlock found (header : Header.t) older =
  if not (Header.is_encrypted header) then Ok None
  else
    match found with
    | Some _ -> Ok found
    | None -> Result.map Option.some (unlock (header :: List.map fst older))

let check_keys (header : Header.t) = function
  | Some keys when not (Keys.opens keys header) ->
      let block = Header.slot header in
      Reason.damaged ~block "the encrypted hash" (Not "of this file system's keys")
  | Some _ | None -> Ok ()

let store_of device ~base ~cache_blocks keys (header : Header.t) =
  let blocks = header.size / Address.block_bytes in
  if blocks > device.Device.blocks - base || blocks < Header.ring then
    Reason.damaged ~block:(Header.slot header) "size" (Value header.size)
  else
    let* () = check_keys header keys in
    let cipher = Option.map Keys.cipher keys and cache = Cache.create ~blocks:cache_blocks in
    Ok (Store.create device ~base ~blocks ?cipher cache)

(* The next older one, and the oldest that is surely kept. *)
let to_compare ~keep (header : Header.t) older =
  let is_kept (h : Header.t) = h.generation >= header.generation - keep in
  match List.filter is_kept (List.map fst older) with
  | [] -> []
  | [ only ] -> [ only ]
  | first :: rest -> [ first; List.nth rest (List.length rest - 1) ]

let find ?(verify = Verify.quick) device { Ring.base; headers } ~keep ~unlock ~cache_blocks =
  let newest = match headers with (h, _) :: _ -> h.Header.generation | [] -> 0 in
  let next_generation = newest + 1 in
  let verified keys header older =
    let* store = store_of device ~base ~cache_blocks keys header in
    let* log, free = verify store header ~older:(to_compare ~keep header older) in
    Ok (store, log, free)
  in
  let rec go skipped found = function
    | [] -> (
        match List.rev skipped with
        | [] -> Error Reason.No_file_system
        | { reason; _ } :: _ -> Error reason)
    | (header, _) :: older -> (
        let* keys = keys_of unlock found header older in
        match verified keys header older with
        | Ok (store, log, free) ->
            let skipped = List.rev skipped in
            Ok { store; keys; header; log; free; skipped; next_generation }
        | Error (Reason.Device _ as reason) -> Error reason
        | Error reason ->
            let found = if keys = None then found else keys in
            go ({ generation = header.generation; reason } :: skipped) found older)
  in
  go [] None headers
