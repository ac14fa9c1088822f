module Dma = Hal.Dma

type t = {
  device : Device.t;
  receive : Virtqueue.t;
  transmit : Virtqueue.t;
  received : Dma.t;
  sent : Dma.t;
  to_send : (int * int * int) Queue.t;  (** port, event, value *)
  unused : int Queue.t;
}

let entries = 16
let header_bytes = 8
let piece_bytes = 128

let create virtio device ~receive ~transmit ~message =
  let receive = Virtqueue.create virtio device ~index:receive ~most:entries ~message in
  let transmit = Virtqueue.create virtio device ~index:transmit ~most:entries ~message in
  {
    device;
    receive;
    transmit;
    received = Device.memory device (entries * piece_bytes);
    sent = Device.memory device (entries * header_bytes);
    to_send = Queue.create ();
    unused = Queue.of_seq (Seq.init (min entries (Virtqueue.size transmit)) Fun.id);
  }

let offer_room t n =
  Virtqueue.describe t.receive n
    ~address:(Dma.address t.received + (n * piece_bytes))
    ~length:piece_bytes ~flags:Virtqueue.flag_write ~next:0;
  Virtqueue.offer t.receive n

let start t =
  for n = 0 to min entries (Virtqueue.size t.receive) - 1 do
    offer_room t n
  done;
  Virtqueue.publish t.receive

(* ---- what the device says ---- *)

type message =
  | Add of int
  | Remove of int
  | Connected of int * bool
  | Title of int * string
  | Other

let printable c = if c < ' ' || c > '~' then '?' else c

let text t at ~length =
  let offset = at + header_bytes and length = length - header_bytes in
  let bytes = Dma.to_string t.received ~offset ~length in
  String.map printable (List.hd (String.split_on_char '\000' bytes))

let decode t at ~length =
  let port = Dma.get32 t.received at and value = Dma.get16 t.received (at + 6) in
  match Dma.get16 t.received (at + 4) with
  | 1 -> Add port
  | 2 -> Remove port
  | 6 -> Connected (port, value <> 0)
  | 7 -> Title (port, text t at ~length)
  | _ -> Other

let take t =
  match Virtqueue.take t.receive with
  | -1 -> None
  | head ->
      let length = Virtqueue.taken_length t.receive in
      if length < header_bytes || length > piece_bytes then
        Device.fail t.device "it sends a control message of %d bytes" length;
      let message = decode t (head * piece_bytes) ~length in
      offer_room t head;
      Virtqueue.publish t.receive;
      Some message

(* ---- what we say ---- *)

let rec reclaim t =
  match Virtqueue.take t.transmit with
  | -1 -> ()
  | head ->
      Queue.push head t.unused;
      reclaim t

let put t n (port, event, value) =
  let at = n * header_bytes in
  Dma.set32 t.sent at port;
  Dma.set16 t.sent (at + 4) event;
  Dma.set16 t.sent (at + 6) value;
  Virtqueue.describe t.transmit n ~address:(Dma.address t.sent + at) ~length:header_bytes ~flags:0
    ~next:0;
  Virtqueue.offer t.transmit n

let rec send t =
  if not (Queue.is_empty t.to_send || Queue.is_empty t.unused) then begin
    put t (Queue.pop t.unused) (Queue.pop t.to_send);
    send t
  end

(* The device has a bounded number of ports, and so there is a bounded number of these. *)
let say t port event value =
  Queue.push (port, event, value) t.to_send;
  reclaim t;
  send t;
  Virtqueue.publish t.transmit

let ready t = say t 0 0 1
let port_ready t port is_ready = say t port 3 (Bool.to_int is_ready)
let port_open t port = say t port 6 1

let may_sleep t =
  reclaim t;
  send t;
  Virtqueue.publish t.transmit;
  Virtqueue.may_sleep t.receive ~after:1 && Virtqueue.may_sleep t.transmit ~after:1
