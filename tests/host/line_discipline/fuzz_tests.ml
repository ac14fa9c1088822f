(* Any bytes, typed at any terminal: nothing raises, and what is kept has its bounds. *)
open Line_discipline

let settings = 52

(* The first bytes say how the terminal is set; of the others, one says what is done with some. *)
let terminal input =
  let padded = input ^ String.make settings '\000' in
  let bytes = Bytes.of_string (String.sub padded 0 Termios.size) in
  match Termios.decode Termios.default bytes with
  | Ok termios -> Discipline.create termios
  | Error _ -> assert false

let bounded t =
  Check.that "at most 4096 bytes" (Discipline.available t <= 4096);
  Check.that "reading is bounded" (String.length (Discipline.read t ~most:7) <= 7)

let act t text kind =
  let length = String.length text in
  match kind land 7 with
  | 0 ->
      let taken, seen = Discipline.write t ~room:20 text ~from:0 ~length in
      Check.that "within the room" (taken <= length && String.length seen <= 20)
  | 1 -> Discipline.hold t (kind land 8 <> 0)
  | 2 -> Discipline.set_termios t { (Discipline.termios t) with local = kind * 0x101 }
  | 3 -> ignore (Discipline.flow t)
  | _ ->
      let received = Discipline.receive t text ~from:0 ~length in
      Check.that "consumed" (received.consumed <= length)

let target input =
  let t = terminal input in
  let rec go at =
    if at + 2 < String.length input then begin
      let length = min (Char.code input.[at + 1]) (String.length input - at - 2) in
      act t (String.sub input (at + 2) length) (Char.code input.[at]);
      Check.that "echoes within the room" (String.length (Discipline.echoes t ~room:50) <= 50);
      bounded t;
      go (at + 2 + length)
    end
  in
  go Termios.size

let corpus =
  let random = Random.State.make [| 5 |] in
  Array.init 32 (fun _ ->
      let termios = Random_terminal.termios random in
      let parts =
        List.init 8 (fun _ ->
            let text = Random_terminal.typed random termios in
            Printf.sprintf "%c%c%s"
              (Char.chr (Random.State.int random 256))
              (Char.chr (String.length text))
              text)
      in
      Bytes.to_string (Termios.encode termios) ^ String.concat "" parts)

let () =
  Fuzz.run "terminals" Fuzz.mutate corpus target;
  Fuzz.run "noise" Fuzz.noise () target;
  Check.finish ()
