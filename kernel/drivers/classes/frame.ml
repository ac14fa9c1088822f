let words = 2

(* First word: 2 bits of kind, 16 of buffer, 17 of offset, 17 of length, marks. *)
let kind_bits = 2
let buffer_at = kind_bits
let offset_at = buffer_at + 16
let length_at = offset_at + 17
let marks_at = length_at + 17
let[@inline] field word ~at ~bits = (word lsr at) land ((1 lsl bits) - 1)
let[@inline] flag word at = word land (1 lsl at) <> 0

let[@inline] make ~buffer ~offset ~length =
  (buffer lsl buffer_at) lor (offset lsl offset_at) lor (length lsl length_at)

let[@inline] buffer word = field word ~at:buffer_at ~bits:16
let[@inline] offset word = field word ~at:offset_at ~bits:17
let[@inline] length word = field word ~at:length_at ~bits:17
let mark_more = 1 lsl marks_at
let mark_checked = 1 lsl (marks_at + 1)
let mark_dropped = 1 lsl (marks_at + 2)
let[@inline] has_more word = word land mark_more <> 0
let[@inline] is_checked word = word land mark_checked <> 0

(* Second word: start and offset of a checksum, size and header of segments, their protocol. *)
type protocol = Tcp4 | Tcp6

let checksum_mark = 61
let[@inline] checksum ~start ~offset = start lor (offset lsl 16) lor (1 lsl checksum_mark)
let number = function Tcp4 -> 1 | Tcp6 -> 2

let segments protocol ~size ~header =
  (size lsl 32) lor (header lsl 48) lor (number protocol lsl 58)

let without_segments word = word land (((1 lsl 32) - 1) lor (1 lsl checksum_mark))
let[@inline] has_checksum word = flag word checksum_mark
let[@inline] checksum_start word = field word ~at:0 ~bits:16
let[@inline] checksum_offset word = field word ~at:16 ~bits:16
let[@inline] segment_size word = field word ~at:32 ~bits:16
let[@inline] header_length word = field word ~at:48 ~bits:10

let protocol word =
  match field word ~at:58 ~bits:2 with 1 -> Some Tcp4 | 2 -> Some Tcp6 | _ -> None

module Item = struct
  type outbound = Send | Fill
  type inbound = Sent | Received | Link

  let[@inline] kind word = word land ((1 lsl kind_bits) - 1)
  let[@inline] outbound word = if kind word = 0 then Send else Fill
  let[@inline] fill ~buffer = 1 lor (buffer lsl buffer_at)

  let[@inline] inbound word =
    match kind word with 0 -> Some Sent | 1 -> Some Received | 2 -> Some Link | _ -> None

  let[@inline] sent ~buffer = buffer lsl buffer_at
  let dropped ~buffer = sent ~buffer lor mark_dropped
  let was_dropped word = word land mark_dropped <> 0
  let[@inline] received ~buffer ~offset ~length = 1 lor make ~buffer ~offset ~length
  let link ~up = 2 lor (Bool.to_int up lsl buffer_at)
  let link_is_up word = buffer word = 1
end
