type range = { start : int; stop : int }

type t = {
  pointer : int;
  bytes : string;
  arguments : range;
  environment : range;
  auxiliary : range;
}

type error =
  | String_too_long of { bytes : int; limit : int }
  | Too_large of { bytes : int; limit : int }

let pp_error ppf = function
  | String_too_long { bytes; limit } ->
      Format.fprintf ppf "a string of %d bytes: %d are the limit" bytes limit
  | Too_large { bytes; limit } ->
      Format.fprintf ppf "arguments and environment of %d bytes: %d are the limit" bytes limit

let ( let* ) = Result.bind
let kib = 1024
let string_limit = 128 * kib
let limit ~stack_bytes = max (128 * kib) (min (stack_bytes / 4) (6 * kib * kib))
let word = 8
let bytes_of string = String.length string + 1
let total strings = List.fold_left (fun sum string -> sum + bytes_of string) 0 strings
let down n = n land lnot 15

let check ~stack_bytes ~path ~arguments ~environment =
  let strings = path :: (arguments @ environment) in
  if List.exists (fun string -> String.contains string '\000') strings then
    invalid_arg "Elf.Stack_image.make: a NUL";
  let limit = limit ~stack_bytes in
  let bytes = total strings + (word * (List.length strings - 1)) in
  match List.find_opt (fun string -> bytes_of string > string_limit) strings with
  | Some string -> Error (String_too_long { bytes = bytes_of string; limit = string_limit })
  | None -> if bytes > limit then Error (Too_large { bytes; limit }) else Ok ()

(* Addresses of strings one behind the other, and where the last one ends. *)
let addresses strings ~from =
  let next (at, found) string = (at + bytes_of string, at :: found) in
  let stop, found = List.fold_left next (from, []) strings in
  (List.rev found, { start = from; stop })

type strings = {
  of_arguments : int list;
  of_environment : int list;
  at_arguments : range;
  at_environment : range;
  at : Auxiliary.addresses;
}

(* Everything that addresses point to, from the top down. *)
let place ~top ~path ~arguments ~environment (auxiliary : Auxiliary.t) =
  let path_at = top - word - bytes_of path in
  let start = path_at - total environment - total arguments in
  let of_arguments, at_arguments = addresses arguments ~from:start in
  let of_environment, at_environment = addresses environment ~from:at_arguments.stop in
  let platform_at = down start - down (15 + total (Option.to_list auxiliary.platform)) in
  let at = { Auxiliary.platform_at; random_at = platform_at - 16; path_at } in
  { of_arguments; of_environment; at_arguments; at_environment; at }

let write ~top ~pointer words placed ~path ~arguments ~environment (auxiliary : Auxiliary.t) =
  let image = Bytes.make (top - pointer) '\000' in
  let set i number = Bytes.set_int64_le image (i * word) (Int64.of_int number) in
  let put string address =
    Bytes.blit_string string 0 image (address - pointer) (String.length string)
  in
  List.iteri set words;
  List.iter2 put arguments placed.of_arguments;
  List.iter2 put environment placed.of_environment;
  put path placed.at.path_at;
  put auxiliary.random placed.at.random_at;
  Option.iter (fun platform -> put platform placed.at.platform_at) auxiliary.platform;
  Bytes.unsafe_to_string image

let make ~top ~stack_bytes ~path ~arguments ~environment (auxiliary : Auxiliary.t) =
  if top land 15 <> 0 then invalid_arg "Elf.Stack_image.make: the top";
  if String.length auxiliary.random <> 16 then invalid_arg "Elf.Stack_image.make: random bytes";
  let arguments = if arguments = [] then [ "" ] else arguments in
  let* () = check ~stack_bytes ~path ~arguments ~environment in
  let placed = place ~top ~path ~arguments ~environment auxiliary in
  let pairs = Auxiliary.entries auxiliary placed.at in
  let count = List.length arguments in
  let vectors = (count :: placed.of_arguments) @ (0 :: placed.of_environment) @ [ 0 ] in
  let words = vectors @ List.concat_map (fun (kind, value) -> [ kind; value ]) pairs in
  let pointer = down (placed.at.random_at - (word * List.length words)) in
  let bytes = write ~top ~pointer words placed ~path ~arguments ~environment auxiliary in
  let start = pointer + (word * List.length vectors) in
  let auxiliary = { start; stop = start + (2 * word * List.length pairs) } in
  let { at_arguments; at_environment; _ } = placed in
  Ok { pointer; bytes; arguments = at_arguments; environment = at_environment; auxiliary }
