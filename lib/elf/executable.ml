type t = {
  header : Header.t;
  loads : Segment.load list;
  interpreter : string option;
  executable_stack : bool;
}

type 'e failure = Bad of Error.t | Unread of 'e

let ( let* ) = Result.bind
let bad result = Result.map_error (fun e -> Bad e) result

(* PATH_MAX. *)
let path_limit = 4096

let truncated ~offset what ~wanted ~left =
  Error.fail ~offset (Truncated { what; wanted; left = max 0 left })

let within ~size ~at what ~offset ~length =
  if length > max 0 (size - offset) then
    truncated ~offset:at what ~wanted:length ~left:(size - offset)
  else Ok ()

(* Bytes that [what] takes, as the file says at [at]. *)
let fetched fetch ~size ~at what ~offset ~length =
  let* () = bad (within ~size ~at what ~offset ~length) in
  let* bytes = Result.map_error (fun e -> Unread e) (fetch ~offset ~length) in
  if String.length bytes >= length then Ok bytes
  else bad (truncated ~offset:at what ~wanted:length ~left:(String.length bytes))

let segments (header : Header.t) table =
  let rec from i found =
    if i = header.count then Ok (List.rev found)
    else
      let at = i * Header.segment_size in
      let bytes = String.sub table at Header.segment_size in
      let* segment = Segment.read ~base:(header.table + at) bytes in
      from (i + 1) (segment :: found)
  in
  from 0 []

let rec check_loads ~size = function
  | [] -> Ok ()
  | (load : Segment.load) :: rest ->
      let { Segment.header = at; offset; in_file = length; _ } = load in
      let* () = within ~size ~at "a segment" ~offset ~length in
      check_loads ~size rest

let loads_of (header : Header.t) ~size segments =
  let load = function Segment.Load l when l.in_memory > 0 -> Some l | _ -> None in
  let loads = List.filter_map load segments in
  let by_address (a : Segment.load) (b : Segment.load) = compare a.address b.address in
  if loads = [] then Error.fail ~offset:header.table Nothing_to_load
  else
    let* () = check_loads ~size loads in
    Ok (List.stable_sort by_address loads)

(* The first one counts, as in Linux. *)
let interpreter_of fetch ~size segments =
  let interpreter = function
    | Segment.Interpreter { header; offset; size } -> Some (header, offset, size)
    | _ -> None
  in
  match List.find_map interpreter segments with
  | None -> Ok None
  | Some (at, _, length) when length < 2 || length > path_limit ->
      bad (Error.fail ~offset:at (Bad_interpreter { size = length }))
  | Some (at, offset, length) ->
      let* path = fetched fetch ~size ~at "the interpreter's path" ~offset ~length in
      if path.[length - 1] <> '\000' then
        bad (Error.fail ~offset (Bad_interpreter { size = length }))
      else Ok (Some (String.sub path 0 (String.index path '\000')))

let executable_stack segments =
  List.exists (function Segment.Stack { executable } -> executable | _ -> false) segments

let read machine ~size fetch =
  let* first =
    fetched fetch ~size ~at:0 "the header" ~offset:0 ~length:(max 0 (min size Header.size))
  in
  let* header = bad (Header.read machine first) in
  let length = header.count * Header.segment_size in
  let what = "the program headers" in
  let* table = fetched fetch ~size ~at:32 what ~offset:header.table ~length in
  let* segments = bad (segments header table) in
  let* interpreter = interpreter_of fetch ~size segments in
  let* loads = bad (loads_of header ~size segments) in
  Ok { header; loads; interpreter; executable_stack = executable_stack segments }

let of_string machine file =
  let fetch ~offset ~length = Ok (String.sub file offset length) in
  match read machine ~size:(String.length file) fetch with
  | Ok executable -> Ok executable
  | Error (Bad error) -> Error error
  | Error (Unread (_ : unit)) -> assert false
