type set = One | Two
type event = { key : int; pressed : bool }

(* [skip] bytes of a sequence that means one event are still to come. *)
type t = { set : set; mutable extended : bool; mutable released : bool; mutable skip : int }

let create set = { set; extended = false; released = false; skip = 0 }

(* ---- set 1: the numbers of the events are its own, but for the extended ones ---- *)

let extended_one = function
  | 0x1c -> 96 (* keypad Enter *)
  | 0x1d -> 97 (* right Control *)
  | 0x35 -> 98 (* keypad / *)
  | 0x37 -> 99 (* Print Screen *)
  | 0x38 -> 100 (* right Alt *)
  | 0x46 -> 119 (* Pause, with Control *)
  | n when n >= 0x47 && n <= 0x49 -> 102 + n - 0x47 (* Home, Up, Page Up *)
  | 0x4b -> 105 (* Left *)
  | 0x4d -> 106 (* Right *)
  | n when n >= 0x4f && n <= 0x53 -> 107 + n - 0x4f (* End, Down, Page Down, Insert, Delete *)
  | n when n >= 0x5b && n <= 0x5d -> 125 + n - 0x5b (* left and right Meta, Menu *)
  | _ -> 0

let plain_one = function
  | 0x54 -> 99
  | n when n >= 1 && n <= 0x58 && n <> 0x55 -> n
  | _ -> 0

(* ---- set 2 ---- *)

(* By code, from 0: 0 is no key. *)
let plain_two_table =
  [|
    0; 67; 0; 63; 61; 59; 60; 88; 0; 68; 66; 64; 62; 15; 41; 0;
    0; 56; 42; 0; 29; 16; 2; 0; 0; 0; 44; 31; 30; 17; 3; 0;
    0; 46; 45; 32; 18; 5; 4; 0; 0; 57; 47; 33; 20; 19; 6; 0;
    0; 49; 48; 35; 34; 21; 7; 0; 0; 0; 50; 36; 22; 8; 9; 0;
    0; 51; 37; 23; 24; 11; 10; 0; 0; 52; 53; 38; 39; 25; 12; 0;
    0; 0; 40; 0; 26; 13; 0; 0; 58; 54; 28; 27; 0; 43; 0; 0;
    0; 86; 0; 0; 0; 0; 14; 0; 0; 79; 0; 75; 71; 0; 0; 0;
    82; 83; 80; 76; 77; 72; 1; 69; 87; 78; 81; 74; 55; 73; 70; 0;
    0; 0; 0; 65; 99;
  |]

let plain_two n = if n < Array.length plain_two_table then plain_two_table.(n) else 0

let extended_two = function
  | 0x11 -> 100
  | 0x14 -> 97
  | 0x1f -> 125
  | 0x27 -> 126
  | 0x2f -> 127
  | 0x4a -> 98
  | 0x5a -> 96
  | 0x69 -> 107
  | 0x6b -> 105
  | 0x6c -> 102
  | 0x70 -> 110
  | 0x71 -> 111
  | 0x72 -> 108
  | 0x74 -> 106
  | 0x75 -> 103
  | 0x7a -> 109
  | 0x7c -> 99
  | 0x7d -> 104
  | 0x7e -> 119
  | _ -> 0

(* ---- the stream ---- *)

let pause = 119
let extension = 0xe0
let pause_extension = 0xe1
let release = 0xf0

(* Pause comes as one long sequence, and never is released. *)
let pause_rest = function One -> 5 | Two -> 7

let key t code =
  match (t.set, t.extended) with
  | One, false -> plain_one code
  | One, true -> extended_one code
  | Two, false -> plain_two code
  | Two, true -> extended_two code

let finish t code ~pressed =
  let key = key t code in
  t.extended <- false;
  t.released <- false;
  if key = 0 then None else Some { key; pressed }

let one t byte = finish t (byte land 0x7f) ~pressed:(byte land 0x80 = 0)

let two t byte =
  if byte = release then begin
    t.released <- true;
    None
  end
  else finish t byte ~pressed:(not t.released)

let feed t byte =
  if t.skip > 0 then begin
    t.skip <- t.skip - 1;
    None
  end
  else if byte = extension then begin
    t.extended <- true;
    None
  end
  else if byte = pause_extension then begin
    t.skip <- pause_rest t.set;
    Some { key = pause; pressed = true }
  end
  else match t.set with One -> one t byte | Two -> two t byte
