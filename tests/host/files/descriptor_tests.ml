(* Descriptors that several cores search for, while others close, open and replace them and the
   table grows. Number 0 stands for one file after another, each made later than the one before. *)
open Fs
open Structured

let that = Check.that
let domains = 3
let searchers = 3
let others = 2
let rounds = 5000
let limit = 200
let kept = 100

type File.what += Counted of int Atomic.t  (** how often it was closed *)

let closed (file : File.t) =
  match file.what with Counted closed -> Atomic.get closed | _ -> failwith "nobody's file"

let fresh () =
  let closed = Atomic.make 0 and node = Nameless.node Events in
  let close () = Atomic.incr closed in
  File.make ~what:(Counted closed)
    { read = true; write = true }
    { (Nameless.file node ~watch:(Watch.create ())) with close }

type state = {
  table : Descriptors.t;
  oldest : int Atomic.t;  (** the least [id] that a search may find that begins now *)
  ended : bool Atomic.t;
}

let only_from state (file : File.t) = Atomic.set state.oldest file.id

(* ---- from one file to the next ---- *)

let replace state _file next =
  that "replaced" (Descriptors.replace state.table 0 ~close_on_exec:false next = Ok ());
  only_from state next

let open_again state _file next =
  that "closed" (Descriptors.close state.table 0 = Ok ());
  only_from state next;
  that "number 0" (Descriptors.add state.table next = Ok 0)

(* It lives on under another number, for a while. *)
let keep state file next =
  File.hold file;
  that "another number" (Result.is_ok (Descriptors.add state.table ~from:kept file));
  open_again state file next;
  Descriptors.close_range state.table ~first:kept ~last:limit

let rec change state ways random file left =
  if left > 0 then begin
    let next = fresh () in
    ways.(Random.State.int random (Array.length ways)) state file next;
    if left mod 100 = 0 then Picos.Fiber.yield ();
    change state ways random next (left - 1)
  end

(* ---- meanwhile ---- *)

let check_found ~oldest (file : File.t) =
  that "not closed before the search began" (file.id >= oldest);
  that "open while it is held" (closed file = 0);
  that "held" (File.holders file > 0);
  File.release file

let rec search state ~always =
  for _ = 1 to 300 do
    let oldest = Atomic.get state.oldest in
    match Descriptors.find state.table 0 with
    | Ok file -> check_found ~oldest file
    | Error errno -> that "EBADF, between two files" (errno = EBADF && not always)
  done;
  Picos.Fiber.yield ();
  if not (Atomic.get state.ended) then search state ~always

(* Other numbers come and go, ever larger ones. *)
let rec use_others state random from =
  if not (Atomic.get state.ended) then begin
    let from = if from > kept - 10 then 1 else from + Random.State.int random 3 in
    (match Descriptors.add state.table ~from (fresh ()) with
    | Ok n when n < kept -> that "closed" (Descriptors.close state.table n = Ok ())
    | Ok _ | Error _ -> failwith "no such number");
    Picos.Fiber.yield ();
    use_others state random from
  end

let run ways ~always random =
  let before = File.count () and first = fresh () in
  let state =
    {
      table = Descriptors.create ~limit;
      oldest = Atomic.make first.id;
      ended = Atomic.make false;
    }
  in
  that "number 0" (Descriptors.add state.table first = Ok 0);
  Bundle.join_after (fun bundle ->
      for _ = 1 to searchers do
        Bundle.fork bundle (fun () -> search state ~always)
      done;
      for _ = 1 to others do
        let random = Random.State.split random in
        Bundle.fork bundle (fun () -> use_others state random 1)
      done;
      change state ways random first rounds;
      Atomic.set state.ended true);
  that "one is left" (Descriptors.numbers state.table = [ 0 ]);
  Descriptors.release state.table;
  that "each is closed" (File.count () = before)

let test seed name ways ~always =
  Check.test name (fun () ->
      for n = 1 to 20 do
        Pool_scheduler.run ~seed:(seed + n) ~domains (fun () ->
            run ways ~always (Random.State.make [| seed; n |]))
      done)

let () =
  let seed = Seed.get () in
  test seed "a number that is always open is always found" [| replace |] ~always:true;
  test seed "nothing is found that was closed before" [| open_again; keep |] ~always:false;
  test seed "opened, closed and replaced" [| replace; open_again; keep |] ~always:false;
  Check.finish ()
