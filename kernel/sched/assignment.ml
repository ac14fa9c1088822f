type t = (Kind.t * int list) list

let drivers_of cores = List.init ((cores + 3) / 4) Fun.id

let default ~cores : t =
  let all = List.init cores Fun.id in
  [ (Drivers, drivers_of cores); (Virtual, all); (Local, all) ]

let ( let* ) = Result.bind

let number ~cores text =
  match int_of_string_opt text with
  | Some n when n >= 0 && n < cores -> Ok n
  | Some n -> Error (Printf.sprintf "there is no core %d; there are %d" n cores)
  | None -> Error (Printf.sprintf "%S is no core's number" text)

let range ~cores text =
  match String.split_on_char '-' text with
  | [ one ] ->
      let* n = number ~cores one in
      Ok [ n ]
  | [ first; last ] ->
      let* first = number ~cores first in
      let* last = number ~cores last in
      if first <= last then Ok (List.init (last - first + 1) (fun i -> first + i))
      else Error (Printf.sprintf "%S runs backwards" text)
  | _ -> Error (Printf.sprintf "%S is no range of cores" text)

let parse ~cores text =
  if text = "" then Ok []
  else
    let add parsed part =
      let* before = parsed in
      let* more = range ~cores part in
      Ok (before @ more)
    in
    Result.map (List.sort_uniq compare) (List.fold_left add (Ok []) (String.split_on_char ',' text))

let option_name kind = "sched." ^ Kind.to_string kind

let of_options ~cores option =
  let choose chosen (kind, by_default) =
    let* before = chosen in
    match option (option_name kind) with
    | None -> Ok (before @ [ (kind, by_default) ])
    | Some text -> (
        match parse ~cores text with
        | Ok [] when kind = Kind.Drivers -> Error "sched.drivers: the drivers need a core"
        | Ok list -> Ok (before @ [ (kind, list) ])
        | Error why -> Error (Printf.sprintf "%s=%s: %s" (option_name kind) text why))
  in
  List.fold_left choose (Ok []) (default ~cores)

let kinds_of (t : t) core =
  List.filter_map (fun (kind, cores) -> if List.mem core cores then Some kind else None) t
