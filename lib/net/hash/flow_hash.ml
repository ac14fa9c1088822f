type t = int array

let create random =
  Array.init 18 (fun _ -> (random () lsl 50) lxor (random () lsl 30) lxor random ())

let rec add t key address i sum =
  if i = String.length address then sum
  else
    let product = t.(key) * (String.get_uint16_be address i + 1) in
    add t (key + 1) address (i + 2) (sum + product)

let hash t ~local ~remote ~local_port ~remote_port =
  let local = Address.to_octets local and remote = Address.to_octets remote in
  let sum = (t.(16) * local_port) + (t.(17) * remote_port) in
  let sum = add t 0 local 0 sum in
  (add t 8 remote 0 sum land max_int) lsr 24
