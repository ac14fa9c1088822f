module Dma = Hal.Dma

type t = {
  device : Device.t;
  queue : Virtqueue.t;
  memory : Dma.t;
  bell : Sched.Bell.t;
  lower : unit -> unit;
}

(* Two commands, and where their answers go. *)
let header_bytes = 24
let command_bytes = 64
let answer_at slot = 1024 + (slot * 1024)
let answer_bytes = 512
let command_at slot = slot * command_bytes

let create device queue ~bell ~lower =
  { device; queue; memory = Device.memory device 4096; bell; lower }

(* ---- asking ---- *)

let put t slot offset value = Dma.set32 t.memory (command_at slot + offset) value

let begin_ t slot kind =
  Dma.fill t.memory ~offset:(command_at slot) ~length:command_bytes '\000';
  put t slot 0 kind

let address t at = Dma.address t.memory + at

let submit t slot ~length =
  let head = 2 * slot in
  Dma.set32 t.memory (answer_at slot) 0;
  Virtqueue.describe t.queue head
    ~address:(address t (command_at slot))
    ~length ~flags:Virtqueue.flag_next ~next:(head + 1);
  Virtqueue.describe t.queue (head + 1)
    ~address:(address t (answer_at slot))
    ~length:answer_bytes ~flags:Virtqueue.flag_write ~next:0;
  Virtqueue.offer t.queue head

let rec await t =
  if Virtqueue.outstanding t.queue > 0 then begin
    t.lower ();
    if Virtqueue.take t.queue < 0 && Virtqueue.may_sleep t.queue ~after:1 then
      Sched.Bell.wait t.bell;
    await t
  end

let answer t slot = Dma.get32 t.memory (answer_at slot)
let ok = 0x1100

let ask t ~length =
  submit t 0 ~length;
  Virtqueue.publish t.queue;
  await t

let must t what =
  if answer t 0 <> ok then Device.fail t.device "%s: it answers 0x%x" what (answer t 0)

(* ---- commands ---- *)

let resource = 1
let get_display_info = 0x100
let resource_create_2d = 0x101
let set_scanout = 0x103
let resource_flush = 0x104
let transfer_to_host_2d = 0x105
let resource_attach_backing = 0x106
let display_info = 0x1101
let scanouts = 16
let scanout_bytes = 24
let format_bgrx = 2

let size_of t n =
  let at = answer_at 0 + header_bytes + (n * scanout_bytes) in
  if Dma.get32 t.memory (at + 16) = 0 then None
  else Some (Dma.get32 t.memory (at + 8), Dma.get32 t.memory (at + 12))

let display t =
  begin_ t 0 get_display_info;
  ask t ~length:header_bytes;
  if answer t 0 <> display_info then
    Device.fail t.device "its displays: it answers 0x%x" (answer t 0);
  List.find_map (size_of t) (List.init scanouts Fun.id)

let create_resource t ~width ~height =
  begin_ t 0 resource_create_2d;
  put t 0 24 resource;
  put t 0 28 format_bgrx;
  put t 0 32 width;
  put t 0 36 height;
  ask t ~length:40;
  must t "a resource"

let attach t memory ~length =
  begin_ t 0 resource_attach_backing;
  put t 0 24 resource;
  put t 0 28 1;
  Dma.set64 t.memory (command_at 0 + 32) (Dma.address memory);
  put t 0 40 length;
  ask t ~length:48;
  must t "memory for it"

let put_rectangle t slot (r : Display.rectangle) =
  put t slot 24 r.x;
  put t slot 28 r.y;
  put t slot 32 r.width;
  put t slot 36 r.height

let scan_out t ~width ~height =
  begin_ t 0 set_scanout;
  put_rectangle t 0 { x = 0; y = 0; width; height };
  put t 0 40 0;
  put t 0 44 resource;
  ask t ~length:48;
  must t "to show it"

let dot_bytes = 4

let show t (r : Display.rectangle) ~row_bytes =
  begin_ t 0 transfer_to_host_2d;
  put_rectangle t 0 r;
  Dma.set64 t.memory (command_at 0 + 40) ((r.y * row_bytes) + (r.x * dot_bytes));
  put t 0 48 resource;
  submit t 0 ~length:56;
  begin_ t 1 resource_flush;
  put_rectangle t 1 r;
  put t 1 40 resource;
  submit t 1 ~length:48;
  Virtqueue.publish t.queue;
  await t;
  answer t 0 = ok && answer t 1 = ok
