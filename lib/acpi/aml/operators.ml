open Object
open Context

(* Their operands, then where the result goes as well. *)

let into_target ctx target value =
  Store.store ctx.machine value target;
  Value value

let integer1 compute ctx =
  let a = Operand.integer ctx in
  let target = Operand.target ctx in
  into_target ctx target (integer ctx.machine (compute ctx.machine.width a))

let integer2 compute ctx =
  let a = Operand.integer ctx in
  let b = Operand.integer ctx in
  let target = Operand.target ctx in
  into_target ctx target (integer ctx.machine (compute a b))

let data1 compute ctx =
  let a = Operand.data ctx in
  let target = Operand.target ctx in
  into_target ctx target (compute ctx.machine a)

let data2 compute ctx =
  let a = Operand.data ctx in
  let b = Operand.data ctx in
  let target = Operand.target ctx in
  into_target ctx target (compute ctx.machine a b)

let logic1 compute ctx = Value (boolean ctx.machine (compute (Operand.integer ctx <> 0L)))

let logic2 compute ctx =
  let a = Operand.integer ctx <> 0L in
  let b = Operand.integer ctx <> 0L in
  Value (boolean ctx.machine (compute a b))

let comparison holds ctx =
  let a = Operand.data ctx in
  let b = Operand.data ctx in
  Value (boolean ctx.machine (holds (Compare.data ctx.machine a b)))

(* The remainder's target comes before the quotient's. *)
let divide ctx =
  let a = Operand.integer ctx in
  let b = Operand.integer ctx in
  let remainder_target = Operand.target ctx in
  let target = Operand.target ctx in
  let quotient = Integer.divide a b in
  Store.store ctx.machine (Integer (Integer.modulo a b)) remainder_target;
  into_target ctx target (Integer quotient)

let step_by n ctx =
  let reference = Operand.reference ctx in
  let value = Reference.data ctx.machine (Reference.dereference ctx.machine reference) in
  let sum = Int64.add (Convert.to_integer ctx.machine value) n in
  into_target ctx (Into reference) (integer ctx.machine sum)

let not_both a b = Int64.lognot (Int64.logand a b)
let neither a b = Int64.lognot (Int64.logor a b)

(* ---- strings and buffers ---- *)

let concatenate machine a b =
  match a with
  | Integer n ->
      let second = Integer (Convert.to_integer machine b) in
      buffer machine (Bytes.cat (Convert.to_bytes machine (Integer n))
        (Convert.to_bytes machine second))
  | String { bytes } -> string machine (Bytes.to_string bytes ^ Convert.to_string machine b)
  | Buffer { bytes } -> buffer machine (Bytes.cat bytes (Convert.to_bytes machine b))
  | other -> wrong_type ~wanted:"an integer, a string or a buffer" other

let clamp n ~most =
  if Int64.unsigned_compare n (Int64.of_int most) > 0 then most else Int64.to_int n

let mid ctx =
  let machine = ctx.machine in
  let source = Operand.data ctx in
  let index = Operand.integer ctx in
  let length = Operand.integer ctx in
  let target = Operand.target ctx in
  let cut bytes =
    let from = clamp index ~most:(Bytes.length bytes) in
    Bytes.sub bytes from (clamp length ~most:(Bytes.length bytes - from))
  in
  let part =
    match source with
    | String { bytes } -> string machine (Bytes.to_string (cut bytes))
    | other -> buffer machine (cut (Convert.to_bytes machine other))
  in
  into_target ctx target part

let to_string ctx =
  let source = Operand.data ctx in
  let length = Operand.integer ctx in
  let target = Operand.target ctx in
  into_target ctx target (Convert.text_of_buffer ctx.machine source ~length)

(* Resource templates without their end tags, and one for both with no checksum. *)
let concatenate_templates machine a b =
  let body template =
    let bytes = Convert.to_bytes machine template in
    match Template.end_tag (Bytes.to_string bytes) with
    | Some at -> Bytes.sub bytes 0 at
    | None -> Error.fail (Wrong_type { wanted = "a resource template"; found = "other bytes" })
  in
  buffer machine (Bytes.concat Bytes.empty [ body a; body b; Bytes.of_string "\x79\x00" ])

(* ---- what they are by ---- *)

let integer_terms =
  [
    (0x72, integer2 Int64.add);
    (0x74, integer2 Int64.sub);
    (0x77, integer2 Int64.mul);
    (0x78, divide);
    (0x79, integer2 Integer.shift_left);
    (0x7a, integer2 Integer.shift_right);
    (0x7b, integer2 Int64.logand);
    (0x7c, integer2 not_both);
    (0x7d, integer2 Int64.logor);
    (0x7e, integer2 neither);
    (0x7f, integer2 Int64.logxor);
    (0x85, integer2 Integer.modulo);
    (0x80, integer1 (fun _ n -> Int64.lognot n));
    (0x81, integer1 (fun _ n -> Integer.highest_bit n));
    (0x82, integer1 (fun _ n -> Integer.lowest_bit n));
    (0x5b28, integer1 (fun _ n -> Integer.from_bcd n));
    (0x5b29, integer1 Integer.to_bcd);
    (0x75, step_by 1L);
    (0x76, step_by (-1L));
  ]

let terms =
  integer_terms
  @ [
      (0x90, logic2 ( && ));
      (0x91, logic2 ( || ));
      (0x92, logic1 not);
      (0x93, comparison (fun difference -> difference = 0));
      (0x94, comparison (fun difference -> difference > 0));
      (0x95, comparison (fun difference -> difference < 0));
      (0x73, data2 concatenate);
      (0x84, data2 concatenate_templates);
      (0x96, data1 Convert.explicit_buffer);
      (0x97, data1 Convert.decimal_string);
      (0x98, data1 Convert.hex_string);
      (0x99, data1 Convert.explicit_integer);
      (0x9c, to_string);
      (0x9e, mid);
    ]
