let reset = 0xff
let passed = 0xaa
let choose_set = 0xf0
let set_lights = 0xed
let report = 0xf4
let do_not_report = 0xf5

type t = {
  device : Device.t;
  controller : Ps2_controller.t;
  codes : Keyboard.Scan_codes.t;
  held : Bytes.t;  (** by key: so that what repeats is told from what is pressed *)
  mutable lights : int;  (** as the kernel wants them *)
  to_send : int Queue.t;  (** bytes for the keyboard, one after the other's acknowledgement *)
  mutable waits : bool;  (** for that *)
}

(* ---- bytes that come ---- *)

let key t ({ key; pressed } : Keyboard.Scan_codes.event) : Input.event =
  let value = if not pressed then 0 else if Bytes.get t.held key <> '\000' then 2 else 1 in
  Bytes.set t.held key (if pressed then '\001' else '\000');
  { kind = Input.key; code = key; value }

let acknowledged = 0xfa
let again = 0xfe

(* The event that it completes, if it does. *)
let take t byte =
  if byte = acknowledged || byte = again then begin
    t.waits <- false;
    None
  end
  else Option.map (key t) (Keyboard.Scan_codes.feed t.codes byte)

let most = 64

(* Events of the bytes there are, up to [most] bytes; how many bytes. *)
let collect t port items =
  let rec next bytes events =
    match if bytes = most then -1 else Ps2_controller.next t.controller with
    | -1 -> (bytes, events)
    | byte -> (
        match take t byte with
        | None -> next (bytes + 1) events
        | Some event ->
            Input.to_words event items (events * Input.words);
            next (bytes + 1) (events + 1))
  in
  let bytes, events = next 0 0 in
  if events > 0 then ignore (Port.answer port items ~items:events ~words:Input.words : int);
  bytes

(* ---- lights ---- *)

(* The keyboard has them in another order: Scroll, Num, Caps. *)
let keyboard_lights lights =
  ((lights lsr 2) land 1) lor ((lights land 1) lsl 1) lor ((lights land 2) lsl 1)

let rec wanted t port items =
  if Port.next port items ~words:Input.words ~most:1 = 1 then begin
    let event = Input.of_words items 0 in
    if event.kind = Input.light && event.code >= 0 && event.code < 3 then begin
      let bit = 1 lsl event.code in
      t.lights <- (if event.value <> 0 then t.lights lor bit else t.lights land lnot bit);
      Queue.clear t.to_send;
      t.waits <- false;
      List.iter (fun byte -> Queue.push byte t.to_send) [ set_lights; keyboard_lights t.lights ]
    end;
    wanted t port items
  end

let is_held_up t = (not t.waits) && not (Queue.is_empty t.to_send)

let send t =
  if is_held_up t then
    if Ps2_controller.offer t.controller (Queue.peek t.to_send) then begin
      ignore (Queue.pop t.to_send : int);
      t.waits <- true
    end

let pause_ns = 1_000_000

let serve t port line bell () =
  let items = Array.make (most * Input.words) 0 in
  let rec turn () =
    let bytes = collect t port items in
    wanted t port items;
    send t;
    if bytes > 0 then Picos.Fiber.yield ()
    else if is_held_up t then Sched.Time.sleep pause_ns
    else begin
      Line.serve_done line;
      if Port.may_sleep port then Sched.Bell.wait bell
    end;
    turn ()
  in
  turn ()

(* It reports last, so that what it reports begins with a whole code. *)
let set_up controller =
  Ps2_controller.command controller reset;
  if Ps2_controller.answer controller = passed then begin
    Ps2_controller.command controller do_not_report;
    Ps2_controller.command controller choose_set;
    Ps2_controller.command controller 2;
    Ps2_controller.command controller report;
    true
  end
  else false

let start device =
  let controller = Ps2_controller.open_ device in
  if not (set_up controller) then Device.fail device "the keyboard fails its own test";
  let core = (Device.cores device).(0) in
  let bell = Sched.Bell.create "keys, or lights" in
  let line = Device.interrupt device ~core bell in
  let t =
    {
      device;
      controller;
      codes = Keyboard.Scan_codes.create Two;
      held = Bytes.make 256 '\000';
      lights = 0;
      to_send = Queue.create ();
      waits = false;
    }
  in
  let port = Input.offer device ~title:"PS/2 keyboard" ~core bell in
  Ps2_controller.start controller;
  Device.spawn device ~core "0" (serve t port line bell)

let driver : Driver.t =
  { name = "ps2-keyboard"; matches = Driver.compatible [ "PNP0303"; "PNP030B" ]; start }
