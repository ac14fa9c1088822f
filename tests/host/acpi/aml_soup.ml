open Aml_code

(* What an opcode is followed by: v a value, t a target, s a super name, o an object, b, w, d bytes,
  n a new name. *)
let shapes =
  [|
    ("\x70", "vt"); ("\x71", "s"); ("\x72", "vvt"); ("\x73", "vvt"); ("\x74", "vvt"); ("\x75", "s");
    ("\x76", "s"); ("\x77", "vvt"); ("\x78", "vvtt"); ("\x79", "vvt"); ("\x7a", "vvt");
    ("\x7b", "vvt"); ("\x7c", "vvt"); ("\x7d", "vvt"); ("\x7e", "vvt"); ("\x7f", "vvt");
    ("\x80", "vt"); ("\x81", "vt"); ("\x82", "vt"); ("\x83", "v"); ("\x84", "vvt"); ("\x85", "vvt");
    ("\x86", "sv"); ("\x87", "s"); ("\x88", "vvt"); ("\x89", "vbvbvv"); ("\x8a", "vvn");
    ("\x8b", "vvn"); ("\x8c", "vvn"); ("\x8d", "vvn"); ("\x8f", "vvn"); ("\x8e", "s");
    ("\x90", "vv"); ("\x91", "vv"); ("\x92", "v"); ("\x93", "vv"); ("\x94", "vv"); ("\x95", "vv");
    ("\x96", "vt"); ("\x97", "vt"); ("\x98", "vt"); ("\x99", "vt"); ("\x9c", "vvt"); ("\x9d", "vt");
    ("\x9e", "vvvt"); ("\x5b\x12", "st"); ("\x5b\x13", "vvvn"); ("\x5b\x1f", "vvvvvv");
    ("\x5b\x20", "st"); ("\x5b\x21", "v"); ("\x5b\x22", "v"); ("\x5b\x23", "sw"); ("\x5b\x24", "s");
    ("\x5b\x25", "sv"); ("\x5b\x26", "s"); ("\x5b\x27", "s"); ("\x5b\x28", "vt");
      ("\x5b\x29", "vt");
    ("\x5b\x2a", "s"); ("\x5b\x30", ""); ("\x5b\x31", ""); ("\x5b\x32", "bdv"); ("\x5b\x33", "");
    ("\xa3", ""); ("\xa4", "v"); ("\xa5", ""); ("\x9f", ""); ("\xcc", ""); ("\x08", "nv");
    ("\x06", "on"); ("\x5b\x01", "nb"); ("\x5b\x02", "n"); ("\x5b\x80", "nbvv");
  |]

let objects =
  [| "INT_"; "INT_"; "INT_"; "STR_"; "STR_"; "BUF_"; "BUF_"; "PKG_"; "FLD0"; "FLD1"; "FLD2";
    "FLD3"; "BFLD"; "MTX_"; "EVT_"; "REG_";
     "DEV_"; "REF_"; "\\_SB_"; "\\INT_"; "^BUF_"; "PKG_" |]

let pick random array = array.(Random.State.int random (Array.length array))

let number random =
  match Random.State.int random 5 with
  | 0 -> "\x00"
  | 1 -> "\x01"
  | 2 -> "\xff"
  | 3 -> byte (Random.State.int random 256)
  | _ -> dword (Random.State.bits random)

let slot random = String.make 1 (Char.chr (0x60 + Random.State.int random 15))

let rec call random ~depth =
  let arity = Random.State.int random 4 in
  let arguments = List.init arity (fun _ -> value random ~depth) in
  Printf.sprintf "MTH%d" arity ^ String.concat "" arguments

and value random ~depth =
  let choice = if depth = 0 then Random.State.int random 3 else Random.State.int random 11 in
  match choice with
  | 0 -> number random
  | 1 -> slot random
  | 2 -> pick random objects
  | 3 -> text (String.make (Random.State.int random 5) '7')
  | 4 -> package "\x11" (number random ^ String.make (Random.State.int random 8) 'b')
  | 5 -> package "\x12" ("\x03" ^ value random ~depth:0 ^ value random ~depth:(depth - 1))
  | 6 -> call random ~depth:(depth - 1)
  | _ -> operation random ~depth:(depth - 1)

and super random ~depth =
  match Random.State.int random 5 with
  | 0 | 1 -> slot random
  | 2 -> "\x88" ^ value random ~depth ^ value random ~depth:0 ^ "\x00"
  | 3 -> "\x83" ^ value random ~depth
  | _ -> pick random objects

and operand random ~depth = function
  | 'v' -> value random ~depth
  | 't' -> if Random.State.bool random then "\x00" else super random ~depth
  | 's' -> super random ~depth
  | 'o' -> pick random objects
  | 'b' -> Bytes_of.u8 (Random.State.int random 6)
  | 'w' -> Bytes_of.u16 0xffff
  | 'd' -> Bytes_of.u32 0
  | _ -> Printf.sprintf "NEW%d" (Random.State.int random 4)

and operation random ~depth =
  let opcode, shape = pick random shapes in
  opcode ^ String.concat "" (List.map (operand random ~depth:(max 0 depth))
    (List.of_seq (String.to_seq shape)))

let rec statement random ~depth =
  match if depth = 0 then 9 else Random.State.int random 10 with
  | 0 -> package "\xa0" (value random ~depth:1 ^ statements random ~depth:(depth - 1))
  | 1 -> package "\xa2" (value random ~depth:1 ^ statements random ~depth:(depth - 1))
  | 2 -> package "\xa0" ("\x00" ^ "\xa3") ^ package "\xa1" (statements random ~depth:(depth - 1))
  | 3 -> scope "\\\x00" (statements random ~depth:(depth - 1))
  | _ -> operation random ~depth:3

and statements random ~depth =
  String.concat "" (List.init (1 + Random.State.int random 5) (fun _ -> statement random ~depth))

let fixed =
  let region name space = "\x5b\x80" ^ name ^ Bytes_of.u8 space ^ dword 0x100 ^ byte 0x20 in
  let field flags list = package "\x5b\x81" ("REG_" ^ Bytes_of.u8 flags ^ list) in
  String.concat ""
    [
      name "INT_" (byte 7); name "STR_" (text "12"); 
      name "BUF_" (package "\x11" (byte 16 ^ "\x01\x02"));
      name "PKG_"
        (package "\x12" ("\x05" ^ byte 1 ^ text "x" ^ "INT_" ^ package "\x12" "\x01\x01"));
      "\x5b\x01MTX_\x00"; "\x5b\x02EVT_"; region "REG_" 0; device "DEV_" (name "_ADR" "\x01");
      field 1 ("FLD0\x0c\x00\x04" ^ "FLDA\x08"); field 3 "FLDB\x20FLD1\x48\x05";
      package "\x5b\x86" "FLD0FLDA\x01FLD2\x10";
      package "\x5b\x87" ("REG_FLD0" ^ byte 3 ^ "\x01FLD3\x10");
      "\x8bBUF_\x01BFLD"; name "REF_" "\x00";
    ]

(* Locals and arguments begin with a value. *)
let beginning random =
  let store n =
    let value = if Random.State.bool random then number random else pick random objects in
    "\x70" ^ value ^ String.make 1 (Char.chr (0x60 + n))
  in
  String.concat "" (List.init 15 store)

let make () random =
  let method_ n =
    method_ ~arity:n (Printf.sprintf "MTH%d" n) [ beginning random; statements random ~depth:3 ]
  in
  fixed ^ String.concat "" (List.init 4 method_)
