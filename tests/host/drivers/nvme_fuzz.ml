(* An NVMe controller that lies at random. A command that is called done for another, or by an entry
   that is not new, is believed if the driver has it in work, and so is a reset that was none: no
   driver can know. *)
open Random_lies

let registers = [| 0x00; 0x04; 0x08; 0x14; 0x1c |]

let register input =
  let which = registers.(byte input mod Array.length registers) in
  let f = sometimes input (change input) in
  fun offset v -> if offset = which then f v else v

(* Some bytes of one page, most of them where something is said. *)
let places = [| 0; 1; 4; 8; 26; 77; 99; 128; 130; 131; 516; 520; 525; 2 |]

let identity input =
  let page = byte input mod 3 and nr = byte input land 7 in
  let at () = (places.(byte input mod Array.length places) + (byte input land 3)) land 4095 in
  let changes = List.init nr (fun _ -> (at (), byte input)) in
  fun ~what bytes ->
    if what = page then List.iter (fun (at, value) -> Bytes.set_uint8 bytes at value) changes

let tell input (l : Nvme_device.lies) =
  let which = byte input mod 11 in
  (match which with
  | 0 -> l.register <- register input
  | 1 -> l.command <- (fun id -> sometimes input (change input) id land 0xffff)
  | 2 -> l.queue <- (fun q -> sometimes input (change input) q land 0xffff)
  | 3 -> l.phase <- sometimes input (change input)
  | 4 -> l.status <- (fun s -> sometimes input (change input) s land 0x7ff)
  | 5 -> l.result <- sometimes input (change input)
  | 6 -> l.identity <- identity input
  | 7 -> l.repeats <- byte input land 1 = 0
  | 8 -> l.resets <- byte input land 1 = 0
  | 9 -> l.lowers <- byte input land 1 = 0
  | _ -> l.answers <- byte input land 1 = 0);
  not (List.mem which [ 1; 3; 7; 8 ])

let () =
  let make input name = Nvme_device.create ~messages:(5 * (byte input land 1)) name in
  Lying_disk.fuzz "nvme disk that lies" make tell;
  Check.finish ()
