type registers = {
  seconds : int;
  minutes : int;
  hours : int;
  day : int;
  month : int;
  year : int;
  century : int;
  mode : int;
}

let at_seconds = 0
let at_minutes = 2
let at_hours = 4
let at_day = 7
let at_month = 8
let at_year = 9
let at_century = 0x32
let at_a = 10
let at_b = 11
let updating = 0x80
let halt = 0x80
let binary = 0x04
let hours_24 = 0x02
let afternoon = 0x80

(* ---- numbers ---- *)

let is_binary mode = mode land binary <> 0

(* -1 when the byte is no number. *)
let of_byte ~mode byte =
  if is_binary mode then byte
  else
    let tens = byte lsr 4 and ones = byte land 15 in
    if tens > 9 || ones > 9 then -1 else (10 * tens) + ones

let to_byte ~mode n = if is_binary mode then n else (n / 10 * 16) + (n mod 10)

(* ---- hours ---- *)

let hour_of ~mode byte =
  if mode land hours_24 <> 0 then of_byte ~mode byte
  else
    match of_byte ~mode (byte land lnot afternoon) with
    | n when n < 1 || n > 12 -> -1
    | n -> (n mod 12) + if byte land afternoon <> 0 then 12 else 0

let byte_of_hour ~mode hour =
  if mode land hours_24 <> 0 then to_byte ~mode hour
  else
    let n = match hour mod 12 with 0 -> 12 | n -> n in
    to_byte ~mode n lor if hour >= 12 then afternoon else 0

(* ---- dates ---- *)

let is_century n = n >= 19 && n <= 21

let year_of r =
  let year = of_byte ~mode:r.mode r.year and century = of_byte ~mode:r.mode r.century in
  if year < 0 || year > 99 then -1
  else if is_century century then (100 * century) + year
  else if year < 70 then 2000 + year
  else 1900 + year

let decode r =
  let number = of_byte ~mode:r.mode in
  let date : Date.t =
    {
      year = year_of r;
      month = number r.month;
      day = number r.day;
      hour = hour_of ~mode:r.mode r.hours;
      minute = number r.minutes;
      second = number r.seconds;
    }
  in
  if Date.is_valid date then Ok date
  else
    Error
      (Printf.sprintf "there is no date %02x-%02x-%02x %02x:%02x:%02x (mode %02x)" r.year r.month
         r.day r.hours r.minutes r.seconds r.mode)

let encode (date : Date.t) ~mode ~century =
  let byte = to_byte ~mode in
  let has_century = is_century (of_byte ~mode century) in
  {
    seconds = byte date.second;
    minutes = byte date.minute;
    hours = byte_of_hour ~mode date.hour;
    day = byte date.day;
    month = byte date.month;
    year = byte (date.year mod 100);
    century = (if has_century then byte (date.year / 100) else century);
    mode;
  }
