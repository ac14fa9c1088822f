let width = 8
let height = 16

type t = { pictures : string array; none : string }
type error = { line : int; problem : string }

let pp_error ppf e = Format.fprintf ppf "line %d: %s" e.line e.problem

(* ---- reading ---- *)

type name = Character of int | None_of_them

(* A picture that is being read: its next row. *)
type open_picture = { name : name; dots : Bytes.t; mutable row : int }

let fail line format = Printf.ksprintf (fun problem -> Error { line; problem }) format

let name_of = function
  | "none" -> Some None_of_them
  | text when String.length text = 1 && text.[0] > ' ' && text.[0] <= '~' ->
      Some (Character (Char.code text.[0]))
  | _ -> None

let begin_picture line text =
  match String.split_on_char ' ' text with
  | [ "="; name; row ] -> (
      match (name_of name, int_of_string_opt row) with
      | None, _ -> fail line "%s is no character" name
      | _, Some row when row >= 0 && row < height -> (
          match name_of name with
          | Some name -> Ok { name; dots = Bytes.make height '\000'; row }
          | None -> fail line "%s is no character" name)
      | _ -> fail line "%s is no row" row)
  | _ -> fail line "not `= CHARACTER ROW`"

let dot line sum i c =
  match (sum, c) with
  | Ok bits, '#' when i < width -> Ok (bits lor (0x80 lsr i))
  | Ok bits, '.' when i < width -> Ok bits
  | Ok _, ('#' | '.') -> fail line "more than %d dots" width
  | Ok _, c -> fail line "%C is neither # nor ." c
  | (Error _ as e), _ -> e

let dots line text =
  let rec from i sum =
    if i = String.length text then sum else from (i + 1) (dot line sum i text.[i])
  in
  from 0 (Ok 0)

let add_row line picture text =
  if text <> "" && picture.row >= height then fail line "more than %d rows" height
  else
    Result.map
      (fun bits ->
        if picture.row < height then Bytes.set_uint8 picture.dots picture.row bits;
        picture.row <- picture.row + 1)
      (dots line text)

let keep t picture =
  let picture_bytes = Bytes.to_string picture.dots in
  match picture.name with
  | None_of_them -> { t with none = picture_bytes }
  | Character code ->
      t.pictures.(code) <- picture_bytes;
      t

let is_heading text = String.length text > 1 && text.[0] = '=' && text.[1] = ' '

let rec read t current line = function
  | [] -> Ok (Option.fold ~none:t ~some:(keep t) current)
  | text :: rest when is_heading text -> (
      let t = Option.fold ~none:t ~some:(keep t) current in
      match begin_picture line text with
      | Ok picture -> read t (Some picture) (line + 1) rest
      | Error _ as e -> e)
  | text :: rest -> (
      match current with
      | None -> read t None (line + 1) rest
      | Some picture -> (
          match add_row line picture text with
          | Ok () -> read t current (line + 1) rest
          | Error _ as e -> e))

let blank = String.make height '\000'

let of_text text =
  read { pictures = Array.make 128 blank; none = blank } None 1 (String.split_on_char '\n' text)

let default =
  match of_text Font_text.text with
  | Ok t -> t
  | Error e -> failwith (Format.asprintf "font.txt: %a" pp_error e)

let picture t code = if code >= 0 && code < 128 then t.pictures.(code) else t.none
