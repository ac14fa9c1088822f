open Termios
open State

let rubbed_out = "\b \b"
let echo_raw t text = String.iter (Echo.raw t.echo) text

let continues t c = Character.continues ~utf8:(is_input t iutf8) c

(* Where the last character of [n] bytes begins; none when the line begins within one. *)
let rec last_character t n =
  if n = 0 then None
  else if continues t (Input.get t.input (n - 1)) then last_character t (n - 1)
  else Some (n - 1)

(* ---- what is seen of it ---- *)

(* The columns that the bytes before the [n]th take, back to a tab. *)
let columns_before t n =
  let rec count n columns =
    if n = 0 then (columns, false)
    else
      match Input.get t.input (n - 1) with
      | '\t' -> (columns, true)
      | c when Character.is_control c ->
          count (n - 1) (if is_local t echoctl then columns + 2 else columns)
      | c -> count (n - 1) (if continues t c then columns else columns + 1)
  in
  count n 0

(* [first] and [rest] have just been taken from the line's end. *)
let show_printed t first rest =
  if not t.erasing then Echo.raw t.echo '\\';
  t.erasing <- true;
  Echo.shown t.echo t.termios first;
  String.iter
    (fun c ->
      Echo.raw t.echo c;
      Echo.move_back t.echo)
    rest

let show_rubbed t first =
  match first with
  | '\t' ->
      let columns, after_tab = columns_before t (Input.edited t.input) in
      Echo.erase_tab t.echo ~columns ~after_tab
  | c when Character.is_control c -> if is_local t echoctl then echo_raw t (rubbed_out ^ rubbed_out)
  | _ -> echo_raw t rubbed_out

let show t ~one first rest =
  if is_local t echoprt then show_printed t first rest
  else if one && not (is_local t echoe) then
    Echo.shown t.echo t.termios (character t.termios Erase)
  else show_rubbed t first

(* ---- erasing ---- *)

(* Takes the last character away unless [stays], which is asked about its first byte. *)
let take_last t ~one ~stays =
  let n = Input.edited t.input in
  match last_character t n with
  | Some at when not (stays (Input.get t.input at)) ->
      let bytes = String.init (n - at) (fun i -> Input.get t.input (at + i)) in
      Input.drop t.input (n - at);
      if is_local t echo then
        show t ~one bytes.[0] (String.sub bytes 1 (String.length bytes - 1));
      true
  | Some _ | None -> false

let end_when_empty t = if Input.edited t.input = 0 && is_local t echo then end_erasing t

let erase t =
  if Input.edited t.input > 0 then begin
    ignore (take_last t ~one:true ~stays:(fun _ -> false));
    end_when_empty t
  end

let erase_word t =
  let in_word = ref false in
  let stays c =
    let word = Character.is_word c in
    let stays = !in_word && not word in
    if word then in_word := true;
    stays
  in
  if Input.edited t.input > 0 then begin
    while take_last t ~one:false ~stays do
      ()
    done;
    end_when_empty t
  end

(* ---- the whole line ---- *)

let kill_visibly t =
  while take_last t ~one:false ~stays:(fun _ -> false) do
    ()
  done;
  end_when_empty t

let kill_with_a_sign t =
  Input.drop t.input (Input.edited t.input);
  end_erasing t;
  Echo.shown t.echo t.termios (character t.termios Kill);
  if is_local t echok then Echo.raw t.echo '\n'

let kill t =
  if Input.edited t.input > 0 then
    if not (is_local t echo) then Input.drop t.input (Input.edited t.input)
    else if is_local t echok && is_local t echoke && is_local t echoe then kill_visibly t
    else kill_with_a_sign t

let reprint t =
  end_erasing t;
  Echo.shown t.echo t.termios (character t.termios Reprint);
  Echo.raw t.echo '\n';
  for n = 0 to Input.edited t.input - 1 do
    Echo.shown t.echo t.termios (Input.get t.input n)
  done
