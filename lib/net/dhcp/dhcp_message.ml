type kind = Discover | Offer | Request | Decline | Ack | Nak | Release | Inform

type t = {
  kind : kind;
  transaction : int;
  seconds : int;
  client : Address.t;
  yours : Address.t;
  mac : string;
  server : Address.t option;
  requested : Address.t option;
  mask_bits : int option;
  routers : Address.t list;
  name_servers : Address.t list;
  lease : int option;
  renew : int option;
  rebind : int option;
  mtu : int option;
}

let client_port = 68
let server_port = 67
let layer = "DHCP"
let fixed_bytes = 240
let magic = 0x6382_5363
let kinds = [| Discover; Offer; Request; Decline; Ack; Nak; Release; Inform |]
let ( let* ) = Result.bind

let empty kind ~transaction ~mac =
  {
    kind;
    transaction;
    seconds = 0;
    client = Address.any4;
    yours = Address.any4;
    mac;
    server = None;
    requested = None;
    mask_bits = None;
    routers = [];
    name_servers = [];
    lease = None;
    renew = None;
    rebind = None;
    mtu = None;
  }

(* ---- reading ---- *)

(* The options as (code, bytes), the pieces of one joined. *)
let rec options memory ~at ~offset ~until found =
  if offset >= until then Ok found
  else
    match Octets.get8 memory (at + offset) with
    | 255 -> Ok found
    | 0 -> options memory ~at ~offset:(offset + 1) ~until found
    | code ->
        let left = until - offset - 2 in
        let wanted = if left < 0 then 0 else Octets.get8 memory (at + offset + 1) in
        if wanted > left then Error.truncated layer ~offset ~wanted ~left
        else
          let bytes = Octets.to_string memory ~at:(at + offset + 2) ~length:wanted in
          let before = Option.value (List.assoc_opt code found) ~default:"" in
          let found = (code, before ^ bytes) :: List.remove_assoc code found in
          options memory ~at ~offset:(offset + 2 + wanted) ~until found

let addresses bytes =
  let address i = Address.of_octets (String.sub bytes (4 * i) 4) in
  List.init (Int.min 8 (String.length bytes / 4)) address

let first_address bytes = match addresses bytes with first :: _ -> Some first | [] -> None

let number size bytes =
  if String.length bytes <> size then None
  else if size = 2 then Some (String.get_uint16_be bytes 0)
  else Some (Int32.to_int (String.get_int32_be bytes 0) land 0xffff_ffff)

(* A mask is ones and then zeros. *)
let bits_of_mask bytes =
  let rec ones mask n = if mask land 0x8000_0000 = 0 then n else ones (mask lsl 1) (n + 1) in
  match number 4 bytes with
  | Some mask when mask lor (mask - 1) = 0xffff_ffff || mask = 0 -> Some (ones mask 0)
  | _ -> None

let kind_of options =
  match List.assoc_opt 53 options with
  | Some bytes when String.length bytes = 1 && bytes.[0] >= '\001' && bytes.[0] <= '\008' ->
      Ok kinds.(Char.code bytes.[0] - 1)
  | Some bytes ->
      Error.bad_value layer ~offset:fixed_bytes "message type" (String.length bytes)
  | None -> Error.bad_value layer ~offset:fixed_bytes "message type" 0

let of_options memory ~at options kind =
  let get code fn = Option.bind (List.assoc_opt code options) fn in
  let list code = Option.fold ~none:[] ~some:addresses (List.assoc_opt code options) in
  {
    kind;
    transaction = Octets.get32 memory (at + 4);
    seconds = Octets.get16 memory (at + 8);
    client = Address.get4 memory (at + 12);
    yours = Address.get4 memory (at + 16);
    mac = Octets.to_string memory ~at:(at + 28) ~length:6;
    server = get 54 first_address;
    requested = get 50 first_address;
    mask_bits = get 1 bits_of_mask;
    routers = list 3;
    name_servers = list 6;
    lease = get 51 (number 4);
    renew = get 58 (number 4);
    rebind = get 59 (number 4);
    mtu = get 26 (number 2);
  }

let read memory ~at ~length =
  if length < fixed_bytes then Error.truncated layer ~offset:0 ~wanted:fixed_bytes ~left:length
  else if Octets.get16 memory (at + 1) <> 0x0106 then
    Error.bad_value layer ~offset:1 "hardware type" (Octets.get16 memory (at + 1))
  else if Octets.get32 memory (at + 236) <> magic then
    Error.bad_value layer ~offset:236 "cookie" (Octets.get32 memory (at + 236))
  else
    let* options = options memory ~at ~offset:fixed_bytes ~until:length [] in
    let* kind = kind_of options in
    Ok (of_options memory ~at options kind)

let to_client memory at = Octets.get8 memory at = 2

(* ---- writing ---- *)

let option code bytes =
  Printf.sprintf "%c%c%s" (Char.chr code) (Char.chr (String.length bytes)) bytes

let index kind =
  let rec find i = if kinds.(i) = kind then i + 1 else find (i + 1) in
  String.make 1 (Char.chr (find 0))

(* Netmask, routers, DNS, MTU, lease, renewal, rebinding. *)
let wanted = "\001\003\006\026\051\058\059"

let client_options t =
  let address code a = Option.fold ~none:"" ~some:(fun a -> option code (Address.to_octets a)) a in
  option 53 (index t.kind)
  ^ option 61 ("\001" ^ t.mac)
  ^ address 50 t.requested ^ address 54 t.server
  ^ option 57 "\x05\xdc"
  ^ option 55 wanted ^ "\255"

let write t =
  let options = client_options t in
  let bytes = Bytes.make (Int.max 300 (fixed_bytes + String.length options)) '\000' in
  Bytes.set_int32_be bytes 0 0x0101_0600l;
  Bytes.set_int32_be bytes 4 (Int32.of_int t.transaction);
  Bytes.set_uint16_be bytes 8 (Int.min 0xffff t.seconds);
  if Address.is_any t.client then Bytes.set_uint16_be bytes 10 0x8000;
  Bytes.blit_string (Address.to_octets t.client) 0 bytes 12 4;
  Bytes.blit_string t.mac 0 bytes 28 6;
  Bytes.set_int32_be bytes 236 (Int32.of_int magic);
  Bytes.blit_string options 0 bytes fixed_bytes (String.length options);
  Bytes.to_string bytes
