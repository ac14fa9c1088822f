type error =
  | Evaluation of Error.t
  | Unexpected of { path : Path.t; wanted : string; found : Value.t }
  | Resources of { path : Path.t; error : Resource.error }

let ( let* ) = Result.bind
let unexpected path ~wanted found = Error (Unexpected { path; wanted; found })

let value ?arguments machine path =
  Result.map_error
    (fun error -> Evaluation error)
    (Machine.evaluate_if_present ?arguments machine path)

let typed of_value machine path =
  let* value = value machine path in
  match value with None -> Ok None | Some value -> Result.map Option.some (of_value value)

let integer machine path =
  let of_value = function
    | Value.Integer n -> Ok n
    | other -> unexpected path ~wanted:"an integer" other
  in
  typed of_value machine path

let small machine path =
  let of_value value =
    match Value.to_int value with
    | Some n -> Ok n
    | None -> unexpected path ~wanted:"an integer of 62 bits" value
  in
  typed of_value machine path

let package machine path =
  let of_value = function
    | Value.Package elements -> Ok elements
    | other -> unexpected path ~wanted:"a package" other
  in
  typed of_value machine path

let resources machine path =
  let of_value = function
    | Value.Buffer "" -> Ok []
    | Buffer bytes ->
        Result.map_error (fun error -> Resources { path; error }) (Resource.decode bytes)
    | other -> unexpected path ~wanted:"a resource template" other
  in
  typed of_value machine path

let call machine path arguments =
  Result.map (fun (_ : Value.t option) -> ()) (value ~arguments machine path)

let all f list =
  let rec go done_ = function
    | [] -> Ok (List.rev done_)
    | item :: rest ->
        let* item = f item in
        go (item :: done_) rest
  in
  go [] list

let pp_error ppf = function
  | Evaluation error -> Error.pp ppf error
  | Unexpected { path; wanted; found } ->
      Format.fprintf ppf "%a: wanted %s, found %a" Path.pp path wanted Value.pp found
  | Resources { path; error } -> Format.fprintf ppf "%a: %a" Path.pp path Resource.pp_error error
