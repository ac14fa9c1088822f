let header_bytes = 8
let echo_reply4 = 0
let unreachable4 = 3
let protocol_unreachable4 = 2
let port_unreachable4 = 3
let fragmentation_needed4 = 4
let echo4 = 8
let time_exceeded4 = 11
let unreachable6 = 1
let port_unreachable6 = 4
let packet_too_big6 = 2
let time_exceeded6 = 3
let parameter_problem6 = 4
let echo6 = 128
let echo_reply6 = 129
let router_solicitation = 133
let router_advertisement = 134
let neighbour_solicitation = 135
let neighbour_advertisement = 136

(* Of version 4: unreachable, quench, redirect, time exceeded, parameter problem. *)
let is_error ~version kind =
  if version = 6 then kind < 128 else kind = 3 || kind = 4 || kind = 5 || kind = 11 || kind = 12

let check_with pseudo memory ~at ~length =
  if length < header_bytes then Error.truncated "ICMP" ~offset:0 ~wanted:header_bytes ~left:length
  else
    let sum = Checksum.fold (pseudo + Octets.sum memory ~at ~length) in
    if Checksum.is_right sum then Ok () else Error.bad_checksum "ICMP" ~offset:2 sum

let pseudo ~source ~destination ~length =
  Checksum.pseudo ~source ~destination ~protocol:Ipv6.icmp ~length

let check4 memory ~at ~length = check_with 0 memory ~at ~length

let check6 memory ~at ~length ~source ~destination =
  check_with (pseudo ~source ~destination ~length) memory ~at ~length

let kind memory at = Octets.get8 memory at
let code memory at = Octets.get8 memory (at + 1)
let word memory at = Octets.get32 memory (at + 4)

let write memory at ~kind ~code ~word =
  Octets.set8 memory at kind;
  Octets.set8 memory (at + 1) code;
  Octets.set16 memory (at + 2) 0;
  Octets.set32 memory (at + 4) word

let finish_with pseudo memory at ~length =
  let sum = pseudo + Octets.sum memory ~at ~length in
  Octets.set16 memory (at + 2) (Checksum.finish sum)

let finish4 memory at ~length = finish_with 0 memory at ~length

let finish6 memory at ~length ~source ~destination =
  finish_with (pseudo ~source ~destination ~length) memory at ~length
