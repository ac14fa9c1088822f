type t = { year : int; month : int; day : int; hour : int; minute : int; second : int }

let is_leap year = year mod 4 = 0 && (year mod 100 <> 0 || year mod 400 = 0)

let days_of_month ~year = function
  | 2 -> if is_leap year then 29 else 28
  | 4 | 6 | 9 | 11 -> 30
  | _ -> 31

let within n ~from ~until = n >= from && n <= until

let is_valid t =
  within t.year ~from:1 ~until:9999
  && within t.month ~from:1 ~until:12
  && within t.day ~from:1 ~until:(days_of_month ~year:t.year t.month)
  && within t.hour ~from:0 ~until:23
  && within t.minute ~from:0 ~until:59
  && within t.second ~from:0 ~until:59

(* Years that begin in March end with the day that may be missing. 400 of them have as many days
   wherever they begin. *)
let days_of_cycle = 146_097

let floor_div a b = if a >= 0 then a / b else ((a + 1) / b) - 1

(* From the first of March to the first of this month, where March is 0. *)
let days_before_month m = ((153 * m) + 2) / 5

let days_before_year y = (y * 365) + (y / 4) - (y / 100) + (y / 400)

(* From the first of March of the year 0 to 1970-01-01. *)
let days_to_1970 = 719_468

let days t =
  let m = (t.month + 9) mod 12 and y = if t.month <= 2 then t.year - 1 else t.year in
  days_before_year y + days_before_month m + t.day - 1 - days_to_1970

let seconds_of_day = 86_400

let to_seconds t =
  (days t * seconds_of_day) + (t.hour * 3600) + (t.minute * 60) + t.second

(* The year of a cycle in which this day of the cycle is. *)
let year_of_cycle day =
  let without_leap_days = day - (day / 1460) + (day / 36_524) - (day / (days_of_cycle - 1)) in
  without_leap_days / 365

let of_seconds seconds =
  let days = floor_div seconds seconds_of_day in
  let rest = seconds - (days * seconds_of_day) and days = days + days_to_1970 in
  let cycle = floor_div days days_of_cycle in
  let day = days - (cycle * days_of_cycle) in
  let year = year_of_cycle day in
  let day = day - days_before_year year in
  let m = ((5 * day) + 2) / 153 in
  let month = if m < 10 then m + 3 else m - 9 in
  {
    year = (cycle * 400) + year + (if month <= 2 then 1 else 0);
    month;
    day = day - days_before_month m + 1;
    hour = rest / 3600;
    minute = rest / 60 mod 60;
    second = rest mod 60;
  }

let pp ppf t =
  Format.fprintf ppf "%04d-%02d-%02d %02d:%02d:%02d" t.year t.month t.day t.hour t.minute t.second
