type t = {
  address : int;
  revision : int;
  oem_id : string;
  rsdt : int option;
  xsdt : int option;
}

let signature = "RSD PTR "
let size = 20
let extended_size = 36
let length_max = 4096
let ( let* ) = Result.bind

let read_part (read : _ Table.reader) address length =
  match read ~address ~length with
  | Ok bytes when String.length bytes = length -> Ok (Part.whole ~table:signature ~address bytes)
  | Ok _ | Error _ ->
      Error { Error.table = signature; address; offset = 0; problem = Unreadable { length } }

let check_sum (part : Part.t) ~at =
  if Table.sums_to_zero part.bytes then Ok () else Part.fail part ~at Bad_checksum

let non_zero n = if n = 0 then None else Some n

let read_xsdt read address =
  let* part = read_part read address extended_size in
  let length = Part.u32 part 20 in
  let* () =
    if length >= extended_size && length <= length_max then Ok ()
    else Part.fail part ~at:20 (Bad_length { found = length })
  in
  let* all = read_part read address length in
  let* () = check_sum all ~at:32 in
  let* xsdt = Part.u64 part ~field:"XsdtAddress" 24 in
  Ok (non_zero xsdt)

let extended read address ~revision ~rsdt =
  if revision < 2 then Ok None
  else
    match read_xsdt read address with
    | Error _ when rsdt <> None -> Ok None
    | xsdt -> xsdt

let read read address =
  let* part = read_part read address size in
  let found = String.sub part.bytes 0 8 in
  let* () =
    if found = signature then Ok () else Part.fail part ~at:0 (Bad_signature { found })
  in
  let* () = check_sum part ~at:8 in
  let revision = Part.u8 part 15 and rsdt = non_zero (Part.u32 part 16) in
  let* xsdt = extended read address ~revision ~rsdt in
  if rsdt = None && xsdt = None then Part.fail part ~at:16 Missing
  else Ok { address; revision; oem_id = Part.text part ~at:9 ~length:6; rsdt; xsdt }

let find reader ~address ~length =
  let rec go at =
    if at > address + length - size then None
    else match read reader at with Ok t -> Some t | Error _ -> go (at + 16)
  in
  go ((address + 15) / 16 * 16)

let pp_address ppf = function
  | None -> Format.pp_print_string ppf "none"
  | Some address -> Format.fprintf ppf "0x%x" address

let pp ppf t =
  Format.fprintf ppf "RSDP at 0x%x, revision %d, %s, RSDT %a, XSDT %a" t.address t.revision
    (String.escaped t.oem_id) pp_address t.rsdt pp_address t.xsdt
