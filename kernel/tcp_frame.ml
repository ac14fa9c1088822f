open Hal

type t = { stream : int; position : int; length : int }
type sum = Partial | Whole

let ip_at = 14
let tcp_at = 34
let checksum_at = 16
let header_bytes = 54
let ip_type = 0x0800
let tcp = 6
let first_port = 1000
let get16 memory at = (Dma.get8 memory at lsl 8) lor Dma.get8 memory (at + 1)
let get32 memory at = (get16 memory at lsl 16) lor get16 memory (at + 2)

let set16 memory at value =
  Dma.set8 memory at (value lsr 8);
  Dma.set8 memory (at + 1) value

let set32 memory at value =
  set16 memory at (value lsr 16);
  set16 memory (at + 2) value

(* ---- sums ---- *)

let rec fold sum = if sum > 0xffff then fold ((sum land 0xffff) + (sum lsr 16)) else sum

let rec add memory at ~length sum =
  if length >= 2 then add memory (at + 2) ~length:(length - 2) (sum + get16 memory at)
  else if length = 1 then sum + (Dma.get8 memory at lsl 8)
  else sum

let tcp_bytes t = header_bytes - tcp_at + t.length

let pseudo memory start t =
  add memory (start + ip_at + 12) ~length:8 (tcp + tcp_bytes t)

let total memory start t =
  fold (add memory (start + tcp_at) ~length:(tcp_bytes t) (pseudo memory start t))

let is_right memory start t = total memory start t = 0xffff

(* ---- headers ---- *)

let write_ethernet memory start ~mac =
  for i = 0 to 5 do
    Dma.set8 memory (start + i) 0xff;
    Dma.set8 memory (start + 6 + i) (Char.code mac.[i])
  done;
  set16 memory (start + 12) ip_type

let write_ip memory start t =
  let at = start + ip_at in
  set16 memory at 0x4500;
  set16 memory (at + 2) (tcp_bytes t + tcp_at - ip_at);
  set32 memory (at + 4) 0x4000;
  set32 memory (at + 8) (0x4000_0000 lor (tcp lsl 16));
  set32 memory (at + 12) 0x0a00_0001;
  set32 memory (at + 16) 0x0a00_0002;
  set16 memory (at + 10) (0xffff lxor fold (add memory at ~length:(tcp_at - ip_at) 0))

let write memory start ~mac t sum =
  let at = start + tcp_at in
  write_ethernet memory start ~mac;
  write_ip memory start t;
  set16 memory at (first_port + t.stream);
  set16 memory (at + 2) (first_port + t.stream);
  set32 memory (at + 4) t.position;
  set32 memory (at + 8) 0;
  set32 memory (at + 12) 0x5010_ffff;
  set32 memory (at + 16) 0;
  set16 memory (at + checksum_at)
    (match sum with
    | Partial -> fold (pseudo memory start t)
    | Whole -> 0xffff lxor total memory start t)

let read memory start ~length =
  let at = start + tcp_at in
  let is_ip () = get16 memory (start + 12) = ip_type && Dma.get8 memory (start + ip_at) = 0x45 in
  if length < header_bytes || not (is_ip () && Dma.get8 memory (start + ip_at + 9) = tcp) then None
  else
    let payload = get16 memory (start + ip_at + 2) - (header_bytes - ip_at) in
    let stream = get16 memory (at + 2) - first_port in
    Some { stream; position = get32 memory (at + 4); length = payload }
