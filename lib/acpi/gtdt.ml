type timer = { gsi : int; mode : Interrupt_mode.t; always_on : bool }

type frame = {
  number : int;
  base : int;
  el0_base : int option;
  physical : timer;
  virtual_ : timer option;
  secure : bool;
}

type platform_timer =
  | Block of { control_base : int; frames : frame list }
  | Watchdog of { refresh_base : int; control_base : int; timer : timer; secure : bool }
  | Other of { kind : int; offset : int; length : int }

type t = {
  control_base : int option;
  read_base : int option;
  secure_el1 : timer option;
  el1 : timer option;
  virtual_el1 : timer option;
  el2 : timer option;
  virtual_el2 : timer option;
  platform_timers : platform_timer list;
}

let ( let* ) = Result.bind
let u8 = Part.u8
let u32 = Part.u32

(* An interrupt and, four bytes on, its flags. Interrupt 0 stands for a timer that is not there. *)
let timer part at ~always_on_bit =
  match Part.or_zero u32 part ~size:8 at with
  | 0 -> None
  | gsi ->
      let flags = u32 part (at + 4) in
      Some { gsi; mode = Interrupt_mode.of_flags flags; always_on = Part.bit flags always_on_bit }

let core_timer part at = timer part at ~always_on_bit:2

(* Both "no such frame" values are in use. *)
let base_of = function 0 | -1 -> None | base -> Some base

let address part ~field at =
  if String.get_int64_le part.Part.bytes (part.offset + at) = -1L then Ok None
  else Result.map base_of (Part.u64 part ~field at)

(* ---- memory-mapped timers ---- *)

let frame_size = 40

let frame block n ~offset =
  let* s = Part.sub block ~offset:(offset + (n * frame_size)) ~length:frame_size in
  let* base = Part.u64 s ~field:"CntBaseX" 4 in
  let* el0_base = address s ~field:"CntEL0BaseX" 12 in
  let common = u32 s 36 in
  let timer at =
    Option.map
      (fun t -> { t with always_on = Part.bit common 1 })
      (timer s at ~always_on_bit:2)
  in
  match timer 20 with
  | None -> Part.fail s ~at:20 (Bad_value { field = "GTx Physical Timer GSIV"; value = 0L })
  | Some physical ->
      Ok { number = u8 s 0; base; el0_base; physical; virtual_ = timer 28; secure =
        Part.bit common 0 }

let block s =
  let* control_base = Part.u64 s ~field:"CntCtlBase" 4 in
  let count = u32 s 12 and offset = u32 s 16 in
  if count > 8 then
    Part.fail s ~at:12 (Bad_value { field = "GT Block Timer Count"; value = Int64.of_int count })
  else
    let* frames = Part.map (frame s ~offset) (List.init count Fun.id) in
    Ok (Block { control_base; frames })

let watchdog s =
  let* refresh_base = Part.u64 s ~field:"RefreshFrame" 4 in
  let* control_base = Part.u64 s ~field:"WatchdogControlFrame" 12 in
  let flags = u32 s 24 in
  let timer = { gsi = u32 s 20; mode = Interrupt_mode.of_flags flags; always_on = false } in
  Ok (Watchdog { refresh_base; control_base; timer; secure = Part.bit flags 2 })

let platform_timer =
  Part.read_structure
    (function 0 -> Some (20, block) | 1 -> Some (28, watchdog) | _ -> None)
    ~other:(fun ~kind ~offset ~length -> Other { kind; offset; length })

(* The count bounds the list, so that what follows it is nobody's. *)
let platform_timers part =
  let count = u32 part 88 and offset = u32 part 92 in
  if count = 0 then Ok []
  else if offset < 96 || offset > part.length then
    Part.fail part ~at:92
      (Bad_value { field = "Platform Timer Offset"; value = Int64.of_int offset })
  else
    let* found = Part.structures Kind8_length16 part ~offset in
    let* timers = Part.map platform_timer (List.filteri (fun n _ -> n < count) found) in
    if List.length timers = count then Ok timers
    else
      Part.fail part ~at:88
        (Bad_value { field = "Platform Timer Count"; value = Int64.of_int count })

let of_table table =
  let part = Table.part table in
  let* () = Table.expect table "GTDT" in
  let* () = Part.require part 96 in
  let* control_base = address part ~field:"CntControlBase" 36 in
  let* read_base = address part ~field:"CntReadBase" 80 in
  let* platform_timers = platform_timers part in
  Ok
    {
      control_base;
      read_base;
      secure_el1 = core_timer part 48;
      el1 = core_timer part 56;
      virtual_el1 = core_timer part 64;
      el2 = core_timer part 72;
      virtual_el2 = (if table.revision < 3 then None else core_timer part 96);
      platform_timers;
    }

let pp_timer ppf (name, timer) =
  Option.iter
    (fun t -> Format.fprintf ppf ", %s GSI %d %a" name t.gsi Interrupt_mode.pp t.mode)
    timer

let pp_platform_timer ppf = function
  | Block { control_base; frames } ->
      Format.fprintf ppf "timer block at 0x%x, %d frames" control_base (List.length frames)
  | Watchdog { control_base; timer; _ } ->
      Format.fprintf ppf "watchdog at 0x%x, GSI %d" control_base timer.gsi
  | Other { kind; length; _ } -> Format.fprintf ppf "structure 0x%x, %d bytes" kind length

let pp ppf t =
  Format.fprintf ppf "@[<v>GTDT";
  List.iter (pp_timer ppf)
    [
      ("secure EL1", t.secure_el1);
      ("EL1", t.el1);
      ("virtual EL1", t.virtual_el1);
      ("EL2", t.el2);
      ("virtual EL2", t.virtual_el2);
    ];
  List.iter (Format.fprintf ppf "@,%a" pp_platform_timer) t.platform_timers;
  Format.fprintf ppf "@]"
