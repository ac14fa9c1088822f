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
