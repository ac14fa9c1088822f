(* Network interfaces that lie at random. *)
open Random_lies

let registers = [| 0x0000; 0x0008; 0x0018; 0x00c0; 0x4010; 0x5008; 0x5400; 0x5404 |]

let register input =
  let which = registers.(byte input mod Array.length registers) in
  let f = sometimes input (change input) in
  fun offset v -> if offset = which then f v else v

(* What is said to be sent, and a reset that was none, are believed. *)
let tell_e1000e input (l : E1000e_device.lies) =
  let which = byte input mod 9 and yes () = byte input land 1 = 0 in
  (match which with
  | 0 -> l.register <- register input
  | 1 -> l.length <- sometimes input (change input)
  | 2 -> l.status <- sometimes input (change input)
  | 3 -> l.is_sent <- sometimes input (change input)
  | 4 -> l.ahead <- byte input
  | 5 -> l.causes <- sometimes input (change input)
  | 6 -> l.resets <- yes ()
  | 7 -> l.lowers <- yes ()
  | _ -> l.answers <- yes ());
  not (List.mem which [ 0; 4; 6 ])

let () =
  let virtio input = Virtio_network.create ~merges:(byte input land 1 = 0) in
  let e1000e input name = E1000e_device.create ~messages:(5 * (byte input land 1)) name in
  Lying_network.fuzz "virtio network interface that lies" virtio tell;
  Lying_network.fuzz "e1000e network interface that lies" e1000e tell_e1000e;
  Check.finish ()
