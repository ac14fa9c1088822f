open Drivers

type resources = {
  memory : (int * int) list;
  ports : (int * int) list;
  interrupts : (int * Hal.Interrupt.trigger) list;
}

let registers = function
  | Some window -> Ok (Hardware.Registers window)
  | None -> Error "it cannot be mapped"

let once f =
  let lock = Sync.Mutex.create () and result = ref None in
  fun () ->
    Sync.Mutex.protect lock (fun () ->
        if !result = None then result := Some (f ());
        Option.get !result)

let memory (address, length) =
  once (fun () -> registers (Hal.Physical.registers ~address ~length))

let ports (base, length) = once (fun () -> registers (Hal.Physical.ports ~base ~length))

let claim interrupts ~message ~core ~bell ~name =
  match (message, interrupts) with
  | Some _, _ -> Error "it sends no messages"
  | None, [] -> Error "firmware names no interrupt of it"
  | None, (number, trigger) :: _ -> (
      match Line.claim ~name ~bell trigger number with
      | Error e -> Error (Format.asprintf "line %d: %a" number Line.pp_error e)
      | Ok line ->
          ignore (Line.route line ~core : bool);
          Ok line)

let make ~name ~identity { memory = windows; ports = port_windows; interrupts } : Hardware.t =
  {
    name;
    identity;
    windows = Array.of_list (List.map memory windows @ List.map ports port_windows);
    config = None;
    messages = 0;
    claim = claim interrupts;
    dma_limit = max_int;
    enable = ignore;
    disable = ignore;
    is_gated = false;
  }
