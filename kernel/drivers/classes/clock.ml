type t = { name : string; device : string; requests : Requests.t }
type error = Failed | Unsupported | Gone

let name t = t.name
let device t = t.device

let pp_error ppf error =
  Format.pp_print_string ppf
    (match error with
    | Failed -> "the clock failed"
    | Unsupported -> "the clock cannot do that"
    | Gone -> "the clock has no driver any more")

(* ---- words ---- *)

(* A request: what is wanted in the first word, a time in the second. An answer: what became of it,
   and a time. Times are in microseconds, which 52 bits have room for. *)
let to_read = 0
let to_set = 1
let status_bits = 2
let ok = 0
let failed = 1
let unsupported = 2
let latest_us = (1 lsl 52) - 1
let answer (status, us) = (us lsl status_bits) lor status

let result : Requests.outcome -> (int, error) result = function
  | Answered bits when bits land 3 = ok -> Ok (bits lsr status_bits * 1000)
  | Answered bits when bits land 3 = unsupported -> Error Unsupported
  | Answered _ | Interrupted -> Error Failed
  | Gone -> Error Gone

let ask t operation us =
  let fill words =
    words.(0) <- operation lsl 8;
    words.(1) <- us;
    2
  in
  result (Requests.ask t.requests ~fill)

let read t = ask t to_read 0

let set t ns =
  let us = ns / 1000 in
  if us < 0 || us > latest_us then Error Unsupported else Result.map ignore (ask t to_set us)

(* ---- clocks there are ---- *)

let clocks : t list Atomic.t = Atomic.make []
let all () = List.rev (Atomic.get clocks)
let find name = List.find_opt (fun t -> t.name = name) (Atomic.get clocks)
let statistics t = Requests.ports t.requests

let rec create device =
  let others = Atomic.get clocks in
  let name = Printf.sprintf "clock%d" (List.length others) in
  let requests = Requests.create ~name ~queues:1 ~repeats:true in
  let t = { name; device = Device.name device; requests } in
  if Atomic.compare_and_set clocks others (t :: others) then begin
    Device.when_gone device (fun () -> Requests.close requests);
    t
  end
  else create device

let clock device =
  match List.find_opt (fun t -> t.device = Device.name device) (Atomic.get clocks) with
  | Some t -> t
  | None -> create device

(* ---- the driver's side ---- *)

type operations = {
  read : unit -> (int, string) result;
  set : (int -> (unit, string) result) option;
}

let complain device why =
  Printf.eprintf "%s: %s\n%!" (Device.name device) why;
  (failed, 0)

let of_read device = function
  | Ok ns when ns >= 0 && ns / 1000 <= latest_us -> (ok, ns / 1000)
  | Ok ns -> complain device (Printf.sprintf "it shows %d ns since 1970" ns)
  | Error why -> complain device why

let perform device operations words =
  match (words.(0) lsr 8, operations.set) with
  | 0, _ -> of_read device (operations.read ())
  | _, None -> (unsupported, 0)
  | _, Some set -> (
      match set (words.(1) * 1000) with Ok () -> (ok, 0) | Error why -> complain device why)

let offer device operations =
  let t = clock device in
  let core = (Device.cores device).(0) and bell = Sched.Bell.create "requests" in
  match Requests.serve t.requests device ~queues:[ (core, bell) ] with
  | [ port ] ->
      Server.serve device ~core bell port ~words:2 (fun words ->
          answer (perform device operations words))
  | _ -> assert false
