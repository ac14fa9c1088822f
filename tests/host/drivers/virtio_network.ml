open Virtio_device

let header_bytes = 12
let kind = 1

(* Feature bits: section 5.1.3. *)
let has_mac = 5
let merges_buffers = 15

(* ---- frames: section 5.1.6 ---- *)

let text_of t pieces =
  let piece { address; length; _ } =
    Hal.Dma.to_string (memory t address length) ~offset:0 ~length
  in
  let all = String.concat "" (List.map piece pieces) in
  String.sub all header_bytes (String.length all - header_bytes)

let header t ~merges =
  let b = Bytes.make header_bytes '\000' in
  if merges then Bytes.set_uint16_le b 10 ((lies t).status 1 land 0xffff);
  b

(* Where there is room to receive; else it is lost. *)
let receive t room frame ~merges =
  match Queue.take_opt room with
  | None -> ()
  | Some (head, { address; length; _ }) ->
      let all = Bytes.cat (header t ~merges) (Bytes.of_string frame) in
      let n = min length (Bytes.length all) in
      Hal.Dma.blit_of_bytes all 0 (memory t address length) 0 n;
      give_back t ~queue:0 head ~written:n

let work room ~merges t ~queue ~head pieces =
  match (queue, pieces) with
  | 0, piece :: _ ->
      Queue.push (head, piece) room;
      None
  | _ ->
      receive t room (text_of t pieces) ~merges;
      Some 0

(* ---- all ---- *)

let mac = "\x52\x54\x00\x12\x34\x56"

let config ~bytes offset =
  let byte i = if offset + i < 6 then Char.code mac.[offset + i] else 0 in
  List.fold_left (fun sum i -> sum lor (byte i lsl (8 * i))) 0 (List.init bytes Fun.id)

let create ?(merges = true) name : lies Lying_network.t =
  let room = Queue.create () in
  let features = has_mac :: (if merges then [ merges_buffers ] else []) in
  let forget () = Queue.clear room in
  let device = create ~forget ~kind ~features ~config ~queues:2 ~work:(work room ~merges) name in
  {
    hardware = hardware device;
    driver = Drivers.Virtio_net.driver;
    lies = lies device;
    be_honest = (fun () -> be_honest device);
    trespasses = (fun () -> trespasses device);
  }
