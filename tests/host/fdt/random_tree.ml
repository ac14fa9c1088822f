open Flat

let int = Random.State.int
let list random most make = List.init (int random (most + 1)) (fun _ -> make random)
let letters = "abcdefghijklmnopqrstuvwxyz0123456789,._+-"
let letter random = String.make 1 letters.[int random (String.length letters)]
let word random = letter random ^ String.concat "" (list random 12 letter)

(* One of each name. *)
let unlike name_of items = List.sort_uniq (fun a b -> compare (name_of a) (name_of b)) items
let cell random = Int32.to_int (Random.State.bits32 random) land 0xffff_ffff
let byte random = String.make 1 (Char.chr (int random 256))

let value random =
  match int random 4 with
  | 0 -> ""
  | 1 -> texts (word random :: list random 3 word)
  | 2 -> cells (list random 8 cell)
  | _ -> String.concat "" (list random 20 byte)

let property random =
  let name = word random in
  ((if int random 4 = 0 then "#" ^ name else name), value random)

let node_name random =
  let name = word random in
  if Random.State.bool random then name else Printf.sprintf "%s@%x" name (int random 0x10000)

let rec node random name depth =
  let child random = node random (node_name random) (depth - 1) in
  let children = if depth = 0 then [] else list random 4 child in
  {
    name;
    properties = unlike fst (list random 6 property);
    children = unlike (fun child -> child.name) children;
  }

let make random = node random "" 3

let nops random tokens =
  let some token = List.init (max 0 (int random 8 - 5)) (fun _ -> nop) @ [ token ] in
  List.concat_map some tokens

(* A name's offset in a block that is filled with whole names and looked through for ends. *)
let offset_in strings name =
  let name = name ^ "\000" in
  let size = String.length name in
  let rec find at =
    if at + size > Buffer.length strings then None
    else if Buffer.sub strings at size = name then Some at
    else find (at + 1)
  in
  match find 0 with
  | Some at -> at
  | None ->
      Buffer.add_string strings name;
      Buffer.length strings - size

let blob random root =
  let strings = Buffer.create 256 in
  Buffer.add_string strings (word random);
  let one (name, value) = Flat.property (offset_in strings name) value in
  let rec tokens node =
    (begin_node node.name :: List.map one node.properties)
    @ List.concat_map tokens node.children
    @ [ end_node ]
  in
  let structure = nops random (tokens root @ [ end_ ]) in
  let reservations = list random 3 (fun random -> (1 + cell random, cell random)) in
  let blob = assemble ~reservations ~strings:(Buffer.contents strings) structure in
  blob ^ String.make (int random 64) '\255'
