type t = Siphash.key
type flow = { local : Address.t; remote : Address.t; local_port : int; remote_port : int }

let create random =
  let bytes = Bytes.create 16 in
  for i = 0 to 7 do
    Bytes.set_uint16_le bytes (2 * i) (random () land 0xffff)
  done;
  Siphash.key (Bytes.to_string bytes)

let numbers list =
  let bytes = Bytes.create (8 * List.length list) in
  List.iteri (fun i n -> Bytes.set_int64_le bytes (8 * i) (Int64.of_int n)) list;
  Bytes.to_string bytes

(* [purpose] keeps what is derived for one thing from saying anything of another. *)
let derive t ~purpose flow more =
  Siphash.number t
    (purpose
    ^ Address.to_octets flow.local
    ^ Address.to_octets flow.remote
    ^ numbers (flow.local_port :: flow.remote_port :: more))

let first_sequence t ~now flow =
  Sequence.wire ((now / 4000) + derive t ~purpose:"s" flow [])

let clock_offset t flow = derive t ~purpose:"t" flow [] land 0xffff_ffff

let port_offset t ~local ~remote ~remote_port =
  derive t ~purpose:"p" { local; remote; local_port = 0; remote_port } []

(* ---- cookies ---- *)

let sizes = [| 536; 1220; 1440; 1460 |]
let period = 64_000_000_000

let rec size_index segment i =
  if i = 0 || sizes.(i) <= segment then i else size_index segment (i - 1)

(* Of 32 bits: 5 of the time, 2 of the size, 25 that prove it. *)
let assemble t flow ~peer_first ~count ~index =
  let proof = derive t ~purpose:"c" flow [ peer_first; count; index ] land 0x1ff_ffff in
  ((count land 31) lsl 27) lor (index lsl 25) lor proof

let cookie t ~now flow ~peer_first ~segment =
  assemble t flow ~peer_first ~count:(now / period) ~index:(size_index segment 3)

let check_cookie t ~now flow ~peer_first cookie =
  let count = now / period and index = (cookie lsr 25) land 3 in
  let is_of count = assemble t flow ~peer_first ~count ~index = cookie in
  if is_of count || is_of (count - 1) then Some sizes.(index) else None
