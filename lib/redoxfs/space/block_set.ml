type t = { bits : Bytes.t; blocks : int }

let create ~blocks = { bits = Bytes.make ((blocks + 7) / 8) '\000'; blocks }
let blocks t = t.blocks
let mem t i = Bytes.get_uint8 t.bits (i lsr 3) land (1 lsl (i land 7)) <> 0

let set t i =
  Bytes.set_uint8 t.bits (i lsr 3) (Bytes.get_uint8 t.bits (i lsr 3) lor (1 lsl (i land 7)))

let rec any wanted t i last = i < last && (mem t i = wanted || any wanted t (i + 1) last)
let all t ~index ~count = not (any false t index (index + count))
let overlaps t ~index ~count = any true t index (index + count)

let add t ~index ~count =
  let fresh = not (overlaps t ~index ~count) in
  for i = index to index + count - 1 do set t i done;
  fresh

let rec first wanted t i = if i < t.blocks && mem t i <> wanted then first wanted t (i + 1) else i

let fold_missing f t ~from start =
  let rec go from value =
    let index = first false t from in
    if index >= t.blocks then value
    else
      let last = first true t index in
      go last (f ~index ~count:(last - index) value)
  in
  go from start

let fold_only f t ~than start =
  let is_only i = mem t i && not (mem than i) in
  let rec last i = if i < t.blocks && is_only i then last (i + 1) else i in
  let rec go i value =
    if i >= t.blocks then value
    else if i land 7 = 0 && Bytes.get t.bits (i lsr 3) = '\000' then go (i + 8) value
    else if is_only i then
      let last = last i in
      go last (f ~index:i ~count:(last - i) value)
    else go (i + 1) value
  in
  go 0 start

let add_all t ~into =
  let add i byte =
    Bytes.set_uint8 into.bits i (Bytes.get_uint8 into.bits i lor Char.code byte)
  in
  Bytes.iteri add t.bits
