let limit = 1 lsl 60

let read what ~base bytes at =
  let value = String.get_int64_le bytes at in
  if Int64.unsigned_compare value (Int64.of_int limit) < 0 then Ok (Int64.to_int value)
  else Error.fail ~offset:(base + at) (Too_large what)
