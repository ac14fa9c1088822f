(* ---- requests ---- *)

let ok = 0
let failed = 1
let unsupported = 2

(* Copies between the disk and the pieces; the bytes that were written to memory, and the status. *)
let rec transfer device contents ~at ~to_memory (pieces : Virtio_device.piece list) =
  match pieces with
  | [] -> (0, ok)
  | { length; _ } :: _ when at < 0 || at > Bytes.length contents - length -> (0, failed)
  | { address; length; _ } :: rest ->
      let dma = Virtio_device.memory device address length in
      if to_memory then Hal.Dma.blit_of_bytes contents at dma 0 length
      else Hal.Dma.blit_to_bytes dma 0 contents at length;
      let written, status = transfer device contents ~at:(at + length) ~to_memory rest in
      ((if to_memory then length + written else written), status)

let identity device (pieces : Virtio_device.piece list) =
  match pieces with
  | [ { address; length; is_written = true } ] ->
      let text = Bytes.make length '\000' and name = Virtio_device.name device in
      Bytes.blit_string name 0 text 0 (min length (String.length name));
      Hal.Dma.blit_of_bytes text 0 (Virtio_device.memory device address length) 0 length;
      (length, ok)
  | _ -> (0, failed)

let perform device contents header data =
  let kind = Hal.Dma.get32 (Virtio_device.memory device header 4) 0 in
  let sector = Hal.Dma.get64 (Virtio_device.memory device (header + 8) 8) 0 in
  match kind with
  | 0 -> transfer device contents ~at:(512 * sector) ~to_memory:true data
  | 1 -> transfer device contents ~at:(512 * sector) ~to_memory:false data
  | 4 -> (0, ok)
  | 8 -> identity device data
  | _ -> (0, unsupported)

(* What it wrote to the chain, its status included. *)
let work contents device ~queue:_ ~head:_ (pieces : Virtio_device.piece list) =
  match pieces with
  | { address = header; is_written = false; _ } :: (_ :: _ as rest) ->
      let reversed = List.rev rest in
      let status_at = (List.hd reversed).address in
      let written, status = perform device contents header (List.rev (List.tl reversed)) in
      let lies = Virtio_device.lies device in
      Hal.Dma.set8 (Virtio_device.memory device status_at 1) 0 (lies.status status);
      Some (written + 1)
  | _ -> Some 0

(* ---- all ---- *)

let kind = 2
let flush = 9

let create name : Virtio_device.lies Lying_disk.t =
  let contents = Bytes.make (512 * Lying_disk.sectors) '\000' in
  let config ~bytes:_ offset = if offset = 0 then Lying_disk.sectors else 0 in
  let device =
    Virtio_device.create ~kind ~features:[ flush ] ~config ~queues:1 ~work:(work contents) name
  in
  let lies = Virtio_device.lies device in
  {
    hardware = Virtio_device.hardware device;
    driver = Drivers.Virtio_blk.driver;
    lies;
    be_honest = (fun () -> Virtio_device.be_honest device);
    answers = (fun yes -> lies.answers <- yes);
    contents;
    trespasses = (fun () -> Virtio_device.trespasses device);
  }
