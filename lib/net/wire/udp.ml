let header_bytes = 8
let layer = "UDP"
let source_port memory at = Octets.get16 memory at
let destination_port memory at = Octets.get16 memory (at + 2)
let length memory at = Octets.get16 memory (at + 4)
let pseudo ~source ~destination ~length =
  Checksum.pseudo ~source ~destination ~protocol:Ipv4.udp ~length

let check_sum memory ~at ~source ~destination =
  let length = length memory at in
  let sum = pseudo ~source ~destination ~length + Octets.sum memory ~at ~length in
  if Checksum.is_right sum then Ok () else Error.bad_checksum layer ~offset:6 (Checksum.fold sum)

let check memory ~at ~length:left ~source ~destination ~checked =
  if left < header_bytes then Error.truncated layer ~offset:0 ~wanted:header_bytes ~left
  else
    let wanted = length memory at in
    if wanted < header_bytes then Error.bad_value layer ~offset:4 "length" wanted
    else if wanted > left then Error.truncated layer ~offset:4 ~wanted ~left
    else if checked then Ok ()
    else if Octets.get16 memory (at + 6) <> 0 then check_sum memory ~at ~source ~destination
    else if Address.is_v4 source then Ok ()
    else Error.bad_value layer ~offset:6 "checksum" 0

(* A sum of 0 is sent as 0xffff: 0 says that there is none. *)
let write memory at ~source ~destination ~source_port ~destination_port ~payload =
  let length = header_bytes + payload in
  Octets.set16 memory at source_port;
  Octets.set16 memory (at + 2) destination_port;
  Octets.set16 memory (at + 4) length;
  Octets.set16 memory (at + 6) 0;
  let sum = pseudo ~source ~destination ~length + Octets.sum memory ~at ~length in
  let sum = Checksum.finish sum in
  Octets.set16 memory (at + 6) (if sum = 0 then 0xffff else sum)
