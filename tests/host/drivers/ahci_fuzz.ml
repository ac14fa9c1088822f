(* An AHCI adapter that lies at random. A command that is called finished is believed if the driver
   has it in work: no driver can know; and of how much a queued one moved nobody speaks. *)
open Random_lies

let registers =
  [| 0x00; 0x04; 0x08; 0x0c; 0x110; 0x114; 0x118; 0x120; 0x124; 0x128; 0x134; 0x138 |]

let register input =
  let which = registers.(byte input mod Array.length registers) in
  let f = sometimes input (change input) in
  (which, fun offset v -> if offset = which then f v else v)

(* What says that commands are finished, or that they no longer run. *)
let is_work offset = List.mem offset [ 0x04; 0x118; 0x134; 0x138 ]

(* The last two give a disk a queue, or take it. *)
let places = [| 49; 83; 85; 100; 101; 102; 103; 106; 117; 118; 169; 10; 75; 76 |]

let identity input ~has_queue =
  let nr = byte input land 7 in
  let nr_places = Array.length places - if has_queue then 0 else 2 in
  let word () = places.(byte input mod nr_places) in
  let changes = List.init nr (fun _ -> ((2 * word ()) + (byte input land 1), byte input)) in
  fun bytes -> List.iter (fun (at, value) -> Bytes.set_uint8 bytes at value) changes

let log input =
  let tag = byte input in
  fun bytes -> Bytes.set_uint8 bytes 0 tag

let tell_register input (l : Ahci_device.lies) =
  let which, lie = register input in
  l.register <- lie;
  not (is_work which)

let tell input ~has_queue (l : Ahci_device.lies) =
  let yes () = byte input land 1 = 0 in
  match byte input mod 11 with
  | 0 -> tell_register input l
  | 1 -> l.finished <- sometimes input (change input); false
  | 2 -> l.status <- (fun s -> sometimes input (change input) s land 0xff); true
  | 3 ->
      l.bytes <- sometimes input (change input);
      l.moves <- Fun.id;
      true
  | 4 ->
      l.moves <- sometimes input (change input);
      l.bytes <- Fun.id;
      not has_queue
  | 5 -> l.reasons <- sometimes input (change input); true
  | 6 -> l.identity <- identity input ~has_queue; true
  | 7 -> l.log <- log input; true
  | 8 -> l.resets <- yes (); false
  | 9 -> l.lowers <- yes (); true
  | _ -> l.answers <- yes (); true

let () =
  let fuzz ~has_queue name =
    let make input name = Ahci_device.create ~messages:(byte input land 1) ~has_queue name in
    Lying_disk.fuzz name make (tell ~has_queue)
  in
  fuzz ~has_queue:true "ahci disk with a queue that lies";
  fuzz ~has_queue:false "ahci disk without a queue that lies";
  Check.finish ()
