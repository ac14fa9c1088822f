exception Hangs

let env name default =
  Option.value (Option.bind (Sys.getenv_opt name) int_of_string_opt) ~default

let seconds_on_one = 10

(* Whatever the target does, within ten seconds of processor time. *)
let bounded target input =
  let timer it_value = ignore (Unix.setitimer ITIMER_VIRTUAL { it_interval = 0.; it_value }) in
  Sys.set_signal Sys.sigvtalrm (Signal_handle (fun _ -> raise Hangs));
  timer (float_of_int seconds_on_one);
  Fun.protect ~finally:(fun () -> timer 0.) (fun () -> target input)

let try_one ~seed make corpus target n =
  let input = make corpus (Random.State.make [| seed; n |]) in
  match bounded target input with
  | () -> ()
  | exception exn ->
      let what = Printexc.to_string exn in
      Check.that (Printf.sprintf "%s; repeat it with SEED=%d ONLY=%d" what seed n) false

let run name make corpus target =
  let seed = env "SEED" 1 and only = env "ONLY" (-1) and inputs = env "INPUTS" 0 in
  let stop = Unix.gettimeofday () +. float_of_int (env "FUZZ" 2) in
  let goes_on n = if inputs > 0 then n < inputs else Unix.gettimeofday () < stop in
  let rec go n =
    try_one ~seed make corpus target n;
    if goes_on (n + 1) then go (n + 1) else n + 1
  in
  Check.test name (fun () ->
      if only >= 0 then try_one ~seed make corpus target only
      else Printf.printf "# %s: %d inputs, seed %d\n%!" name (go 0) seed)

(* Numbers at which lengths, counts and offsets go wrong. *)
let edges = [| 0; 1; 2; 0x7f; 0x80; 0xff; 0x7fff; 0xffff; 0x7fffffff; 0xffffffff; -1; max_int |]

let cut bytes from length =
  String.sub bytes 0 from ^ String.sub bytes (from + length) (String.length bytes - from - length)

let insert bytes at part =
  String.sub bytes 0 at ^ part ^ String.sub bytes at (String.length bytes - at)

let with_number random bytes at =
  let b = Bytes.of_string bytes and n = edges.(Random.State.int random (Array.length edges)) in
  let room = Bytes.length b - at in
  (match Random.State.int random 4 with
  | 1 when room >= 2 -> Bytes.set_uint16_le b at (n land 0xffff)
  | 2 when room >= 4 -> Bytes.set_int32_le b at (Int32.of_int n)
  | 3 when room >= 8 -> Bytes.set_int64_le b at (Int64.of_int n)
  | _ -> Bytes.set_uint8 b at (n land 0xff));
  Bytes.to_string b

let with_byte bytes at change =
  let b = Bytes.of_string bytes in
  Bytes.set_uint8 b at (change (Bytes.get_uint8 b at) land 0xff);
  Bytes.to_string b

let change random bytes =
  let length = String.length bytes in
  let at = Random.State.int random length in
  let run = Random.State.int random (min 64 (length - at)) in
  match Random.State.int random 7 with
  | 0 -> with_byte bytes at (fun c -> c lxor (1 lsl Random.State.int random 8))
  | 1 -> with_byte bytes at (fun _ -> Random.State.int random 256)
  | 2 -> with_byte bytes at (fun c -> c + Random.State.int random 5 - 2)
  | 3 -> with_number random bytes at
  | 4 -> cut bytes at run
  | 5 -> insert bytes (Random.State.int random (length + 1)) (String.sub bytes at run)
  | _ -> String.sub bytes 0 at

let splice random a b =
  String.sub a 0 (Random.State.int random (String.length a + 1))
  ^ (let from = Random.State.int random (String.length b + 1) in
     String.sub b from (String.length b - from))

let mutate corpus random =
  let pick () = corpus.(Random.State.int random (Array.length corpus)) in
  let start = if Random.State.int random 16 = 0 then splice random (pick ()) (pick ()) else pick
    () in
  let rec go n bytes = if n = 0 || bytes = "" then bytes else go (n - 1) (change random bytes) in
  go (1 + Random.State.int random 6) start

let noise () random =
  String.init (Random.State.int random 256) (fun _ -> Char.chr (Random.State.int random 256))
