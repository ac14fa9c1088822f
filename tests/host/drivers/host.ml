external skip_time : int -> unit = "machine_skip_time"
external holds : int -> int -> bool = "host_memory_holds" [@@noalloc]
external contents : int -> int -> Hal.Dma.memory = "host_memory_contents"
external memory_blocks : unit -> int = "host_memory_blocks" [@@noalloc]
external set_line : int -> bool -> unit = "host_interrupt_set" [@@noalloc]
external count : int -> int -> int = "host_interrupt_count" [@@noalloc]
external messages : unit -> int = "host_interrupt_messages" [@@noalloc]

let all_drivers ~cores name =
  if name = "sched.drivers" then Some (Printf.sprintf "0-%d" (cores - 1)) else None

let run ?(cores = 1) main =
  skip_time cores;
  match Sched.Assignment.of_options ~cores (all_drivers ~cores) with
  | Error why -> failwith why
  | Ok assignment -> Sched.run assignment ~cores main

let milliseconds () = Sched.Time.now_ns () / 1_000_000

let until holds =
  let limit = Sched.Time.now_ns () + 60_000_000_000 in
  while not (holds ()) do
    if Sched.Time.now_ns () > limit then failwith "it does not come within a minute";
    Sched.Time.sleep 100_000
  done

let memory ~address ~length =
  if length >= 0 && holds address length then Some (Hal.Dma.make ~address (contents address length))
  else None

module Line = struct
  let set = set_line
  let taken number = count number 0
  let unmasked number = count number 1
  let is_masked number = count number 2 <> 0
  let is_claimed number = count number 3 <> 0
end

let send ~data =
  set_line data true;
  set_line data false

open Drivers

let in_words result = Result.map_error (Format.asprintf "%a" Drivers.Line.pp_error) result

let claim ~line ~tell ~message ~core ~bell ~name =
  match (message, line) with
  | None, None -> Error "it has no line"
  | None, Some number -> in_words (Drivers.Line.claim ~name ~bell Level_high number)
  | Some number, _ ->
      let claimed = in_words (Drivers.Line.claim_message ~name ~bell ~device_id:0 ~core) in
      let tell_data line =
        Option.iter (fun (_, data) -> tell number ~data) (Drivers.Line.message line)
      in
      Result.iter tell_data claimed;
      claimed

let hardware ?(identity = Hardware.Named "test") ?(windows = []) ?line ?(messages = 0)
    ?(message = fun _ ~data:_ -> ()) ?(enable = ignore) ?(disable = ignore) ?(is_gated = true)
      name :
    Hardware.t =
  let window registers () = Ok (Hardware.Registers registers) in
  {
    name;
    identity;
    windows = Array.of_list (List.map window windows);
    config = None;
    messages;
    claim = claim ~line ~tell:message;
    dma_limit = max_int;
    enable;
    disable;
    is_gated;
  }
