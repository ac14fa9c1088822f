open Drivers
open Random_lies

type 'lies t = {
  hardware : Hardware.t;
  driver : Driver.t;
  lies : 'lies;
  be_honest : unit -> unit;
  trespasses : unit -> string list;
}

let that = Check.that

(* Names are for good, so each test has a device of its own. *)
let nr_devices = ref 0

let with_device make f =
  incr nr_devices;
  let net = make (Printf.sprintf "interface %d" !nr_devices) in
  let s = Supervisor.supervise net.hardware net.driver in
  f net s;
  Supervisor.stop s

let test make name f =
  Check.test name (fun () ->
      let messages = Host.messages () in
      Host.run (fun () ->
          with_device make (fun net s ->
              ignore (Supervisor.settled s);
              f net s;
              that "the driver had it reach its own memory alone" (net.trespasses () = [])));
      that "no message is left" (Host.messages () = messages);
      that "the line is free" (not (Host.Line.is_claimed 3)))

let find s = List.find_opt (fun n -> Network.device n = Supervisor.device s) (Network.all ())

(* ---- frames ---- *)

let text ~number ~length = String.init length (fun i -> Char.chr ((number + (i * 7)) land 255))

(* Whether it could be sent. *)
let send queue frame =
  let buffers = [| 0 |] and length = String.length frame in
  Network.take queue buffers ~most:1 = 1
  && begin
       let buffer = buffers.(0) and offset = Network.headroom in
       let at = Network.start queue buffer + offset in
       Hal.Dma.blit_of_bytes (Bytes.of_string frame) 0 (Network.memory queue) at length;
       Network.transmit queue [| Frame.make ~buffer ~offset ~length; 0 |] ~frames:1;
       true
     end

let text_of queue word =
  let at = Network.start queue (Frame.buffer word) + Frame.offset word in
  Hal.Dma.to_string (Network.memory queue) ~offset:at ~length:(Frame.length word)

(* All that comes, for as long as there is a driver. *)
let hear queue heard =
  let words = Array.make (64 * Frame.words) 0 in
  let rec next () =
    match Network.receive queue words with
    | 0 -> ()
    | n ->
        for i = 0 to n - 1 do
          Queue.push (text_of queue words.(Frame.words * i)) heard
        done;
        Network.release queue words ~frames:n;
        next ()
  in
  next ()

let listen net =
  let heard = Queue.create () and queue = (Network.queues net).(0) in
  let fiber = Sched.spawn ~kind:Local ~name:"hears" (fun () -> hear queue heard) in
  ignore (fiber : unit Picos.Computation.t);
  heard

let queue_of net = (Network.queues net).(0)

(* Sends it until it has come back. *)
let comes_back net heard frame =
  let has_come () = Queue.fold (fun found other -> found || other = frame) false heard in
  let rec try_again n =
    Queue.clear heard;
    that "it is sent" (send (queue_of net) frame);
    match Sched.Time.within ~ns:1_000_000_000 (fun () -> Host.until has_come) with
    | Ok () -> ()
    | Error `Time_is_up when n > 0 -> try_again (n - 1)
    | Error `Time_is_up -> failwith "a frame does not come back"
  in
  try_again 10

let lengths = [ 60; 61; 64; 1000; 1513; 1514 ]

let all_come_back net heard ~number =
  List.iter (fun length -> comes_back net heard (text ~number ~length)) lengths

(* ---- honest ---- *)

let honest _ s =
  that "it runs" (Supervisor.state s = Running);
  let net = Option.get (find s) in
  let heard = listen net in
  for number = 1 to 100 do
    all_come_back net heard ~number
  done;
  that "by one driver" ((Supervisor.history s).lives = 1);
  let counts = Network.counts net in
  that "none is lost" (counts.lost = 0 && counts.missed = 0);
  that "all are counted" (counts.sent = 600 && counts.received = 600)

let killed _ s =
  let net = Option.get (find s) in
  let heard = listen net in
  for number = 1 to 30 do
    for _ = 1 to number mod 7 do
      ignore (send (queue_of net) (text ~number:0 ~length:100) : bool)
    done;
    Supervisor.kill s;
    all_come_back net heard ~number
  done;
  that "by further drivers" ((Supervisor.history s).killed > 10)

(* ---- lies ---- *)

let rec send_until_failure s net =
  if Ends.reason s = "" then begin
    ignore (send (queue_of net) (text ~number:1 ~length:100) : bool);
    Sched.Time.sleep 1_000_000;
    send_until_failure s net
  end

let lie ?(at_start = false) ~says tell device s =
  let net = Option.get (find s) in
  let heard = listen net in
  tell device.lies;
  if at_start then Supervisor.kill s;
  let sender = Sched.spawn ~kind:Local ~name:"sends" (fun () -> send_until_failure s net) in
  Ends.await s ~be_honest:device.be_honest ~says;
  Ends.again s;
  Picos.Computation.await sender;
  all_come_back net heard ~number:3

let harmless tell device s =
  let net = Option.get (find s) in
  let heard = listen net in
  tell device.lies;
  for number = 1 to 100 do
    let sent =
      Sched.Time.within ~ns:1_000_000 (fun () -> send (queue_of net) (text ~number ~length:100))
    in
    ignore (sent : (bool, _) result)
  done;
  device.be_honest ();
  that "no driver ended" (Ends.reason s = "" && Supervisor.state s = Running);
  Ends.again s;
  all_come_back net heard ~number:3

(* ---- at random ---- *)

(* One that is not sent within a millisecond waits no longer: the device has all buffers. *)
let ask input net =
  let number = byte input and length = 60 + (5 * byte input) in
  let send () = ignore (send (queue_of net) (text ~number ~length) : bool) in
  ignore (Sched.Time.within ~ns:1_000_000 send : (unit, _) result)

let step input device s ~tell ~is_credible =
  if not (tell input device.lies) then is_credible := false;
  for _ = 1 to byte input land 15 do
    Option.iter (ask input) (find s)
  done;
  if byte input land 7 = 0 then Supervisor.kill s;
  ignore (Supervisor.settled s)

let run_one input ~tell device s =
  let is_credible = ref true in
  ignore (Supervisor.settled s);
  let net = Option.get (find s) in
  let heard = listen net in
  while not (is_over input) do
    step input device s ~tell ~is_credible
  done;
  device.be_honest ();
  Ends.again s;
  all_come_back net heard ~number:3;
  Supervisor.stop s;
  match device.trespasses () with
  | first :: _ when !is_credible -> failwith ("it reached what is not the driver's: " ^ first)
  | _ -> ()

let fuzz name make tell =
  Fuzz.run name Fuzz.noise () (fun bytes ->
      let input = of_bytes bytes in
      Ends.recorded (fun () -> Host.run (fun () -> with_device (make input) (run_one input ~tell))))
