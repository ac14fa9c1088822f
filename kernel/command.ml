type t = { name : string; arguments : string; summary : string; run : string list -> int }

let say format =
  Printf.ksprintf
    (fun line ->
      print_string (line ^ "\n");
      flush stdout)
    format

let complain name format =
  Format.kasprintf
    (fun message ->
      Printf.printf "%s: %s\n%!" name message;
      1)
    format

let misused name arguments =
  Printf.printf "usage: %s\n%!" (String.trim (name ^ " " ^ arguments));
  2

(* One pass: [cut c] says whether an unquoted [c] separates, [keep] whether quotes and backslashes
   stay in the pieces. *)
let split ~cut ~keep text =
  let size = String.length text in
  let piece = Buffer.create 32 in
  let flush pieces started =
    if not started then pieces
    else begin
      let s = Buffer.contents piece in
      Buffer.clear piece;
      s :: pieces
    end
  in
  let add c = Buffer.add_char piece c in
  let rec plain i pieces started =
    if i = size then Ok (List.rev (flush pieces started))
    else
      match text.[i] with
      | ('\'' | '"') as q ->
          if keep then add q;
          quoted q (i + 1) pieces
      | '\\' when i + 1 = size -> Error "nothing follows the backslash"
      | '\\' ->
          if keep then add '\\';
          add text.[i + 1];
          plain (i + 2) pieces true
      | c when cut c -> plain (i + 1) (flush pieces started) false
      | c ->
          add c;
          plain (i + 1) pieces true
  and quoted q i pieces =
    if i = size then Error (Printf.sprintf "the quote %c is not closed" q)
    else if text.[i] = q then begin
      if keep then add q;
      plain (i + 1) pieces true
    end
    else begin
      add text.[i];
      quoted q (i + 1) pieces
    end
  in
  plain 0 [] false

let words = split ~cut:(fun c -> c = ' ' || c = '\t') ~keep:false
let lines = split ~cut:(fun c -> c = ';' || c = '\n') ~keep:true
