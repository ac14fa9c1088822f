type t = {
  messages : int option array;  (** their data, when they were claimed *)
  is_gated : bool;
  mutable is_cut_off : bool;
}

let create ~messages ~is_gated =
  { messages = Array.make messages None; is_gated; is_cut_off = false }

let reaches_memory t = not t.is_cut_off
let has_messages t = Array.length t.messages > 0
let line = 3
let set_line _ up = Host.Line.set line up

let send t number =
  Option.iter (fun data -> Host.send ~data) t.messages.(number mod Array.length t.messages)

let hardware t ~vendor ~device ~class_code ~windows name =
  let identity : Drivers.Hardware.identity =
    Pci { vendor; device; revision = 0; class_code; subsystem_vendor = 0; subsystem = 0 }
  in
  Host.hardware name ~identity ~windows ~line ~is_gated:t.is_gated
    ~messages:(Array.length t.messages)
    ~enable:(fun () -> t.is_cut_off <- false)
    ~disable:(fun () -> t.is_cut_off <- t.is_gated)
    ~message:(fun number ~data -> t.messages.(number) <- Some data)
