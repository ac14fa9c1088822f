type mode = {
  width : int;
  height : int;
  red_shift : int;
  green_shift : int;
  blue_shift : int;
}

type t = {
  name : string;
  device : string;
  mode : mode;
  requests : Requests.t;
  canvas : Hal.Dma.t option Atomic.t;
  lives : int Atomic.t;
}

let name t = t.name
let device t = t.device
let mode t = t.mode
let lives t = Atomic.get t.lives
let statistics t = Requests.ports t.requests
let dot_bytes = 4
let canvas_bytes mode = mode.width * mode.height * dot_bytes

let attach t memory =
  if Hal.Dma.length memory < canvas_bytes t.mode then invalid_arg "Display.attach";
  Atomic.set t.canvas (Some memory)

let canvas t =
  match Atomic.get t.canvas with
  | Some memory -> memory
  | None -> invalid_arg "Display: there is no canvas"

type error = Failed | Gone

let pp_error ppf error =
  Format.pp_print_string ppf
    (match error with
    | Failed -> "the display failed"
    | Gone -> "the display has no driver any more")

(* ---- requests ---- *)

type rectangle = { x : int; y : int; width : int; height : int }

let words = 3
let half = 31
let low word = word land ((1 lsl half) - 1)

let rectangle words =
  {
    x = low words.(1);
    y = words.(1) lsr half;
    width = low words.(2);
    height = words.(2) lsr half;
  }

let shown = 0
let not_shown = 1

let check t ~x ~y ~width ~height =
  let within from length whole = from >= 0 && length > 0 && from <= whole - length in
  if not (within x width t.mode.width && within y height t.mode.height) then
    invalid_arg "Display.show"

let show t ~x ~y ~width ~height =
  check t ~x ~y ~width ~height;
  ignore (canvas t : Hal.Dma.t);
  let fill words =
    words.(0) <- 0;
    words.(1) <- x lor (y lsl half);
    words.(2) <- width lor (height lsl half);
    3
  in
  match Requests.ask t.requests ~fill with
  | Answered bits when bits = shown -> Ok ()
  | Answered _ | Interrupted -> Error Failed
  | Gone -> Error Gone

(* ---- displays there are ---- *)

let displays : t list Atomic.t = Atomic.make []
let all () = List.rev (Atomic.get displays)
let listeners : (unit -> unit) list Atomic.t = Atomic.make []

let rec when_offered f =
  let seen = Atomic.get listeners in
  if not (Atomic.compare_and_set listeners seen (f :: seen)) then when_offered f

let rec create device mode =
  let others = Atomic.get displays in
  let name = Printf.sprintf "display%d" (List.length others) in
  let requests = Requests.create ~name ~queues:1 ~repeats:true in
  let t =
    {
      name;
      device = Device.name device;
      mode;
      requests;
      canvas = Atomic.make None;
      lives = Atomic.make 0;
    }
  in
  if Atomic.compare_and_set displays others (t :: others) then begin
    Device.when_gone device (fun () -> Requests.close requests);
    t
  end
  else create device mode

let display device mode =
  match List.find_opt (fun t -> t.device = Device.name device) (Atomic.get displays) with
  | Some t -> t
  | None -> create device mode

let offer device mode ~core bell =
  let t = display device mode in
  match Requests.serve t.requests device ~queues:[ (core, bell) ] with
  | [ port ] ->
      Atomic.incr t.lives;
      List.iter (fun tell -> tell ()) (Atomic.get listeners);
      (t, port)
  | _ -> assert false
