type t = {
  name : string;
  device : string;
  mutable title : string;
  events : int Atomic.t;
  port : Port.kernel option Atomic.t;
}

let name t = t.name
let device t = t.device
let title t = t.title
let events t = Atomic.get t.events
let statistics t = Option.map Port.statistics (Atomic.get t.port)

(* ---- events ---- *)

type event = { kind : int; code : int; value : int }

let synchronisation = 0
let key = 1
let light = 17
let words = 3

let of_words array at =
  { kind = array.(at); code = array.(at + 1); value = array.(at + 2) }

let to_words event array at =
  array.(at) <- event.kind;
  array.(at + 1) <- event.code;
  array.(at + 2) <- event.value

let listeners : (t -> event -> unit) list Atomic.t = Atomic.make []

let rec change list f =
  let seen = Atomic.get list in
  if not (Atomic.compare_and_set list seen (f seen)) then change list f

let listen f =
  change listeners (fun others -> others @ [ f ]);
  fun () -> change listeners (List.filter (fun other -> other != f))

let send t event =
  match Atomic.get t.port with
  | None -> false
  | Some port ->
      let item = Array.make words 0 in
      to_words event item 0;
      Port.send port item ~items:1 ~words = 1

(* ---- devices there are ---- *)

let devices : t list Atomic.t = Atomic.make []
let all () = List.rev (Atomic.get devices)

let rec create device =
  let others = Atomic.get devices in
  let name = Printf.sprintf "input%d" (List.length others) in
  let t =
    {
      name;
      device = Device.name device;
      title = "";
      events = Atomic.make 0;
      port = Atomic.make None;
    }
  in
  if Atomic.compare_and_set devices others (t :: others) then begin
    Device.when_gone device (fun () -> Atomic.set t.port None);
    t
  end
  else create device

let input device =
  match List.find_opt (fun t -> t.device = Device.name device) (Atomic.get devices) with
  | Some t -> t
  | None -> create device

(* ---- from the device to those who listen ---- *)

let capacity = 128

let tell t event =
  Atomic.incr t.events;
  List.iter (fun listener -> listener t event) (Atomic.get listeners)

let rec dispatch t port items =
  let n = Port.receive port items ~words in
  for i = 0 to n - 1 do
    tell t (of_words items (i * words))
  done;
  if n = 0 then Port.await port;
  dispatch t port items

let offer device ~title ~core bell =
  let t = input device in
  t.title <- title;
  let kernel, driver = Port.create ~name:t.name ~core ~capacity ~bell in
  Atomic.set t.port (Some kernel);
  Device.spawn device ~core "events" (fun () ->
      dispatch t kernel (Array.make (capacity * words) 0));
  driver
