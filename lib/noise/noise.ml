type t = {
  mutable last : int;  (** -1: none yet *)
  mutable run : int;  (** how often it came in a row *)
  mutable first : int;  (** of the window *)
  mutable seen : int;  (** bytes of the window *)
  mutable same : int;  (** those that are like the first *)
}

type failure =
  | Stuck of { byte : int; times : int }
  | Skewed of { byte : int; times : int; of_ : int }

let pp_failure ppf = function
  | Stuck { byte; times } -> Format.fprintf ppf "the byte 0x%02x came %d times in a row" byte times
  | Skewed { byte; times; of_ } ->
      Format.fprintf ppf "the byte 0x%02x came %d times among %d" byte times of_

let create () = { last = -1; run = 0; first = -1; seen = 0; same = 0 }

(* One bit of entropy in a byte, and a false alarm in 2{^20}: 1 + 20 / 1 in a row; and, of 512
   coins, one more than what comes up less often than that. *)
let longest_run = 21
let window = 512
let most_alike = 311

let repeats t byte =
  t.run <- (if byte = t.last then t.run + 1 else 1);
  t.last <- byte;
  t.run >= longest_run

let is_skewed t byte =
  if t.seen = 0 || t.seen = window then begin
    t.first <- byte;
    t.seen <- 0;
    t.same <- 0
  end;
  t.seen <- t.seen + 1;
  if byte = t.first then t.same <- t.same + 1;
  t.same >= most_alike

let check_byte t byte =
  if repeats t byte then Error (Stuck { byte; times = t.run })
  else if is_skewed t byte then Error (Skewed { byte; times = t.same; of_ = t.seen })
  else Ok ()

let check t bytes ~pos ~len =
  if pos < 0 || len < 0 || pos > Bytes.length bytes - len then invalid_arg "Noise.check";
  let rec from i =
    if i = pos + len then Ok ()
    else match check_byte t (Bytes.get_uint8 bytes i) with Ok () -> from (i + 1) | e -> e
  in
  from pos
