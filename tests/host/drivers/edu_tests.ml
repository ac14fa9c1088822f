(* The driver of docs/tutorial-driver.md over a device that is played: honest, killed, and lying. *)
open Drivers

let that = Check.that

type device = {
  mutable number : int;
  mutable inverted : int;
  mutable status : int;
  mutable reasons : int;
  mutable lie : int -> int -> int;  (** of a register's offset and true value: what is read *)
  mutable answers : bool;
}

let honest _ value = value
let line = 3

let rec factorial n = if n < 2 then 1 else n * factorial (n - 1) land 0xffff_ffff

let compute t n =
  t.number <- factorial n;
  if t.answers then begin
    t.status <- t.status land lnot 1;
    if t.status land 0x80 <> 0 then begin
      t.reasons <- 1;
      Host.Line.set line true
    end
  end

(* A millisecond later. *)
let begin_computing t n =
  t.status <- t.status lor 1;
  let later () =
    Sched.Time.sleep 1_000_000;
    compute t n
  in
  ignore (Sched.spawn ~kind:Local ~name:"edu" later : unit Picos.Computation.t)

let read t ~bytes:_ offset =
  t.lie offset
    (match offset with
    | 0x00 -> 0x0100_00ed
    | 0x04 -> t.inverted
    | 0x08 -> t.number
    | 0x20 -> t.status
    | 0x24 -> t.reasons
    | _ -> 0)

let write t ~bytes:_ offset value =
  match offset with
  | 0x04 -> t.inverted <- value lxor 0xffff_ffff
  | 0x08 -> begin_computing t value
  | 0x20 -> t.status <- t.status land 1 lor (value land 0x80)
  | 0x64 ->
      t.reasons <- t.reasons land lnot value;
      Host.Line.set line (t.reasons <> 0)
  | _ -> ()

(* Names are for good. *)
let nr_devices = ref 0

let hardware t =
  incr nr_devices;
  Host.hardware (Printf.sprintf "edu device %d" !nr_devices) ~line
    ~windows:[ Hal.Registers.make ~length:0x1000 ~read:(read t) ~write:(write t) ]

let with_device f =
  let t = { number = 0; inverted = 0; status = 0; reasons = 0; lie = honest; answers = true } in
  let s = Supervisor.supervise (hardware t) Edu.driver in
  ignore (Supervisor.settled s);
  f t s;
  Supervisor.stop s;
  that "who asks is told" (Edu.factorial 3 = Error Gone)

let test name f = Check.test ("edu: " ^ name) (fun () -> Host.run (fun () -> with_device f))
let computes () = List.for_all (fun n -> Edu.factorial n = Ok (factorial n)) [ 0; 1; 5; 12; 20 ]

let lie ~says tell t s =
  tell t;
  Supervisor.kill s;
  let asked = Sched.spawn ~kind:Local ~name:"asks" computes in
  let be_honest () =
    t.lie <- honest;
    t.answers <- true;
    t.status <- 0;
    t.reasons <- 0;
    Host.Line.set line false
  in
  Ends.await s ~be_honest ~says;
  that "it is answered at last" (Picos.Computation.await asked)

let at offset value seen true_value = if seen = offset then value else true_value

let () =
  Supervisor.on_failure := (fun ~device:_ ~driver:_ _ -> ());
  test "it computes" (fun _ _ -> that "right" (computes ()));
  test "killed, it computes" (fun _ s ->
      for _ = 1 to 20 do
        let asked = Sched.spawn ~kind:Local ~name:"asks" computes in
        Supervisor.kill s;
        that "right" (Picos.Computation.await asked)
      done);
  test "another device" (lie ~says:"it says that it is 0xffffffff"
    (fun t -> t.lie <- at 0 0xffff_ffff));
  test "a register that keeps nothing"
    (lie ~says:"it inverts 0x12345678 to 0x0" (fun t -> t.lie <- at 4 0));
  test "no answer" (lie ~says:"it answers none of 1 requests" (fun t -> t.answers <- false));
  test "a line that stays up"
    (lie ~says:"it interrupts without end: 4096 times in..." (fun t ->
         t.lie <- at 0x24 0;
         Host.Line.set line true));
  Check.finish ()
