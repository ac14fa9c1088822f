open Virtio_device

let no_config ~bytes:_ _ = 0

(* A number of so many bytes, of a text that goes on with zeroes. *)
let of_text text ~bytes offset =
  let byte i = if i < String.length text then Char.code text.[i] else 0 in
  let rec number i = if i = bytes then 0 else byte (offset + i) lor (number (i + 1) lsl 8) in
  number 0

let fill_piece device (piece : piece) f =
  let dma = memory device piece.address piece.length in
  for i = 0 to piece.length - 1 do
    Hal.Dma.set8 dma i (Char.code (f i))
  done

let text_of device (piece : piece) =
  Hal.Dma.to_string (memory device piece.address piece.length) ~offset:0 ~length:piece.length

(* Writes to the piece as much as it has room for. *)
let write device (piece : piece) text =
  let n = min piece.length (String.length text) in
  let dma = memory device piece.address piece.length in
  Hal.Dma.blit_of_bytes (Bytes.of_string text) 0 dma 0 n;
  n

let is_written (piece : piece) = piece.is_written

let readable device pieces =
  String.concat "" (List.map (text_of device) (List.filter (fun p -> not (is_written p)) pieces))

let little ~bytes n = String.init bytes (fun i -> Char.chr ((n lsr (8 * i)) land 255))
let number text ~at ~bytes = of_text text ~bytes at

(* ---- chains that are kept: room for what comes later ---- *)

type room = (int * piece) Queue.t

let keep room ~head pieces =
  Option.iter (fun piece -> Queue.push (head, piece) room) (List.find_opt is_written pieces)

let put device ~queue (room : room) text =
  match Queue.take_opt room with
  | None -> false
  | Some (head, piece) -> (
      match write device piece text with
      | written ->
          give_back device ~queue head ~written;
          true
      | exception Trespass -> false)

(* ---- *)

module Rng = struct
  let create ?(fill = fun n -> Char.chr ((n * 167) land 255)) name =
    let given = ref 0 in
    let give device sum (piece : piece) =
      let from = !given in
      given := from + piece.length;
      fill_piece device piece (fun i -> fill (from + i));
      sum + piece.length
    in
    let work device ~queue:_ ~head:_ pieces =
      Some (List.fold_left (give device) 0 (List.filter is_written pieces))
    in
    Virtio_device.create ~kind:4 ~features:[] ~config:no_config ~queues:1 ~work name
end

module Keyboard = struct
  type t = {
    device : Virtio_device.t;
    room : room;
    lights : (int * int * int) list ref;
  }

  let device t = t.device
  let lights t = !(t.lights)

  (* What stands there belongs to the name, whatever was selected. *)
  let config ~bytes offset =
    let title = "Played keyboard" in
    let size = String.make 1 (Char.chr (String.length title)) in
    of_text ("\001\000" ^ size ^ String.make 5 '\000' ^ title) ~bytes offset

  let event text =
    (number text ~at:0 ~bytes:2, number text ~at:2 ~bytes:2, number text ~at:4 ~bytes:4)

  let create name =
    let room = Queue.create () and lights = ref [] in
    let work device ~queue ~head pieces =
      if queue = 0 then begin
        keep room ~head pieces;
        None
      end
      else begin
        lights := event (readable device pieces) :: !lights;
        Some 0
      end
    in
    let forget () = Queue.clear room in
    let device = Virtio_device.create ~forget ~kind:18 ~features:[] ~config ~queues:2 ~work name in
    { device; room; lights }

  let send t ~kind ~code ~value =
    put t.device ~queue:0 t.room
      (little ~bytes:2 kind ^ little ~bytes:2 code ^ little ~bytes:4 value)
end

module Console = struct
  type t = { device : Virtio_device.t; control : room }

  let device t = t.device

  let message ~port ~event ~value =
    little ~bytes:4 port ^ little ~bytes:2 event ^ little ~bytes:2 value

  let say device control text = ignore (put device ~queue:2 control text : bool)
  let add t port = say t.device t.control (message ~port ~event:1 ~value:1)
  let remove t port = say t.device t.control (message ~port ~event:2 ~value:1)

  let hear device control ~ports text =
    let port = number text ~at:0 ~bytes:4 and value = number text ~at:6 ~bytes:2 in
    match number text ~at:4 ~bytes:2 with
    | 0 ->
        for port = 0 to ports - 1 do
          say device control (message ~port ~event:1 ~value:1)
        done
    | 3 when value = 1 ->
        say device control (message ~port ~event:7 ~value:1 ^ Printf.sprintf "port %d" port);
        say device control (message ~port ~event:6 ~value:1)
    | _ -> ()

  (* The queue in which what came over this one goes back. *)
  let back queue = queue - 1

  let create ?ports name =
    let queues = match ports with None -> 2 | Some n -> (2 * n) + 2 in
    let rooms = Array.init (max 4 queues) (fun _ -> Queue.create ()) in
    let work device ~queue ~head pieces =
      if queue land 1 = 0 then begin
        keep rooms.(queue) ~head pieces;
        None
      end
      else begin
        let text = readable device pieces in
        (if queue = 3 && ports <> None then
           hear device rooms.(2) ~ports:(Option.get ports) text
         else ignore (put device ~queue:(back queue) rooms.(back queue) text : bool));
        Some 0
      end
    in
    let nr_ports = little ~bytes:4 (Option.value ports ~default:1) in
    let config ~bytes offset = of_text ("\000\000\000\000" ^ nr_ports) ~bytes offset in
    let features = if ports = None then [] else [ 1 ] in
    let forget () = Array.iter Queue.clear rooms in
    let device = Virtio_device.create ~forget ~kind:3 ~features ~config ~queues ~work name in
    { device; control = rooms.(2) }
end

module Gpu = struct
  type t = {
    width : int;
    height : int;
    dots : int array;
    mutable backing : (int * int) option;  (** address and length *)
    mutable device : Virtio_device.t option;
  }

  let device t = Option.get t.device
  let dot t ~x ~y = t.dots.((y * t.width) + x)
  let header kind = little ~bytes:4 kind ^ String.make 20 '\000'
  let rectangle text = List.map (fun at -> number text ~at ~bytes:4) [ 24; 28; 32; 36 ]

  let display_info t =
    let scanout = String.concat "" (List.map (little ~bytes:4) [ 0; 0; t.width; t.height; 1; 0 ]) in
    header 0x1101 ^ scanout ^ String.make (15 * 24) '\000'

  let copy t device address ~x ~y ~width ~height =
    for row = y to y + height - 1 do
      let dma = memory device (address + (4 * ((row * t.width) + x))) (4 * width) in
      for i = 0 to width - 1 do
        t.dots.((row * t.width) + x + i) <- Hal.Dma.get32 dma (4 * i)
      done
    done

  let transfer t device text =
    match (t.backing, rectangle text) with
    | Some (address, _), [ x; y; width; height ]
      when x + width <= t.width && y + height <= t.height
           && number text ~at:40 ~bytes:4 = 4 * ((y * t.width) + x) ->
        copy t device address ~x ~y ~width ~height;
        header 0x1100
    | _ -> header 0x1200

  let perform t device text =
    match number text ~at:0 ~bytes:4 with
    | 0x100 -> display_info t
    | 0x105 -> transfer t device text
    | 0x106 ->
        t.backing <- Some (number text ~at:32 ~bytes:7, number text ~at:40 ~bytes:4);
        header 0x1100
    | _ -> header 0x1100

  let lying device answer =
    let kind = (lies device).status (number answer ~at:0 ~bytes:4) in
    little ~bytes:4 kind ^ String.sub answer 4 (String.length answer - 4)

  let create ?(width = 64) ?(height = 48) name =
    let t =
      { width; height; dots = Array.make (width * height) (-1); backing = None; device = None }
    in
    let work device ~queue:_ ~head:_ pieces =
      let answer = lying device (perform t device (readable device pieces)) in
      match List.find_opt is_written pieces with
      | Some piece -> Some (write device piece answer)
      | None -> Some 0
    in
    t.device <- Some (Virtio_device.create ~kind:16 ~features:[] ~config:no_config ~queues:2 ~work
      name);
    t
end

module Nine = struct
  let create ~tag name =
    let config ~bytes offset = of_text (little ~bytes:2 (String.length tag) ^ tag) ~bytes offset in
    let work device ~queue:_ ~head:_ pieces =
      let text = readable device pieces in
      Some (Option.fold ~none:0 ~some:(fun p -> write device p text)
        (List.find_opt is_written pieces))
    in
    Virtio_device.create ~kind:9 ~features:[ 0 ] ~config ~queues:1 ~work name
end
