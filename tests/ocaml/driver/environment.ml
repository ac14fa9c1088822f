module Map = Map.Make (String)

(* None: unset, which differs from never set. *)
type t = string option Map.t

let of_list list = Map.of_seq (Seq.map (fun (n, v) -> (n, Some v)) (List.to_seq list))

let rec expand env inside value =
  let out = Buffer.create (String.length value) in
  let value_of name =
    if List.mem name inside then failwith ("the variable " ^ name ^ " is defined by itself");
    match Map.find_opt name env with
    | Some (Some v) -> expand env (name :: inside) v
    | _ -> ""
  in
  Buffer.add_substitute out value_of value;
  Buffer.contents out

let find env name = Option.map (expand env [ name ]) (Option.join (Map.find_opt name env))
let get env name = Option.value (find env name) ~default:""

let split_words text =
  String.map (function '\t' | '\n' | '\r' -> ' ' | c -> c) text
  |> String.split_on_char ' '
  |> List.filter (( <> ) "")

let words env name = split_words (get env name)
let add name value env = Map.add name (Some value) env
let add_if_undefined name value env = if Map.mem name env then env else add name value env
let append name value env = add name (get env name ^ value) env
let unset name env = Map.add name None env

let is_exported name =
  String.for_all (function 'A' .. 'Z' | '0' .. '9' | '_' -> true | _ -> false) name

let exported env =
  let own = Map.filter (fun name value -> is_exported name && value <> None) env in
  let own = List.map (fun (name, _) -> (name, get env name)) (Map.bindings own) in
  if List.mem_assoc "OCAMLRUNPARAM" own then own
  else ("OCAMLRUNPARAM", get env "ocamlrunparam") :: own
