type t = {
  name : string;
  device : string;
  number : int;
  mutable title : string;
  mutable connected : bool;
  incoming : Pipe.t;
  outgoing : Pipe.t;
  received : int Atomic.t;
  sent : int Atomic.t;
  port : Port.kernel option Atomic.t;
}

let name t = t.name
let device t = t.device
let title t = t.title
let set_title t title = t.title <- title
let is_connected t = t.connected
let set_connected t connected = t.connected <- connected
let statistics t = Option.map Port.statistics (Atomic.get t.port)

(* ---- for those who use it ---- *)

let read t bytes ~pos ~len = Pipe.take t.incoming bytes ~pos ~len
let write t bytes ~pos ~len = Pipe.put t.outgoing bytes ~pos ~len

let write_all t text =
  let bytes = Bytes.of_string text in
  let rec from pos =
    let len = Bytes.length bytes - pos in
    len = 0 || match write t bytes ~pos ~len with 0 -> false | n -> from (pos + n)
  in
  from 0

type counts = { received : int; sent : int }

let counts (t : t) = { received = Atomic.get t.received; sent = Atomic.get t.sent }

(* ---- streams there are ---- *)

let streams : t list Atomic.t = Atomic.make []
let all () = List.rev (Atomic.get streams)
let find name = List.find_opt (fun t -> t.name = name) (Atomic.get streams)
let buffered = 16384

let withdraw t =
  t.connected <- false;
  Atomic.set t.port None;
  Pipe.close t.incoming;
  Pipe.close t.outgoing

let rec create device ~number =
  let others = Atomic.get streams in
  let name = Printf.sprintf "stream%d" (List.length others) in
  let t =
    {
      name;
      device = Device.name device;
      number;
      title = "";
      connected = false;
      incoming = Pipe.create ~name ~capacity:buffered;
      outgoing = Pipe.create ~name ~capacity:buffered;
      received = Atomic.make 0;
      sent = Atomic.make 0;
      port = Atomic.make None;
    }
  in
  if Atomic.compare_and_set streams others (t :: others) then begin
    Device.when_gone device (fun () -> withdraw t);
    t
  end
  else create device ~number

let stream device ~number =
  let is_it t = t.device = Device.name device && t.number = number in
  match List.find_opt is_it (Atomic.get streams) with
  | Some t ->
      Pipe.open_ t.incoming;
      Pipe.open_ t.outgoing;
      t
  | None -> create device ~number

(* ---- between the pipes and the driver ---- *)

let rec put_all pipe bytes ~pos ~len =
  if len > 0 then
    match Pipe.put pipe bytes ~pos ~len with
    | 0 -> ()
    | n -> put_all pipe bytes ~pos:(pos + n) ~len:(len - n)

(* Who does not read has the driver's ring fill up, and so the device. *)
let rec receive (t : t) port bytes =
  (match Port.receive_bytes port bytes ~pos:0 with
  | 0 -> Port.await port
  | n ->
      ignore (Atomic.fetch_and_add t.received n);
      put_all t.incoming bytes ~pos:0 ~len:n);
  receive t port bytes

(* Bytes leave the pipe when the driver's ring has them. *)
let rec transmit (t : t) port bytes =
  let n = Pipe.peek t.outgoing bytes ~len:Port.bytes_max in
  if n > 0 then begin
    if Port.send_bytes port bytes ~pos:0 ~len:n then begin
      ignore (Atomic.fetch_and_add t.sent n);
      Pipe.drop t.outgoing n
    end
    else Port.await_room port;
    transmit t port bytes
  end

let capacity = 128

let offer device ~number ~core bell =
  let t = stream device ~number in
  let kernel, driver = Port.create ~name:t.name ~core ~capacity ~bell in
  Atomic.set t.port (Some kernel);
  (* Nothing is ever late: who does not read may take his time. *)
  let completed () = Atomic.get t.received + Atomic.get t.sent in
  Device.watch device (fun () -> { outstanding = 0; completed = completed () });
  let run suffix body = Device.spawn device ~core (t.name ^ suffix) body in
  run "/in" (fun () -> receive t kernel (Bytes.create Port.bytes_max));
  run "/out" (fun () -> transmit t kernel (Bytes.create Port.bytes_max));
  (t, driver)
