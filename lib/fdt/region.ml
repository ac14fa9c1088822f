type t = { base : int; size : int }

let make ~what ~offset ~base ~size =
  if base > max_int - size then Error.fail ~offset (Too_large what) else Ok { base; size }

let pp ppf { base; size } =
  if size = 0 then Format.fprintf ppf "0x%x (empty)" base
  else Format.fprintf ppf "0x%x-0x%x" base (base + size - 1)
