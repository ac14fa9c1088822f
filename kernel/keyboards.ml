open Drivers

(* The latest first. What nobody reads is kept up to this many. *)
let typed : string list Atomic.t = Atomic.make []
let most = 1000

let rec change f =
  let seen = Atomic.get typed in
  if not (Atomic.compare_and_set typed seen (f seen)) then change f

let keep text =
  change (fun before ->
      if List.compare_length_with before most < 0 then text :: before else before)

(* ---- keys ---- *)

let show_light input code ~on =
  ignore (Input.send input { kind = Input.light; code; value = Bool.to_int on } : bool)

let show_lights input ~before ~now =
  for code = 0 to 2 do
    let bit = 1 lsl code in
    if (before lxor now) land bit <> 0 then show_light input code ~on:(now land bit <> 0)
  done

let layouts : (string, Keyboard.Layout.t) Hashtbl.t = Hashtbl.create 4
let lock = Sync.Mutex.create ()

let layout_of input =
  Sync.Mutex.protect lock (fun () ->
      match Hashtbl.find_opt layouts (Input.name input) with
      | Some layout -> layout
      | None ->
          let layout = Keyboard.Layout.create () in
          Hashtbl.replace layouts (Input.name input) layout;
          layout)

let hear bell input (event : Input.event) =
  if event.kind = Input.key then begin
    let layout = layout_of input in
    let before = Keyboard.Layout.leds layout in
    let text = Keyboard.Layout.key layout event.code ~pressed:(event.value <> 0) in
    show_lights input ~before ~now:(Keyboard.Layout.leds layout);
    if text <> "" then begin
      keep text;
      Sched.Bell.ring bell
    end
  end

let start ~bell = ignore (Input.listen (hear bell) : unit -> unit)

(* ---- reading ---- *)

let read buffer ~pos ~len =
  match Atomic.exchange typed [] with
  | [] -> 0
  | pieces ->
      let text = String.concat "" (List.rev pieces) in
      let n = min len (String.length text) in
      Bytes.blit_string text 0 buffer pos n;
      if n < String.length text then
        change (fun since -> since @ [ String.sub text n (String.length text - n) ]);
      n
