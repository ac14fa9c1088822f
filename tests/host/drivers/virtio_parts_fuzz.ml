(* Virtio devices other than disks that lie at random: the driver goes on or ends with a reason of
   its own, nobody waits for ever, and once the device is honest all is well again. *)
open Drivers
open Random_lies

let nr_devices = ref 0

(* One that is played: the device, its driver, what is asked of it, and whether it works. *)
type played = {
  device : Virtio_device.t;
  driver : Driver.t;
  ask : input -> unit;
  works : unit -> bool;
}

let ours device_of all device =
  List.find_opt (fun t -> device_of t = Virtio_device.name device) (all ())

let with_memory size f =
  let memory = Option.get (Hal.Physical.allocate size) in
  Fun.protect ~finally:(fun () -> Hal.Physical.release memory) (fun () -> f memory)

(* Once the device is honest: within a minute. *)
let comes_true f = match Host.until f with () -> true | exception Failure _ -> false

(* ---- each of them ---- *)

let rng name =
  let device = Virtio_parts.Rng.create name in
  let bytes () = Option.fold ~none:0 ~some:Entropy.bytes (ours Entropy.device Entropy.all device) in
  let ask _ = Sched.Time.sleep 61_000_000_000 in
  let works () =
    let before = bytes () in
    Sched.Time.sleep 61_000_000_000;
    bytes () > before
  in
  { device; driver = Virtio_rng.driver; ask; works }

let keyboard name =
  let t = Virtio_parts.Keyboard.create name in
  let device = Virtio_parts.Keyboard.device t in
  let send ~code = Virtio_parts.Keyboard.send t ~kind:1 ~code ~value:1 in
  let events () = Option.fold ~none:0 ~some:Input.events (ours Input.device Input.all device) in
  let light input code =
    Option.iter
      (fun i -> ignore (Input.send i { kind = Input.light; code; value = byte input }))
      (ours Input.device Input.all device)
  in
  let ask input =
    if byte input land 1 = 0 then light input (byte input) else ignore (send ~code:(word input))
  in
  let works () =
    let before = events () in
    comes_true (fun () -> send ~code:1) && comes_true (fun () -> events () > before)
  in
  { device; driver = Virtio_input.driver; ask; works }

let stream_of device number =
  List.nth_opt (List.filter (fun s -> Stream.device s = Virtio_device.name device) (Stream.all ()))
    number

let echoes stream text =
  Stream.write_all stream text
  &&
  let bytes = Bytes.create 1 in
  (* What came from before the lies ended may come first. *)
  let rec find at =
    at = String.length text
    || Stream.read stream bytes ~pos:0 ~len:1 = 1
       && find (if Bytes.get bytes 0 = text.[at] then at + 1 else 0)
  in
  find 0

let console ports name =
  let t = Virtio_parts.Console.create ?ports name in
  let device = Virtio_parts.Console.device t in
  let write input =
    Option.iter
      (fun s -> ignore (Stream.write s (Bytes.make (byte input) 'x') ~pos:0
        ~len:(byte input / 2) : int))
      (stream_of device (byte input land 1))
  in
  let guarded f = try f () with Invalid_argument _ -> () in
  let ask input =
    match byte input land 3 with
    | 0 when ports <> None -> Virtio_parts.Console.remove t (byte input)
    | 1 when ports <> None -> Virtio_parts.Console.add t (byte input)
    | _ -> guarded (fun () -> write input)
  in
  let works () =
    comes_true (fun () -> stream_of device 0 <> None)
    && comes_true (fun () -> Stream.is_connected (Option.get (stream_of device 0)))
    && echoes (Option.get (stream_of device 0)) "all is well"
  in
  { device; driver = Virtio_console.driver; ask; works }

let canvas_bytes = 4 * 64 * 48

let gpu name =
  let t = Virtio_parts.Gpu.create name in
  let device = Virtio_parts.Gpu.device t in
  let canvas = Option.get (Hal.Physical.allocate canvas_bytes) in
  let show () =
    match ours Display.device Display.all device with
    | Some d when Display.canvas_bytes (Display.mode d) <= canvas_bytes ->
        Display.attach d canvas;
        let mode = Display.mode d in
        Display.show d ~x:0 ~y:0 ~width:mode.width ~height:mode.height = Ok ()
    | Some _ | None -> false
  in
  let ask _ = ignore (show () : bool) in
  { device; driver = Virtio_gpu.driver; ask; works = show }

let nine name =
  let device = Virtio_parts.Nine.create ~tag:"tag" name in
  let exchange length =
    match ours Nine_p.device Nine_p.all device with
    | None -> false
    | Some server ->
        with_memory 4096 (fun memory ->
            Nine_p.exchange server ~request:{ memory; offset = 0; length }
              ~answer:{ memory; offset = 1024; length = 1024 }
            = Ok length)
  in
  let ask input = ignore (exchange (1 + byte input) : bool) in
  { device; driver = Virtio_9p.driver; ask; works = (fun () -> exchange 100) }

let kinds = [| rng; keyboard; console None; console (Some 2); gpu; nine |]

(* ---- *)

let demand what holds = if not holds then failwith what

let step input played s =
  ignore (tell input (Virtio_device.lies played.device) : bool);
  for _ = 1 to byte input land 7 do
    played.ask input
  done;
  if byte input land 7 = 0 then Supervisor.kill s;
  ignore (Supervisor.settled s)

let run_one input =
  incr nr_devices;
  let make = kinds.(byte input mod Array.length kinds) in
  let played = make (Printf.sprintf "device %d" !nr_devices) in
  let s = Supervisor.supervise (Virtio_device.hardware played.device) played.driver in
  ignore (Supervisor.settled s);
  while not (is_over input) do
    step input played s
  done;
  Virtio_device.be_honest played.device;
  Ends.again s;
  demand "it works again" (played.works ());
  Supervisor.stop s;
  demand "it reached what is not the driver's" (Virtio_device.trespasses played.device = [])

let try_out bytes = Ends.recorded (fun () -> Host.run (fun () -> run_one (of_bytes bytes)))

let () =
  Fuzz.run "virtio devices that lie" Fuzz.noise () try_out;
  Check.finish ()
