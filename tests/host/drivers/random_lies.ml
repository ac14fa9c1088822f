type input = { bytes : string; mutable at : int }

let of_bytes bytes = { bytes; at = 0 }

let is_over input = input.at >= String.length input.bytes

let byte input =
  if is_over input then 0
  else begin
    input.at <- input.at + 1;
    Char.code input.bytes.[input.at - 1]
  end

let word input =
  match byte input land 7 with
  | 0 -> 0
  | 1 -> 1
  | 2 -> 0xffff_ffff
  | 3 -> 0x8000_0000
  | 4 | 5 -> byte input
  | 6 -> byte input lsl 8
  | _ -> byte input lsl 24

(* A change of what is true: once, each so many times, or always. *)
let sometimes input change =
  let each = 1 + (byte input land 15) and n = ref 0 in
  fun v ->
    incr n;
    if !n mod each = 0 then change v else v

let change input : int -> int =
  let w = word input in
  match byte input land 3 with
  | 0 -> fun _ -> w
  | 1 -> fun v -> v lxor w
  | 2 -> fun v -> (v + w) land 0xffff_ffff
  | _ -> fun v -> max 0 (v - 1)

let registers = [| 0x00; 0x04; 0x08; 0x10; 0x34; 0x60; 0x70; 0xfc; 0x100; 0x104; 0x114; 0x122 |]

let register input =
  let which = registers.(byte input mod Array.length registers) in
  let f = sometimes input (change input) in
  fun offset v -> if offset = which then f v else v

let tell input (l : Virtio_device.lies) =
  let which = byte input mod 8 in
  (match which with
  | 0 -> l.register <- register input
  | 1 -> l.used_head <- sometimes input (change input)
  | 2 -> l.used_length <- sometimes input (change input)
  | 3 -> l.used_index <- sometimes input (fun v -> change input v land 0xffff)
  | 4 -> l.status <- sometimes input (fun v -> change input v land 0xff)
  | 5 -> l.lowers <- byte input land 1 = 0
  | 6 -> l.answers <- byte input land 1 = 0
  | _ -> l.resets <- byte input land 1 = 0);
  not (List.mem which [ 1; 3; 7 ])
