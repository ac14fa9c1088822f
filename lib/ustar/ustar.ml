type contents = (char, Bigarray.int8_unsigned_elt, Bigarray.c_layout) Bigarray.Array1.t
type kind = File of { offset : int; size : int } | Directory | Symlink of string
type entry = { path : string list; kind : kind; mode : int; modified : int }

type error =
  | Truncated of { offset : int; wanted : int }
  | Bad_checksum of { offset : int }
  | Bad_number of { offset : int; field : string }
  | Bad_path of { offset : int; path : string }
  | Unsupported of { offset : int; typeflag : char }

let pp_error ppf = function
  | Truncated { offset; wanted } ->
      Format.fprintf ppf "the archive ends where %d bytes should follow offset %d" wanted offset
  | Bad_checksum { offset } ->
      Format.fprintf ppf "the header at offset %d has a wrong checksum" offset
  | Bad_number { offset; field } ->
      Format.fprintf ppf "the header at offset %d has no number as its %s" offset field
  | Bad_path { offset; path } ->
      Format.fprintf ppf "the header at offset %d names the impossible path %S" offset path
  | Unsupported { offset; typeflag } ->
      Format.fprintf ppf "the entry at offset %d has the unsupported type %C" offset typeflag

let block = 512
let ( let* ) = Result.bind

let read contents ~offset ~size =
  if offset < 0 || size < 0 || offset > Bigarray.Array1.dim contents - size then
    invalid_arg "Ustar.read";
  String.init size (fun i -> Bigarray.Array1.unsafe_get contents (offset + i))

(* Fields of a header: name, offset, size (IEEE Std 1003.1, pax, ustar Header Block). *)
let field header at size =
  let text = String.sub header at size in
  match String.index_opt text '\000' with Some n -> String.sub text 0 n | None -> text

let number header ~offset ~field:name at size =
  let digits = String.trim (field header at size) in
  let is_octal = function '0' .. '7' -> true | _ -> false in
  if digits = "" then Ok 0
  else if String.length digits <= 12 && String.for_all is_octal digits then
    Ok (int_of_string ("0o" ^ digits))
  else Error (Bad_number { offset; field = name })

(* The sum of the header's bytes, its own field taken as spaces. *)
let checksum header =
  let sum = ref 0 in
  String.iteri
    (fun i c -> sum := !sum + if i >= 148 && i < 156 then Char.code ' ' else Char.code c)
    header;
  !sum

let path_of header ~offset =
  let name = field header 0 100 and prefix = field header 345 155 in
  let path = if prefix = "" then name else prefix ^ "/" ^ name in
  let names = List.filter (fun n -> n <> "" && n <> ".") (String.split_on_char '/' path) in
  if List.mem ".." names then Error (Bad_path { offset; path }) else Ok names

let is_zero header = String.for_all (fun c -> c = '\000') header

let parse header ~offset ~total =
  let* sum = number header ~offset ~field:"checksum" 148 8 in
  if sum <> checksum header then Error (Bad_checksum { offset })
  else
    let* mode = number header ~offset ~field:"mode" 100 8 in
    let* size = number header ~offset ~field:"size" 124 12 in
    let* modified = number header ~offset ~field:"time" 136 12 in
    let* path = path_of header ~offset in
    let start = offset + block in
    match header.[156] with
    | ('0' | '\000') when size > total - start ->
        Error (Truncated { offset = start; wanted = size })
    | '0' | '\000' -> Ok ({ path; kind = File { offset = start; size }; mode; modified }, size)
    | '5' -> Ok ({ path; kind = Directory; mode; modified }, 0)
    | '2' -> Ok ({ path; kind = Symlink (field header 157 100); mode; modified }, 0)
    | typeflag -> Error (Unsupported { offset; typeflag })

let entries contents =
  let total = Bigarray.Array1.dim contents in
  let rec go offset found =
    if offset = total then Ok (List.rev found)
    else if total - offset < block then Error (Truncated { offset; wanted = block })
    else
      let header = read contents ~offset ~size:block in
      if is_zero header then Ok (List.rev found)
      else
        let* entry, size = parse header ~offset ~total in
        let next = offset + block + ((size + block - 1) / block * block) in
        (* The archive's own root is no entry; a last file may lack its padding. *)
        go (min next total) (if entry.path = [] then found else entry :: found)
  in
  go 0 []
