type limits = { steps : int; depth : int; memory : int }
type t = { mutable steps : int; mutable depth : int; mutable memory : int }

let default : limits = { steps = 1_000_000; depth = 256; memory = 64 lsl 20 }

let create ({ steps; depth; memory } : limits) = { steps; depth; memory }

let step t =
  if t.steps <= 0 then Error.fail (Exhausted Steps);
  t.steps <- t.steps - 1

let take t bytes =
  if bytes < 0 || bytes > t.memory then Error.fail (Exhausted Memory);
  t.memory <- t.memory - bytes

let nested t f =
  if t.depth <= 0 then Error.fail (Exhausted Depth);
  t.depth <- t.depth - 1;
  match f () with
  | value ->
      t.depth <- t.depth + 1;
      value
  | exception exn ->
      t.depth <- t.depth + 1;
      raise exn
