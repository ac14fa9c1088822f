let header_bytes = 14
let ipv4 = 0x0800
let arp = 0x0806
let ipv6 = 0x86dd

let check _ ~at:_ ~length =
  if length >= header_bytes then Ok ()
  else Error.truncated "Ethernet" ~offset:0 ~wanted:header_bytes ~left:length

let destination memory at = Octets.to_string memory ~at ~length:6
let source memory at = Octets.to_string memory ~at:(at + 6) ~length:6
let kind memory at = Octets.get16 memory (at + 12)

let write memory at ~source ~destination ~kind =
  Octets.blit_of_string destination 0 memory at 6;
  Octets.blit_of_string source 0 memory (at + 6) 6;
  Octets.set16 memory (at + 12) kind
