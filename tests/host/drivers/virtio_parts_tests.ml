(* virtio's drivers of random bytes, keyboards, consoles, displays and 9P over devices that are
   played: honest, killed, and lying. *)
open Drivers

let that = Check.that
let device_name = ref ""
let nr_devices = ref 0
let failure = Ends.reason

(* Makes the device, supervises its driver, and calls the test with both. *)
let test name ~driver ~create ~device f =
  Check.test name (fun () ->
      let blocks = Host.memory_blocks () in
      Host.run (fun () ->
          incr nr_devices;
          device_name := Printf.sprintf "device %d" !nr_devices;
          let played = create !device_name in
          let s = Supervisor.supervise (Virtio_device.hardware (device played)) driver in
          ignore (Supervisor.settled s);
          Fun.protect ~finally:(fun () -> Supervisor.stop s) (fun () -> f played s);
          let trespasses = Virtio_device.trespasses (device played) in
          if trespasses <> [] then failwith (String.concat "; " trespasses));
      that "no memory is left" (Host.memory_blocks () = blocks);
      that "the line is free" (not (Host.Line.is_claimed 3)))

let ours device_of all = List.find (fun t -> device_of t = !device_name) (all ())
let until = Host.until

let restarted = Ends.again

(* The driver ends by itself, and says so; an honest device is driven again. *)
let ends_with device s ~says =
  Ends.await s ~be_honest:(fun () -> Virtio_device.be_honest device) ~says;
  restarted s

(* ---- random bytes ---- *)

let entropy () = ours Entropy.device Entropy.all

let rng ?fill name f =
  test name ~driver:Virtio_rng.driver ~create:(Virtio_parts.Rng.create ?fill) ~device:Fun.id f

let rng_tests () =
  rng "rng: its bytes go into the generator, once a minute, and once a life" (fun _ s ->
      let before = (Hal.Entropy.facts ()).added in
      let given () = (Hal.Entropy.facts ()).added - before in
      until (fun () -> Entropy.bytes (entropy ()) > 0);
      Sched.Time.sleep 61_000_000_000;
      that "after a minute" (Entropy.bytes (entropy ()) = 128);
      restarted s;
      until (fun () -> Entropy.bytes (entropy ()) = 192);
      that "all of it" (given () = 192 || given () = 128));
  rng "rng: bytes that are not random"
    ~fill:(fun n -> if n < 100 then 'x' else Char.chr (n * 167 land 255))
    (fun device s -> ends_with device s
      ~says:"it is not random: the byte 0x78 came 21 times in a row");
  let lies name says tell =
    rng name (fun device s ->
        tell (Virtio_device.lies device);
        Supervisor.kill s;
        ends_with device s ~says)
  in
  lies "rng: no bytes" "it gives 0 bytes for 64" (fun l -> l.used_length <- (fun _ -> 0));
  lies "rng: too many bytes" "it gives 65 bytes for 64"
    (fun l -> l.used_length <- (fun n -> n + 1));
  rng "rng: no answer" (fun device s ->
      (Virtio_device.lies device).answers <- false;
      restarted s;
      Sched.Time.sleep 121_000_000_000;
      ends_with device s ~says:"it gave less than 64 bytes in two minutes")

(* ---- keyboards ---- *)

let keyboard name f =
  let open Virtio_parts.Keyboard in
  test name ~driver:Virtio_input.driver ~create ~device f

let input () = ours Input.device Input.all

let heard f =
  let events = ref [] in
  let stop =
    Input.listen (fun input event -> if Input.device input = !device_name then
      events := event :: !events)
  in
  Fun.protect ~finally:stop (fun () -> f events)

let keyboard_tests () =
  keyboard "input: keys come in their order, also to a further driver" (fun t s ->
      heard (fun events ->
          let press code =
            until (fun () -> Virtio_parts.Keyboard.send t ~kind:1 ~code ~value:1);
            until (fun () -> match !events with (e : Input.event) :: _ -> e.code = code | [] ->
              false)
          in
          for code = 1 to 200 do
            press code;
            if code mod 50 = 0 then restarted s
          done;
          that "each once" (List.length !events = 200);
          that "its title" (Input.title (input ()) = "Played keyboard")));
  keyboard "input: a hundred at once" (fun t _ ->
      heard (fun events ->
          let sent = ref 0 in
          while !sent < 100 do
            if Virtio_parts.Keyboard.send t ~kind:1 ~code:!sent ~value:1 then incr sent
            else Picos.Fiber.yield ()
          done;
          until (fun () -> List.length !events = 100);
          that "in order" (List.rev_map (fun (e : Input.event) -> e.code) !events = List.init 100
            Fun.id)));
  keyboard "input: lights" (fun t _ ->
      that "sent" (Input.send (input ()) { kind = Input.light; code = 1; value = 1 });
      until (fun () -> Virtio_parts.Keyboard.lights t = [ (17, 1, 1) ]));
  keyboard "input: an event of seven bytes" (fun t s ->
      let device = Virtio_parts.Keyboard.device t in
      (Virtio_device.lies device).used_length <- (fun _ -> 7);
      until (fun () -> Virtio_parts.Keyboard.send t ~kind:1 ~code:1 ~value:1);
      ends_with device s ~says:"it gives an event of 7 bytes")

(* ---- consoles ---- *)

let console ?ports name f =
  let open Virtio_parts.Console in
  test name ~driver:Virtio_console.driver ~create:(create ?ports) ~device f

let streams () = List.filter (fun s -> Stream.device s = !device_name) (Stream.all ())

let read stream count =
  let bytes = Bytes.create count in
  let rec from pos =
    if pos < count then
      match Stream.read stream bytes ~pos ~len:(count - pos) with
      | 0 -> failwith "the stream has ended"
      | n -> from (pos + n)
  in
  from 0;
  Bytes.to_string bytes

let echoes stream text =
  that "it takes all" (Stream.write_all stream text);
  that "it comes back" (read stream (String.length text) = text)

let text n = String.init n (fun i -> Char.chr (32 + (i * 7 mod 95)))

let console_tests () =
  console "console: one port" (fun _ s ->
      let stream = List.hd (streams ()) in
      that "its title" (Stream.title stream = "console");
      echoes stream "hello";
      echoes stream (text 1000);
      restarted s;
      echoes stream (text 300));
  console ~ports:3 "console: several ports" (fun _ s ->
      until (fun () -> List.length (streams ()) = 3 && List.for_all Stream.is_connected
        (streams ()));
      that "titles" (List.map Stream.title (streams ()) = [ "port 0"; "port 1"; "port 2" ]);
      List.iter (fun stream -> echoes stream (Stream.name stream)) (streams ());
      restarted s;
      until (fun () -> List.for_all (fun s -> Stream.statistics s <> None) (streams ()));
      List.iter (fun stream -> echoes stream (text 100)) (streams ()));
  console ~ports:2 "console: a port goes, and comes again" (fun t _ ->
      until (fun () -> List.length (streams ()) = 2 && List.for_all Stream.is_connected
        (streams ()));
      let last = List.nth (streams ()) 1 in
      echoes last "before";
      Virtio_parts.Console.remove t 1;
      that "it ends for who reads" (Stream.read last (Bytes.create 1) ~pos:0 ~len:1 = 0);
      that "and for who writes" (not (Stream.write_all last "x"));
      echoes (List.hd (streams ())) "the other";
      Virtio_parts.Console.add t 1;
      until (fun () -> Stream.is_connected last);
      echoes last "after");
  console "console: gone" (fun _ s ->
      let stream = List.hd (streams ()) in
      let reader =
        Sched.spawn ~kind:Local ~name:"reader"
          (fun () -> Stream.read stream (Bytes.create 1) ~pos:0 ~len:1)
      in
      Picos.Fiber.yield ();
      Supervisor.stop s;
      that "who reads is told" (Picos.Computation.await reader = 0));
  console "console: more bytes than there is room for" (fun t s ->
      let device = Virtio_parts.Console.device t in
      (Virtio_device.lies device).used_length <- (fun _ -> 5000);
      that "written" (Stream.write_all (List.hd (streams ())) "x");
      ends_with device s ~says:"it put 5000 bytes in a buffer of 512");
  console ~ports:2 "console: a control message of three bytes" (fun t s ->
      let device = Virtio_parts.Console.device t in
      until (fun () -> List.length (streams ()) = 2 && List.for_all Stream.is_connected
        (streams ()));
      (Virtio_device.lies device).used_length <- (fun _ -> 3);
      Virtio_parts.Console.add t 1;
      ends_with device s ~says:"it sends a control message of 3 bytes")

(* ---- displays ---- *)

let gpu ?width ?height name f =
  let open Virtio_parts.Gpu in
  test name ~driver:Virtio_gpu.driver ~create:(create ?width ?height) ~device f

let with_canvas f =
  let display = ours Display.device Display.all in
  let memory = Option.get (Hal.Physical.allocate (Display.canvas_bytes (Display.mode display))) in
  Display.attach display memory;
  Fun.protect ~finally:(fun () -> Hal.Physical.release memory) (fun () -> f display memory)

let paint memory ~width ~height color =
  for n = 0 to (width * height) - 1 do
    Hal.Dma.set32 memory (4 * n) (color + n)
  done

let gpu_tests () =
  gpu ~width:64 ~height:48 "gpu: a part of the canvas is shown, and the whole to a further driver"
    (fun t s ->
      with_canvas (fun display memory ->
          that "its size" ((Display.mode display).width = 64 && (Display.mode display).height = 48);
          paint memory ~width:64 ~height:48 1000;
          that "shown" (Display.show display ~x:8 ~y:4 ~width:16 ~height:2 = Ok ());
          let dot x y = Virtio_parts.Gpu.dot t ~x ~y in
          that "within" (dot 8 4 = 1000 + (4 * 64) + 8 && dot 23 5 = 1000 + (5 * 64) + 23);
          that "not around" (dot 7 4 = -1 && dot 24 5 = -1 && dot 8 3 = -1 && dot 8 6 = -1);
          restarted s;
          that "shown again" (Display.show display ~x:0 ~y:0 ~width:64 ~height:48 = Ok ());
          that "all" (dot 0 0 = 1000 && dot 63 47 = 1000 + (64 * 48) - 1)));
  gpu "gpu: what is not within it" (fun _ _ ->
      with_canvas (fun display _ ->
          Check.raises "wide" (Invalid_argument "Display.show") (fun () ->
              Display.show display ~x:1 ~y:0 ~width:64 ~height:1)));
  gpu "gpu: a part that it refuses" (fun t s ->
      with_canvas (fun display _ ->
          that "shown" (Display.show display ~x:0 ~y:0 ~width:1 ~height:1 = Ok ());
          let lies = Virtio_device.lies (Virtio_parts.Gpu.device t) in
          lies.status <- (fun _ -> 0x1200);
          that "refused" (Display.show display ~x:0 ~y:0 ~width:1 ~height:1 = Error Failed);
          that "and goes on" (failure s = "");
          lies.status <- Fun.id;
          that "shown again" (Display.show display ~x:0 ~y:0 ~width:1 ~height:1 = Ok ())));
  let lies name says tell =
    gpu name (fun t s ->
        let device = Virtio_parts.Gpu.device t in
        tell (Virtio_device.lies device);
        Supervisor.kill s;
        ends_with device s ~says)
  in
  lies "gpu: no answer about its displays" "its displays: it answers 0x1200"
    (fun l -> l.status <- (fun _ -> 0x1200));
  lies "gpu: no resource" "a resource: it answers 0x1203" (fun l ->
      l.status <- (fun kind -> if kind = 0x1100 then 0x1203 else kind));
  lies "gpu: no answer" "it did not start within 10 s" (fun l -> l.answers <- false);
  gpu ~width:0 "gpu: a display without dots" (fun _ s ->
      until (fun () -> failure s <> "");
      that "it says so" (failure s = "it has a display of 0 by 48 dots"))

(* ---- 9P ---- *)

let nine name f =
  test name ~driver:Virtio_9p.driver ~create:(Virtio_parts.Nine.create ~tag:"a share")
    ~device:Fun.id f

let server () = ours Nine_p.device Nine_p.all

let with_memory f =
  let memory = Option.get (Hal.Physical.allocate 4096) in
  Fun.protect ~finally:(fun () -> Hal.Physical.release memory) (fun () -> f memory)

let exchange memory ~at ~length ~room =
  Nine_p.exchange (server ()) ~request:{ memory; offset = at; length }
    ~answer:{ memory; offset = at + 128; length = room }

let nine_tests () =
  nine "9p: messages and their answers" (fun _ s ->
      that "its tag" (Nine_p.tag (server ()) = "a share");
      with_memory (fun memory ->
          Hal.Dma.blit_of_bytes (Bytes.of_string "message") 0 memory 0 7;
          that "as long" (exchange memory ~at:0 ~length:7 ~room:64 = Ok 7);
          that "the same" (Hal.Dma.to_string memory ~offset:128 ~length:7 = "message");
          that "as much as there is room for" (exchange memory ~at:0 ~length:7 ~room:3 = Ok 3);
          restarted s;
          that "in another life" (exchange memory ~at:0 ~length:7 ~room:64 = Ok 7);
          that "which is known" (Nine_p.lives (server ()) = 2)));
  nine "9p: many at once" (fun _ _ ->
      let one n =
        Sched.spawn ~kind:Local ~name:"asks" (fun () ->
            with_memory (fun memory -> exchange memory ~at:0 ~length:(1 + (n mod 100))
              ~room:128 = Ok (1 + (n mod 100))))
      in
      that "all" (List.for_all Picos.Computation.await (List.init 300 one)));
  nine "9p: its driver ends meanwhile" (fun device s ->
      (Virtio_device.lies device).answers <- false;
      let asked =
        Sched.spawn ~kind:Local ~name:"asks"
          (fun () -> with_memory (exchange ~at:0 ~length:7 ~room:64))
      in
      until (fun () -> List.exists (fun (p : Port.statistics) -> p.outbound.popped = 1)
        (Nine_p.statistics (server ())));
      restarted s;
      (Virtio_device.lies device).answers <- true;
      that "it is told" (Picos.Computation.await asked = Error Nine_p.Interrupted));
  nine "9p: an answer that is too long" (fun device s ->
      (Virtio_device.lies device).used_length <- (fun _ -> 65);
      with_memory (fun memory -> that "it is told"
        (exchange memory ~at:0 ~length:7 ~room:64 = Error Interrupted));
      ends_with device s ~says:"it answers with 65 bytes where there is room for 64")

let () =
  Supervisor.on_failure := (fun ~device:_ ~driver:_ _ -> ());
  rng_tests ();
  keyboard_tests ();
  console_tests ();
  gpu_tests ();
  nine_tests ();
  Check.finish ()
