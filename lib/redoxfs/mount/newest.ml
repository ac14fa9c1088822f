type skipped = { generation : int; reason : Reason.t }

type found = {
  store : Store.t;
  header : Header.t;
  log : Log.t;
  free : Extents.t;
  skipped : skipped list;
  next_generation : int;
}

let ( let* ) = Result.bind

let store_of device ~base ~unlock ~cache_blocks (header, block) =
  let blocks = header.Header.size / Address.block_bytes in
  let create ?cipher () =
    Ok (Store.create device ~base ~blocks ?cipher (Cache.create ~blocks:cache_blocks))
  in
  if blocks > device.Device.blocks - base || blocks < Header.ring then
    Reason.damaged ~block:(Header.slot header) "size" (Value header.size)
  else if not (Header.is_encrypted header block) then create ()
  else
    match unlock header with
    | Some cipher -> create ~cipher ()
    | None -> Error Reason.Locked

(* The next older one, and the oldest that is surely kept. *)
let to_compare ~keep (header : Header.t) older =
  let is_kept (h : Header.t) = h.generation >= header.generation - keep in
  match List.filter is_kept (List.map fst older) with
  | [] -> []
  | [ only ] -> [ only ]
  | first :: rest -> [ first; List.nth rest (List.length rest - 1) ]

let find device { Ring.base; headers } ~keep ~unlock ~cache_blocks =
  let newest = match headers with (h, _) :: _ -> h.Header.generation | [] -> 0 in
  let next_generation = newest + 1 in
  let verified ((header, _) as found) older =
    let* store = store_of device ~base ~unlock ~cache_blocks found in
    let* log, free = Verify.quick store header ~older:(to_compare ~keep header older) in
    Ok (store, log, free)
  in
  let rec go skipped = function
    | [] -> (
        match List.rev skipped with
        | [] -> Error Reason.No_file_system
        | { reason; _ } :: _ -> Error reason)
    | ((header, _) as found) :: older -> (
        match verified found older with
        | Ok (store, log, free) ->
            Ok { store; header; log; free; skipped = List.rev skipped; next_generation }
        | Error ((Reason.Locked | Reason.Device _) as reason) -> Error reason
        | Error reason -> go ({ generation = header.generation; reason } :: skipped) older)
  in
  go [] headers
