(* e1000e's driver over a device that is played: honest, and lying in each way. *)
open Drivers

let by_line name = E1000e_device.create name
let by_messages name = E1000e_device.create ~messages:5 name
let at offset value seen true_value = if seen = offset then value else true_value

let lies : (string * bool * string * (E1000e_device.lies -> unit)) list =
  [
    ("more bytes than there is room for", false,
     "it says that it wrote 5000 bytes of a frame to a buffer of 1984",
      fun l -> l.length <- (fun _ -> 5000));
    ("all the bytes there can be", false,
     "it says that it wrote 65535 bytes of a frame to a buffer of 1984",
      fun l -> l.length <- (fun _ -> 0xffff));
    ("a frame of no bytes", false, "it says that it wrote 0 bytes of a frame to a buffer of 1984",
      fun l -> l.length <- (fun _ -> 0));
    ("a frame without an end", false,
     "it says that it wrote 100 bytes of a frame to a buffer of 1984",
      fun l -> l.status <- (fun _ -> 1));
    ("buffers that are done before they are used", false,
      "it says that it wrote 0 bytes of a frame to a buffer of 1984", fun l -> l.ahead <- 10);
    ("all buffers done at once", false,
     "it says that it wrote 0 bytes of a frame to a buffer of 1984",
      fun l -> l.ahead <- 1000);
    ("registers that are gone", true, "its reset takes more than a second",
      fun l -> l.register <- (fun _ _ -> 0xffff_ffff));
    ("a reset without end", true, "its reset takes more than a second", fun l -> l.resets <- false);
    ("no address", true, "it has no address", fun l -> l.register <- at 0x5404 0);
    ("an address of a group", true, "it has no address", fun l -> l.register <- at 0x5400 1);
  ]

let harmless : (string * (E1000e_device.lies -> unit)) list =
  [
    ("nothing is sent", fun l -> l.answers <- false);
    ("nothing is said to be sent", fun l -> l.is_sent <- (fun _ -> 0));
    ("no interrupt", fun l -> l.causes <- (fun _ -> 0));
    ("each cause at once", fun l -> l.causes <- (fun _ -> 0xffff_ffff));
    ("frames missed without number", fun l -> l.register <- at 0x4010 0xffff_ffff);
    ("a link that comes and goes",
      fun l ->
        let n = ref 0 in
        l.register <- (fun offset v -> if offset = 0x08 then (incr n; 2 * (!n land 1)) else v);
        l.causes <- (fun c -> c lor 0x100_0004));
  ]

let storm (net : E1000e_device.lies Lying_network.t) s =
  let tell (l : E1000e_device.lies) = l.lowers <- false in
  Lying_network.lie ~says:"it interrupts without end: 4096 times in..." tell net s

let both name f =
  Lying_network.test by_line ("e1000e, by line: " ^ name) f;
  Lying_network.test by_messages ("e1000e, by messages: " ^ name) f

let () =
  Supervisor.on_failure := (fun ~device:_ ~driver:_ _ -> ());
  both "what is sent comes back" Lying_network.honest;
  both "killed" Lying_network.killed;
  List.iter
    (fun (name, at_start, says, tell) -> both name (Lying_network.lie ~at_start ~says tell))
    lies;
  List.iter (fun (name, tell) -> both name (Lying_network.harmless tell)) harmless;
  Lying_network.test by_line "e1000e: a storm of interrupts" storm;
  Check.finish ()
