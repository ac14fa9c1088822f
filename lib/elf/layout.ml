type contents = File of { offset : int; zero_from : int option } | Zero
type part = { start : int; stop : int; access : Segment.access; contents : contents }
type t = { parts : part list; entry : int; headers : int; break : int }
type extent = { lowest : int; bytes : int; alignment : int }
type room = { first : int; limit : int }

let ( let* ) = Result.bind
let down page n = n land lnot (page - 1)
let up page n = down page (n + page - 1)
let end_of (l : Segment.load) = l.address + l.in_memory
let last_end loads = List.fold_left (fun stop load -> max stop (end_of load)) 0 loads

let extent (e : Executable.t) ~page_bytes =
  let lowest = down page_bytes (List.hd e.loads).address in
  let alignment =
    List.fold_left (fun a (l : Segment.load) -> max a l.alignment) page_bytes e.loads
  in
  { lowest; bytes = up page_bytes (last_end e.loads) - lowest; alignment }

let check_load (l : Segment.load) ~page ~room ~bias ~taken =
  let first = down page (l.address + bias) and stop = up page (end_of l + bias) in
  let fail problem = Error.fail ~offset:l.header problem in
  if l.in_file > 0 && (l.address - l.offset) land (page - 1) <> 0 then
    fail (Misaligned { address = l.address; in_file = l.offset })
  else if first < room.first || stop > room.limit then
    fail (Outside { what = "a segment"; address = l.address + bias })
  else if first < taken then fail (Overlap { address = l.address + bias })
  else Ok stop

(* The pages with bytes of the file, then those without. *)
let parts_of (l : Segment.load) ~page ~bias =
  let start = down page (l.address + bias) and stop = up page (end_of l + bias) in
  let file_end = l.address + bias + l.in_file in
  let file_stop = if l.in_file = 0 then start else up page file_end in
  let zero_from = if l.in_memory > l.in_file && file_end < file_stop then Some file_end else None in
  let offset = l.offset - (l.address land (page - 1)) in
  let part start stop contents = { start; stop; access = l.access; contents } in
  let of_file = part start file_stop (File { offset; zero_from }) in
  let zero = part file_stop stop Zero in
  List.filter (fun part -> part.start < part.stop) [ of_file; zero ]

let rec place loads ~page ~room ~bias ~taken =
  match loads with
  | [] -> Ok []
  | load :: rest ->
      let* taken = check_load load ~page ~room ~bias ~taken in
      let* others = place rest ~page ~room ~bias ~taken in
      Ok (parts_of load ~page ~bias @ others)

(* The table's address is that of the segment that has its first byte. *)
let headers_of (e : Executable.t) ~bias =
  let table = e.header.table in
  let holds (l : Segment.load) = l.offset <= table && table - l.offset < l.in_file in
  match List.find_opt holds e.loads with
  | Some l -> l.address + bias + (table - l.offset)
  | None -> 0

let make (e : Executable.t) ~page_bytes:page room ~bias =
  if bias < 0 || bias >= Number.limit || bias land (page - 1) <> 0 then
    invalid_arg "Elf.Layout.make: the bias";
  if bias <> 0 && e.header.kind = Fixed then invalid_arg "Elf.Layout.make: it has its place";
  let* parts = place e.loads ~page ~room ~bias ~taken:0 in
  let entry = e.header.entry + bias in
  if entry < room.first || entry >= room.limit then
    Error.fail ~offset:24 (Outside { what = "the entry"; address = entry })
  else
    Ok { parts; entry; headers = headers_of e ~bias; break = up page (last_end e.loads + bias) }
