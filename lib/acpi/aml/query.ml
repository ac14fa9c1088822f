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

let as_wanted wanted of_value machine path =
  let of_value value = Option.to_result (of_value value) ~none:(Unexpected { path; wanted; found =
    value }) in
  typed of_value machine path

let integer = as_wanted "an integer" (function Value.Integer n -> Some n | _ -> None)
let small = as_wanted "an integer of 62 bits" Value.to_int
let package = as_wanted "a package" (function Value.Package elements -> Some elements | _ -> None)

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

let pp_error ppf = function
  | Evaluation error -> Error.pp ppf error
  | Unexpected { path; wanted; found } ->
      Format.fprintf ppf "%a: wanted %s, found %a" Path.pp path wanted Value.pp found
  | Resources { path; error } -> Format.fprintf ppf "%a: %a" Path.pp path Resource.pp_error error
