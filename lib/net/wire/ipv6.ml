let header_bytes = 40
let fragment_header_bytes = 8
let layer = "IPv6"
let tcp = 6
let udp = 17
let icmp = 58
let hop_by_hop = 0
let routing = 43
let fragment_header = 44
let no_next_header = 59
let destination_options = 60
let payload_length memory at = Octets.get16 memory (at + 4)
let next_header memory at = Octets.get8 memory (at + 6)
let hop_limit memory at = Octets.get8 memory (at + 7)
let source memory at = Address.get6 memory (at + 8)
let destination memory at = Address.get6 memory (at + 24)

let check memory ~at ~length =
  if length < header_bytes then Error.truncated layer ~offset:0 ~wanted:header_bytes ~left:length
  else
    let version = Octets.get8 memory at lsr 4 in
    let wanted = header_bytes + payload_length memory at in
    if version <> 6 then Error.bad_value layer ~offset:0 "version" version
    else if wanted > length then Error.truncated layer ~offset:4 ~wanted ~left:length
    else Ok ()

let write memory at ~source ~destination ~next_header ~hop_limit ~payload =
  Octets.set32 memory at 0x6000_0000;
  Octets.set16 memory (at + 4) payload;
  Octets.set8 memory (at + 6) next_header;
  Octets.set8 memory (at + 7) hop_limit;
  Address.put source memory (at + 8);
  Address.put destination memory (at + 24)

let write_fragment memory at ~next_header ~offset ~more ~identification =
  Octets.set8 memory at next_header;
  Octets.set8 memory (at + 1) 0;
  Octets.set16 memory (at + 2) (offset lor Bool.to_int more);
  Octets.set32 memory (at + 4) identification

(* ---- extension headers ---- *)

type fragment = { before : int; identification : int; offset : int; more : bool }
type upper = { protocol : int; start : int; fragment : fragment option }
type problem = Malformed of Error.t | Parameter of { code : int; pointer : int } | Dropped

let most = 8
let ( let* ) = Result.bind
let malformed result = Result.map_error (fun error -> Malformed error) result

(* How long the header is that begins so far from the packet's beginning. *)
let extent memory ~at ~start ~until =
  let left = until - start in
  if left < 8 then malformed (Error.truncated layer ~offset:start ~wanted:8 ~left)
  else
    let wanted = 8 * (1 + Octets.get8 memory (at + start + 1)) in
    if wanted > left then malformed (Error.truncated layer ~offset:start ~wanted ~left)
    else Ok wanted

(* What the two highest bits of an unknown option's type ask for (RFC 8200 4.2). *)
let unknown_option memory ~at ~start =
  match Octets.get8 memory (at + start) lsr 6 with
  | 0 -> Ok ()
  | 1 -> Error Dropped
  | 3 when Octets.get8 memory (at + 24) = 0xff -> Error Dropped
  | _ -> Error (Parameter { code = 2; pointer = start })

let rec options memory ~at ~start ~until =
  if start >= until then Ok ()
  else if Octets.get8 memory (at + start) = 0 then options memory ~at ~start:(start + 1) ~until
  else
    let left = until - start - 2 in
    let wanted = if left < 0 then 0 else Octets.get8 memory (at + start + 1) in
    if wanted > left then malformed (Error.truncated layer ~offset:start ~wanted ~left)
    else
      let kind = Octets.get8 memory (at + start) in
      let* () = if kind = 1 then Ok () else unknown_option memory ~at ~start in
      options memory ~at ~start:(start + 2 + wanted) ~until

let read_fragment memory ~at ~before ~start ~until =
  let left = until - start in
  let* () =
    if left >= fragment_header_bytes then Ok ()
    else malformed (Error.truncated layer ~offset:start ~wanted:fragment_header_bytes ~left)
  in
  let field = Octets.get16 memory (at + start + 2) in
  let identification = Octets.get32 memory (at + start + 4) in
  let fragment = { before; identification; offset = field land 0xfff8; more = field land 1 = 1 } in
  let protocol = Octets.get8 memory (at + start) in
  Ok { protocol; start = start + fragment_header_bytes; fragment = Some fragment }

let rec go memory ~at ~until ~before ~start ~left =
  let kind = Octets.get8 memory (at + before) in
  let next_one length =
    go memory ~at ~until ~before:start ~start:(start + length) ~left:(left - 1)
  in
  if left = 0 then malformed (Error.too_many layer ~offset:before "extension headers" most)
  else if kind = fragment_header then read_fragment memory ~at ~before ~start ~until
  else if kind = destination_options || (kind = hop_by_hop && before = 6) then
    let* length = extent memory ~at ~start ~until in
    let* () = options memory ~at ~start:(start + 2) ~until:(start + length) in
    next_one length
  else if kind = hop_by_hop then Error (Parameter { code = 1; pointer = before })
  else if kind = routing then
    let* length = extent memory ~at ~start ~until in
    if Octets.get8 memory (at + start + 3) <> 0 then
      Error (Parameter { code = 0; pointer = start + 2 })
    else next_one length
  else Ok { protocol = kind; start; fragment = None }

let upper memory ~at =
  let until = header_bytes + payload_length memory at in
  go memory ~at ~until ~before:6 ~start:header_bytes ~left:most
