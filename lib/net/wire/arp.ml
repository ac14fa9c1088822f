type operation = Request | Reply

let bytes = 28
let layer = "ARP"

(* Hardware type, protocol type, and the lengths of their addresses. *)
let expected = [| ("hardware type", 0, 1); ("protocol type", 2, 0x0800); ("length", 4, 0x0604) |]

let rec check_fields memory ~at i =
  if i = Array.length expected then Ok ()
  else
    let what, offset, wanted = expected.(i) in
    let value = Octets.get16 memory (at + offset) in
    if value <> wanted then Error.bad_value layer ~offset what value
    else check_fields memory ~at (i + 1)

let operation memory at =
  match Octets.get16 memory (at + 6) with
  | 1 -> Ok Request
  | 2 -> Ok Reply
  | value -> Error.bad_value layer ~offset:6 "operation" value

let check memory ~at ~length =
  if length < bytes then Error.truncated layer ~offset:0 ~wanted:bytes ~left:length
  else Result.bind (check_fields memory ~at 0) (fun () -> operation memory at)

let sender_mac memory at = Octets.to_string memory ~at:(at + 8) ~length:6
let sender memory at = Address.get4 memory (at + 14)
let target memory at = Address.get4 memory (at + 24)

let write memory at operation ~sender_mac ~sender ~target_mac ~target =
  Array.iter (fun (_, offset, value) -> Octets.set16 memory (at + offset) value) expected;
  Octets.set16 memory (at + 6) (match operation with Request -> 1 | Reply -> 2);
  Octets.blit_of_string sender_mac 0 memory (at + 8) 6;
  Address.put sender memory (at + 14);
  Octets.blit_of_string target_mac 0 memory (at + 18) 6;
  Address.put target memory (at + 24)
