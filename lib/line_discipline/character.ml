let is_control c = c < ' ' || c = '\x7f'
let is_upper = function 'A' .. 'Z' | '\xc0' .. '\xd6' | '\xd8' .. '\xde' -> true | _ -> false

let is_lower = function
  | 'a' .. 'z' | '\xdf' .. '\xf6' | '\xf8' .. '\xff' -> true
  | _ -> false

let is_word c = is_upper c || is_lower c || (c >= '0' && c <= '9') || c = '_'
let shifted c by = Char.chr ((Char.code c + by) land 0xff)
let lower c = if is_upper c then shifted c 32 else c
let upper c = if is_lower c then shifted c (-32) else c
let continues ~utf8 c = utf8 && Char.code c land 0xc0 = 0x80
