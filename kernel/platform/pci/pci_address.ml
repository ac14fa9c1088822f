type t = { segment : int; bus : int; device : int; function_ : int }

let pp ppf t =
  if t.segment <> 0 then Format.fprintf ppf "%04x:" t.segment;
  Format.fprintf ppf "%02x:%02x.%x" t.bus t.device t.function_

let to_string = Format.asprintf "%a" pp
let requester_id t = (t.bus lsl 8) lor (t.device lsl 3) lor t.function_
