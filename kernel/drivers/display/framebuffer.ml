module Dma = Hal.Dma

let name = "framebuffer"

module Layout = struct
  let width = 0
  let height = 4
  let pitch = 8
  let red_shift = 12
  let green_shift = 16
  let blue_shift = 20
  let length = 24
end

let dot_bytes = 4

type t = { display : Display.t; memory : Dma.t; pitch : int }

(* Others have a turn after so many rows. *)
let rows_at_once = 64

let show t words =
  let r = Display.rectangle words and canvas = Display.canvas t.display in
  let row_bytes = (Display.mode t.display).width * dot_bytes in
  for y = r.y to r.y + r.height - 1 do
    let from = (y * row_bytes) + (r.x * dot_bytes) in
    Dma.blit canvas from t.memory ((y * t.pitch) + (r.x * dot_bytes)) (r.width * dot_bytes);
    if (y - r.y) mod rows_at_once = rows_at_once - 1 then Picos.Fiber.yield ()
  done;
  Display.shown

let mode registers : Display.mode =
  let get = Hal.Registers.read32 registers in
  {
    width = get Layout.width;
    height = get Layout.height;
    red_shift = get Layout.red_shift;
    green_shift = get Layout.green_shift;
    blue_shift = get Layout.blue_shift;
  }

let start device =
  let memory = Device.device_memory device 0 and registers = Device.registers device 1 in
  let mode = mode registers and pitch = Hal.Registers.read32 registers Layout.pitch in
  if pitch < mode.width * dot_bytes || Dma.length memory < pitch * mode.height then
    Device.fail device "%d rows of %d bytes are not within its memory" mode.height pitch;
  let core = (Device.cores device).(0) and bell = Sched.Bell.create "requests" in
  let display, port = Display.offer device mode ~core bell in
  Server.serve device ~core bell port ~words:Display.words (show { display; memory; pitch })

let matches = function
  | Hardware.Named n -> n = name
  | Pci _ | Compatible _ | Acpi _ | Virtio _ -> false

let driver : Driver.t = { name = "framebuffer"; matches; start }
