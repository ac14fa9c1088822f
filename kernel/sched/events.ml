let table : (unit -> unit) array ref = ref [||]
let nothing () = ()
let deliver number = if number < Array.length !table then !table.(number) ()

let set number action =
  if Array.length !table = 0 then table := Array.make (Hal.Interrupt.limit ()) nothing;
  !table.(number) <- action
