open Drivers

let layout (f : Hal.Machine.framebuffer) =
  let open Framebuffer.Layout in
  let values =
    [
      (width, f.width);
      (height, f.height);
      (pitch, f.pitch);
      (red_shift, f.red_shift);
      (green_shift, f.green_shift);
      (blue_shift, f.blue_shift);
    ]
  in
  let read ~bytes:_ offset = Option.value (List.assoc_opt offset values) ~default:0 in
  Hal.Registers.make ~length ~read ~write:(fun ~bytes:_ _ _ -> ())

let memory (f : Hal.Machine.framebuffer) () =
  let length = f.pitch * f.height in
  match Hal.Physical.window ~caching:Write_combining ~address:f.address ~length () with
  | Some memory -> Ok (Hardware.Memory memory)
  | None -> Error "it cannot be mapped"

let once f =
  let result = Sync.Lazy.from_fun f in
  fun () -> Sync.Lazy.force result

let hardware (f : Hal.Machine.framebuffer) : Hardware.t =
  {
    name = "framebuffer";
    identity = Named Framebuffer.name;
    windows = [| once (memory f); (fun () -> Ok (Hardware.Registers (layout f))) |];
    config = None;
    messages = 0;
    claim = (fun ~message:_ ~core:_ ~bell:_ ~name:_ -> Error "it does not interrupt");
    dma_limit = max_int;
    enable = ignore;
    disable = ignore;
    is_gated = true;
  }

let find () =
  match Hal.Machine.framebuffer () with
  | None -> Ok None
  | Some f when f.bits = 32 -> Ok (Some (hardware f))
  | Some f -> Error (Printf.sprintf "the framebuffer has %d bits for a dot" f.bits)
