let rec fold sum = if sum > 0xffff then fold ((sum land 0xffff) + (sum lsr 16)) else sum
let finish sum = 0xffff lxor fold sum
let is_right sum = fold sum = 0xffff

let rec add_string string i sum =
  if i = String.length string then sum
  else add_string string (i + 2) (sum + String.get_uint16_be string i)

let pseudo ~source ~destination ~protocol ~length =
  let addresses = add_string (Address.to_octets destination) 0 0 in
  let sum = add_string (Address.to_octets source) 0 addresses in
  sum + protocol + (length lsr 16) + (length land 0xffff)

let update field ~was ~is = finish ((0xffff lxor field) + (0xffff lxor was) + is)
