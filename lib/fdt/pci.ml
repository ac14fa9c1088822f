type space = Configuration | Io | Memory32 | Memory64

type t = {
  space : space;
  prefetchable : bool;
  bus : int;
  device : int;
  function_ : int;
  register : int;
  at : int;
}

let ( let* ) = Result.bind
let spaces = [| Configuration; Io; Memory32; Memory64 |]

let of_cells cells =
  let* high, low = Cells.split cells 1 in
  let* at = Cells.number low in
  let high = Cells.get high 0 in
  let field shift mask = (high lsr shift) land mask in
  Ok
    {
      space = spaces.(field 24 3);
      prefetchable = field 30 1 = 1;
      bus = field 16 0xff;
      device = field 11 0x1f;
      function_ = field 8 7;
      register = field 0 0xff;
      at;
    }

let function_cells ~bus ~device ~function_ =
  [ ((bus land 0xff) lsl 16) lor ((device land 0x1f) lsl 11) lor ((function_ land 7) lsl 8); 0; 0 ]

let pp ppf t =
  match t.space with
  | Configuration -> Format.fprintf ppf "%02x:%02x.%x" t.bus t.device t.function_
  | Io -> Format.fprintf ppf "io 0x%x" t.at
  | Memory32 | Memory64 -> Format.fprintf ppf "memory 0x%x" t.at
