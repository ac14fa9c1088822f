open Line_discipline
open Termios

let one_of random choices = choices.(Random.State.int random (Array.length choices))

(* Each flag as [base] has it, but for some. *)
let flags random base all =
  List.fold_left
    (fun flags flag ->
      if Random.State.int random 4 = 0 then flags lxor (flag land Random.State.bits random)
      else flags)
    base all

let input_flags = [ parmrk; istrip; inlcr; igncr; icrnl; iuclc; ixon; ixany; iutf8 ]
let output_flags = [ opost; olcuc; onlcr; ocrnl; onocr; onlret; tab_delay ]

let local_flags =
  [ isig; icanon; echo; echoe; echok; echonl; noflsh; echoctl; echoprt; echoke; iexten ]

let few = "ab\n\r\t\b\x00\xff\x80\xe1 "
let any random = Char.chr (Random.State.int random 256)

let character random old =
  match Random.State.int random 12 with
  | 0 -> few.[Random.State.int random (String.length few)]
  | 1 -> any random
  | _ -> old

let termios random =
  let base = if Random.State.int random 8 = 0 then 0 else -1 in
  let characters = String.map (character random) default.characters in
  let t =
    {
      default with
      input = flags random (default.input land base) input_flags;
      output = flags random (default.output land base) output_flags;
      local = flags random (default.local land base) local_flags;
      characters;
    }
  in
  let t = with_character t Minimum (Char.chr (Random.State.int random 5)) in
  with_character t Time (Char.chr (Random.State.int random 2))

let text = "abz_019 AZ-\xc3\xa4\xe2\x82\xac\t\t\n\r\b"

let byte random (t : Termios.t) =
  match Random.State.int random 8 with
  | 0 | 1 -> t.characters.[Random.State.int random 17]
  | 2 -> any random
  | _ -> text.[Random.State.int random (String.length text)]

let typed random t = String.init (1 + Random.State.int random 24) (fun _ -> byte random t)

let written random =
  String.init (Random.State.int random 40) (fun _ ->
      one_of random [| text.[Random.State.int random (String.length text)]; any random; 'a' |])
