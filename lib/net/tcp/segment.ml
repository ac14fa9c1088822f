type t = {
  mutable source_port : int;
  mutable destination_port : int;
  mutable sequence : int;
  mutable acknowledgement : int;
  mutable flags : int;
  mutable window : int;
  mutable payload : int;
  mutable length : int;
  mutable segment_size : int;
  mutable scale : int;
  mutable may_sack : bool;
  mutable has_timestamp : bool;
  mutable timestamp : int;
  mutable echo : int;
  mutable sacks : int;
  sack : int array;
}

let create () =
  {
    source_port = 0;
    destination_port = 0;
    sequence = 0;
    acknowledgement = 0;
    flags = 0;
    window = 0;
    payload = 0;
    length = 0;
    segment_size = 0;
    scale = -1;
    may_sack = false;
    has_timestamp = false;
    timestamp = 0;
    echo = 0;
    sacks = 0;
    sack = Array.make 8 0;
  }

let clear_options t =
  t.segment_size <- 0;
  t.scale <- -1;
  t.may_sack <- false;
  t.has_timestamp <- false;
  t.sacks <- 0

let clear t =
  clear_options t;
  t.sequence <- 0;
  t.acknowledgement <- 0;
  t.flags <- 0;
  t.window <- 0;
  t.payload <- 0;
  t.length <- 0

let fin = 1
let syn = 2
let rst = 4
let psh = 8
let ack = 16
let has t flag = t.flags land flag <> 0
let header_bytes = 20
let checksum_at = 16
let layer = "TCP"

(* ---- checksum ---- *)

let pseudo ~source ~destination ~length =
  Checksum.fold (Checksum.pseudo ~source ~destination ~protocol:Ipv4.tcp ~length)

let check memory ~at ~length ~source ~destination =
  let sum = Checksum.fold (pseudo ~source ~destination ~length + Octets.sum memory ~at ~length) in
  if Checksum.is_right sum then Ok () else Error.bad_checksum layer ~offset:checksum_at sum

let finish memory ~at ~length ~source ~destination =
  Octets.set16 memory (at + checksum_at) 0;
  let sum = pseudo ~source ~destination ~length + Octets.sum memory ~at ~length in
  Octets.set16 memory (at + checksum_at) (Checksum.finish sum)

(* ---- reading ---- *)

let read_sacks t memory at length =
  t.sacks <- Int.min 4 ((length - 2) / 8);
  for i = 0 to (2 * t.sacks) - 1 do
    t.sack.(i) <- Octets.get32 memory (at + 2 + (4 * i))
  done

let read_option t memory at length =
  match Octets.get8 memory at with
  | 2 when length = 4 -> t.segment_size <- Octets.get16 memory (at + 2)
  | 3 when length = 3 -> t.scale <- Int.min 14 (Octets.get8 memory (at + 2))
  | 4 when length = 2 -> t.may_sack <- true
  | 5 when length land 7 = 2 -> read_sacks t memory at length
  | 8 when length = 10 ->
      t.has_timestamp <- true;
      t.timestamp <- Octets.get32 memory (at + 2);
      t.echo <- Octets.get32 memory (at + 6)
  | _ -> ()

let rec read_options t memory ~from ~until =
  if from < until then
    match Octets.get8 memory from with
    | 0 -> ()
    | 1 -> read_options t memory ~from:(from + 1) ~until
    | _ when from + 1 = until -> ()
    | _ ->
        let length = Octets.get8 memory (from + 1) in
        if length >= 2 && from + length <= until then begin
          read_option t memory from length;
          read_options t memory ~from:(from + length) ~until
        end

let read t memory ~at ~length =
  if length < header_bytes then Error.truncated layer ~offset:0 ~wanted:header_bytes ~left:length
  else
    let header = 4 * (Octets.get8 memory (at + 12) lsr 4) in
    if header < header_bytes then Error.bad_value layer ~offset:12 "header length" header
    else if header > length then Error.truncated layer ~offset:12 ~wanted:header ~left:length
    else begin
      t.source_port <- Octets.get16 memory at;
      t.destination_port <- Octets.get16 memory (at + 2);
      t.sequence <- Octets.get32 memory (at + 4);
      t.acknowledgement <- Octets.get32 memory (at + 8);
      t.flags <- Octets.get8 memory (at + 13) land 0x3f;
      t.window <- Octets.get16 memory (at + 14);
      t.payload <- header;
      t.length <- length - header;
      clear_options t;
      if header > header_bytes then
        read_options t memory ~from:(at + header_bytes) ~until:(at + header);
      Ok ()
    end

(* ---- writing ---- *)

(* Each option is padded in front to whole words by the one that does nothing. *)
let options_bytes t =
  (if t.segment_size > 0 then 4 else 0)
  + (if t.scale >= 0 then 4 else 0)
  + (if t.may_sack then 4 else 0)
  + (if t.has_timestamp then 12 else 0)
  + if t.sacks > 0 then 4 + (8 * t.sacks) else 0

let write_sacks t memory at =
  Octets.set32 memory at (0x0101_0500 + 2 + (8 * t.sacks));
  for i = 0 to (2 * t.sacks) - 1 do
    Octets.set32 memory (at + 4 + (4 * i)) t.sack.(i)
  done

let write_timestamp t memory at =
  Octets.set32 memory at 0x0101_080a;
  Octets.set32 memory (at + 4) t.timestamp;
  Octets.set32 memory (at + 8) t.echo

let write_word memory at holds word =
  if holds then begin
    Octets.set32 memory at word;
    at + 4
  end
  else at

let write_options t memory at =
  let at = write_word memory at (t.segment_size > 0) (0x0204_0000 lor t.segment_size) in
  let at = write_word memory at (t.scale >= 0) (0x0103_0300 lor (t.scale land 0xff)) in
  let at = write_word memory at t.may_sack 0x0101_0402 in
  if t.has_timestamp then write_timestamp t memory at;
  if t.sacks > 0 then write_sacks t memory (if t.has_timestamp then at + 12 else at)

let write t memory at =
  t.payload <- header_bytes + options_bytes t;
  Octets.set16 memory at t.source_port;
  Octets.set16 memory (at + 2) t.destination_port;
  Octets.set32 memory (at + 4) t.sequence;
  Octets.set32 memory (at + 8) t.acknowledgement;
  Octets.set16 memory (at + 12) ((t.payload lsl 10) lor t.flags);
  Octets.set16 memory (at + 14) t.window;
  Octets.set32 memory (at + 16) 0;
  write_options t memory (at + header_bytes)

(* ---- text ---- *)

let flag_names = [ (syn, "SYN "); (fin, "FIN "); (rst, "RST "); (psh, "PSH "); (ack, "ACK ") ]

let pp ppf t =
  let say format = Format.fprintf ppf format in
  say "%d > %d " t.source_port t.destination_port;
  List.iter (fun (flag, name) -> if has t flag then say "%s" name) flag_names;
  say "seq %d ack %d win %d len %d" t.sequence t.acknowledgement t.window t.length;
  if t.segment_size > 0 then say " mss %d" t.segment_size;
  if t.scale >= 0 then say " scale %d" t.scale;
  if t.may_sack then say " sack-permitted";
  if t.has_timestamp then say " ts %d echo %d" t.timestamp t.echo;
  for i = 0 to t.sacks - 1 do
    say " sack %d-%d" t.sack.(2 * i) t.sack.((2 * i) + 1)
  done
