type t = {
  limit : int;
  mutable ring : Bytes.t;  (** a power of two of them, or none *)
  mutable first : int;
  mutable length : int;
}

let least = 1024
let create ~limit = { limit; ring = Bytes.empty; first = 0; length = 0 }
let length t = t.length
let room t = t.limit - t.length
let place t i = (t.first + i) land (Bytes.length t.ring - 1)

(* Bytes that wrap around are two runs. *)
let two_runs t from length copy =
  let at = place t from in
  let here = Int.min length (Bytes.length t.ring - at) in
  if here > 0 then copy at 0 here;
  if length > here then copy 0 here (length - here)

let rec power size wanted = if size >= wanted then size else power (2 * size) wanted

let grow t wanted =
  if wanted > Bytes.length t.ring then begin
    let ring = Bytes.create (power least wanted) in
    two_runs t 0 t.length (fun at into n -> Bytes.blit t.ring at ring into n);
    t.ring <- ring;
    t.first <- 0
  end

let write t bytes from length =
  let taken = Int.min length (room t) in
  if taken <= 0 then 0
  else begin
    grow t (t.length + taken);
    two_runs t t.length taken (fun at offset n -> Bytes.blit bytes (from + offset) t.ring at n);
    t.length <- t.length + taken;
    taken
  end

let copy t ~from memory at length =
  if from < 0 || length < 0 || from > t.length - length then invalid_arg "Send_buffer.copy";
  if length > 0 then begin
    let first = place t from in
    let here = Int.min length (Bytes.length t.ring - first) in
    Octets.blit_of_bytes t.ring first memory at here;
    Octets.blit_of_bytes t.ring 0 memory (at + here) (length - here)
  end

let drop t n =
  if n < 0 || n > t.length then invalid_arg "Send_buffer.drop";
  t.length <- t.length - n;
  if t.length = 0 then begin
    t.ring <- Bytes.empty;
    t.first <- 0
  end
  else t.first <- place t n
