type target = Line of int | Link of { path : Path.t; index : int }
type entry = { device : int; pin : int; target : target }
type model = Pic | Apic | Sapic | Platform of int

let ( let* ) = Result.bind
let below path segment = path @ [ segment ]

let number_of_model = function
  | Pic -> 0L
  | Apic -> 1L
  | Sapic -> 2L
  | Platform n -> Int64.of_int n

let set_model machine model =
  Query.call machine [ "_PIC" ] [ Value.Integer (number_of_model model) ]

(* ---- the table ---- *)

let target_of source index =
  match ((source : Value.t), index) with
  | Integer 0L, line -> Some (Line line)
  | Reference path, index -> Some (Link { path; index })
  | String text, index ->
      Option.map (fun path -> Link { path; index }) (Path.of_string text)
  | _ -> None

let entry path (value : Value.t) =
  let wrong () = Query.unexpected path ~wanted:"an entry of address, pin, source and index" value in
  match value with
  | Package [ address; pin; source; index ] -> (
      match (Value.to_int address, Value.to_int pin, Value.to_int index) with
      | Some address, Some pin, Some index when pin < 4 -> (
          match target_of source index with
          | Some target -> Ok { device = (address lsr 16) land 0xffff; pin; target }
          | None -> wrong ())
      | _ -> wrong ())
  | _ -> wrong ()

let table machine bridge =
  let path = below bridge "_PRT" in
  let* elements = Query.package machine path in
  match elements with
  | None -> Ok None
  | Some elements -> Result.map Option.some (Acpi.Part.map (entry path) elements)

let find entries ~device ~pin =
  let is_it entry = entry.device = device && entry.pin = pin in
  Option.map (fun entry -> entry.target) (List.find_opt is_it entries)

(* ---- link devices ---- *)

let interrupt_of : Resource.t -> Resource.interrupt option = function
  | Irq interrupt | Extended_irq { interrupt; _ } -> Some interrupt
  | _ -> None

let is_interrupt resource = interrupt_of resource <> None
let resources machine path = Result.map (Option.value ~default:[]) (Query.resources machine path)

let lines resource =
  match interrupt_of resource with Some interrupt -> interrupt.lines | None -> []

let current machine link ~index =
  let* all = resources machine (below link "_CRS") in
  match List.nth_opt (List.filter is_interrupt all) index with
  | Some resource when List.exists (fun line -> line <> 0) (lines resource) -> Ok (Some resource)
  | Some _ | None -> Ok None

let possible machine link =
  let* all = resources machine (below link "_PRS") in
  Ok (List.filter is_interrupt all)

let with_line (resource : Resource.t) line : Resource.t =
  match resource with
  | Irq interrupt -> Irq { interrupt with lines = [ line ] }
  | Extended_irq extended ->
      Extended_irq { extended with interrupt = { extended.interrupt with lines = [ line ] } }
  | other -> other

let set machine link resource line =
  match Resource.encode_interrupt (with_line resource line) with
  | Some template -> Query.call machine (below link "_SRS") [ Buffer template ]
  | None -> invalid_arg "Aml.Routing.set: no interrupt"

let one_line resource line = interrupt_of (with_line resource line)

let turn_on machine link =
  let* choices = possible machine link in
  match List.rev (List.concat_map (fun r -> List.map (fun line -> (r, line))
    (lines r)) choices) with
  | [] -> Ok None
  | (resource, line) :: _ ->
      let* () = set machine link resource line in
      Ok (one_line resource line)

let level_low = { Acpi.Interrupt_mode.polarity = Active_low; trigger = Level }

let interrupt machine = function
  | Line line ->
      Ok (Some { Resource.lines = [ line ]; mode = level_low; shared = true; wakes = false })
  | Link { path; index } -> (
      let* now = current machine path ~index in
      match Option.map (fun resource -> (resource, lines resource)) now with
      | Some (resource, line :: _) -> Ok (one_line resource line)
      | Some (_, []) | None -> turn_on machine path)

let pp_target ppf = function
  | Line line -> Format.fprintf ppf "GSI %d" line
  | Link { path; index } -> Format.fprintf ppf "%a[%d]" Path.pp path index

let pp ppf { device; pin; target } =
  Format.fprintf ppf "device %d INT%c: %a" device (Char.chr (Char.code 'A' + pin)) pp_target target
