type t = {
  input : int;
  output : int;
  control : int;
  local : int;
  line : int;
  characters : string;
  input_speed : int;
  output_speed : int;
}

let has flags flag = flags land flag <> 0

(* ---- flags ---- *)

let parmrk = 0o10
let istrip = 0o40
let inlcr = 0o100
let igncr = 0o200
let icrnl = 0o400
let iuclc = 0o1000
let ixon = 0o2000
let ixany = 0o4000
let ixoff = 0o10000
let iutf8 = 0o40000
let opost = 0o1
let olcuc = 0o2
let onlcr = 0o4
let ocrnl = 0o10
let onocr = 0o20
let onlret = 0o40
let tab_delay = 0o14000
let isig = 0o1
let icanon = 0o2
let echo = 0o10
let echoe = 0o20
let echok = 0o40
let echonl = 0o100
let noflsh = 0o200
let tostop = 0o400
let echoctl = 0o1000
let echoprt = 0o2000
let echoke = 0o4000
let iexten = 0o100000

(* B38400, 8 bits, receiver on. *)
let default_control = 0o17 lor 0o60 lor 0o200

(* ---- characters ---- *)

type character =
  | Interrupt
  | Quit
  | Erase
  | Kill
  | End_of_file
  | Time
  | Minimum
  | Start
  | Stop
  | Suspend
  | End_of_line
  | Reprint
  | Discard
  | Word_erase
  | Literal_next
  | End_of_line_2

let index = function
  | Interrupt -> 0
  | Quit -> 1
  | Erase -> 2
  | Kill -> 3
  | End_of_file -> 4
  | Time -> 5
  | Minimum -> 6
  | Start -> 8
  | Stop -> 9
  | Suspend -> 10
  | End_of_line -> 11
  | Reprint -> 12
  | Discard -> 13
  | Word_erase -> 14
  | Literal_next -> 15
  | End_of_line_2 -> 16

let nr_characters = 19
let character t which = t.characters.[index which]

let with_character t which c =
  let at = index which in
  { t with characters = String.mapi (fun i old -> if i = at then c else old) t.characters }

let default =
  {
    input = icrnl lor ixon;
    output = opost lor onlcr;
    control = default_control;
    local =
      isig lor icanon lor echo lor echoe lor echok lor echoctl lor echoke lor iexten;
    line = 0;
    (* ^C ^\ DEL ^U ^D; no time, one byte; ^Q ^S ^Z; ^R ^O ^W ^V *)
    characters =
      "\x03\x1c\x7f\x15\x04\x00\x01\x00\x11\x13\x1a\x00\x12\x0f\x17\x16\x00\x00\x00";
    input_speed = 38400;
    output_speed = 38400;
  }

(* ---- bytes ---- *)

type error = { size : int }

let pp_error ppf { size } =
  Format.fprintf ppf "a struct termios of %d bytes, which is neither 36 nor 44" size

let size = 36
let size2 = 44
let set bytes at word = Bytes.set_int32_le bytes at (Int32.of_int word)
let get bytes at = Int32.to_int (Bytes.get_int32_le bytes at) land 0xffff_ffff

let encode_into bytes t =
  List.iteri (fun i word -> set bytes (4 * i) word) [ t.input; t.output; t.control; t.local ];
  Bytes.set_uint8 bytes 16 (t.line land 0xff);
  Bytes.blit_string t.characters 0 bytes 17 nr_characters;
  bytes

let encode t = encode_into (Bytes.make size '\000') t

let encode2 t =
  let bytes = encode_into (Bytes.make size2 '\000') t in
  set bytes 36 t.input_speed;
  set bytes 40 t.output_speed;
  bytes

let decode_common t bytes =
  {
    t with
    input = get bytes 0;
    output = get bytes 4;
    control = get bytes 8;
    local = get bytes 12;
    line = Bytes.get_uint8 bytes 16;
    characters = Bytes.sub_string bytes 17 nr_characters;
  }

let decode t bytes =
  if Bytes.length bytes <> size then Error { size = Bytes.length bytes }
  else Ok (decode_common t bytes)

let decode2 bytes =
  if Bytes.length bytes <> size2 then Error { size = Bytes.length bytes }
  else
    let t = decode_common default bytes in
    Ok { t with input_speed = get bytes 36; output_speed = get bytes 40 }
