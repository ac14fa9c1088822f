type t = int

let none = 0
let readable = 0x041
let priority = 0x002
let writable = 0x104
let error = 0x008
let hangup = 0x010
let read_hangup = 0x2000
let always = error lor hangup
let union = ( lor )
let inter = ( land )
let is_empty t = t = 0
let all = readable lor priority lor writable lor always lor read_hangup
let of_bits bits = bits land all
