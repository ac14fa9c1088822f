let header_bytes = 20
let layer = "IPv4"
let icmp = 1
let tcp = 6
let udp = 17
let dont_fragment = 0x4000
let more = 0x2000
let header_length memory at = 4 * (Octets.get8 memory at land 0xf)
let total_length memory at = Octets.get16 memory (at + 2)
let identification memory at = Octets.get16 memory (at + 4)
let fragment memory at = Octets.get16 memory (at + 6)
let may_not_fragment memory at = fragment memory at land dont_fragment <> 0
let more_fragments memory at = fragment memory at land more <> 0
let fragment_offset memory at = 8 * (fragment memory at land 0x1fff)
let is_fragment memory at = fragment memory at land 0x3fff <> 0
let time_to_live memory at = Octets.get8 memory (at + 8)
let protocol memory at = Octets.get8 memory (at + 9)
let source memory at = Address.get4 memory (at + 12)
let destination memory at = Address.get4 memory (at + 16)

let check_sum memory at =
  let sum = Octets.sum memory ~at ~length:(header_length memory at) in
  if Checksum.is_right sum then Ok () else Error.bad_checksum layer ~offset:10 sum

let check memory ~at ~length =
  if length < header_bytes then Error.truncated layer ~offset:0 ~wanted:header_bytes ~left:length
  else
    let version = Octets.get8 memory at lsr 4 and header = header_length memory at in
    let total = total_length memory at in
    if version <> 4 then Error.bad_value layer ~offset:0 "version" version
    else if header < header_bytes then Error.bad_value layer ~offset:0 "header length" header
    else if total < header then Error.bad_value layer ~offset:2 "total length" total
    else if total > length then Error.truncated layer ~offset:2 ~wanted:total ~left:length
    else check_sum memory at

(* Options: 0 ends them, 1 is one byte, all others have a length; 131 and 137 are routes. *)
let rec is_routed memory ~from ~until =
  if from >= until then false
  else
    match Octets.get8 memory from with
    | 0 -> false
    | 1 -> is_routed memory ~from:(from + 1) ~until
    | 131 | 137 -> true
    | _ when from + 1 >= until -> true
    | _ ->
        let length = Octets.get8 memory (from + 1) in
        length < 2 || is_routed memory ~from:(from + length) ~until

let has_source_route memory at =
  is_routed memory ~from:(at + header_bytes) ~until:(at + header_length memory at)

let write memory at ~source ~destination ~protocol ~time_to_live ~identification ~fragment
    ~payload =
  Octets.set16 memory at 0x4500;
  Octets.set16 memory (at + 2) (header_bytes + payload);
  Octets.set16 memory (at + 4) identification;
  Octets.set16 memory (at + 6) fragment;
  Octets.set8 memory (at + 8) time_to_live;
  Octets.set8 memory (at + 9) protocol;
  Octets.set16 memory (at + 10) 0;
  Address.put source memory (at + 12);
  Address.put destination memory (at + 16);
  let sum = Octets.sum memory ~at ~length:header_bytes in
  Octets.set16 memory (at + 10) (Checksum.finish sum)
