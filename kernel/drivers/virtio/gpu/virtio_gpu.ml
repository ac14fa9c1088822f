module Commands = Virtio_gpu_commands

let kind = 16
let entries = 16
let largest = 16384

let size device commands =
  match Commands.display commands with
  | None -> (1024, 768)
  | Some (width, height) when width > 0 && height > 0 && width <= largest && height <= largest ->
      (width, height)
  | Some (width, height) -> Device.fail device "it has a display of %d by %d dots" width height

let mode (width, height) : Display.mode =
  { width; height; red_shift = 16; green_shift = 8; blue_shift = 0 }

(* The canvas is shown from the first request on: before, there may be none. *)
let show commands display =
  let mode = Display.mode display and is_attached = ref false in
  fun words ->
    if not !is_attached then begin
      Commands.attach commands (Display.canvas display) ~length:(Display.canvas_bytes mode);
      Commands.scan_out commands ~width:mode.width ~height:mode.height;
      is_attached := true
    end;
    let is_shown =
      Commands.show commands (Display.rectangle words) ~row_bytes:(4 * mode.width)
    in
    if is_shown then Display.shown else Display.not_shown

let open_ device virtio ~core =
  let bell = Sched.Bell.create "requests, or the display" in
  let message = if Device.messages device > 1 then Some 1 else None in
  let lower = Virtio.interrupt virtio ?message ~core bell in
  let queue = Virtqueue.create virtio device ~index:0 ~most:entries ~message in
  (Commands.create device queue ~bell ~lower, bell)

let start device =
  let virtio = Virtio.start device ~features:[] in
  let core = (Device.cores device).(0) in
  let commands, bell = open_ device virtio ~core in
  Virtio.run virtio;
  let display, port = Display.offer device (mode (size device commands)) ~core bell in
  let { width; height; _ } : Display.mode = Display.mode display in
  Commands.create_resource commands ~width ~height;
  Server.serve device ~core bell port ~words:Display.words (show commands display)

let driver : Driver.t = { name = "virtio-gpu"; matches = Virtio.is kind; start }
