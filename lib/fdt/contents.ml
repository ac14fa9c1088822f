open Bigarray

type t = (char, int8_unsigned_elt, c_layout) Array1.t

let length (t : t) = Array1.dim t
let byte (t : t) i = Char.code (Array1.get t i)

let u32 t i =
  (byte t i lsl 24) lor (byte t (i + 1) lsl 16) lor (byte t (i + 2) lsl 8) lor byte t (i + 3)

let string (t : t) offset size = String.init size (fun i -> Array1.get t (offset + i))

let rec nul (t : t) ~from ~stop =
  if from >= stop then None
  else if Array1.get t from = '\000' then Some from
  else nul t ~from:(from + 1) ~stop
