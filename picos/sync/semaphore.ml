module Counting = struct
  type t = Sem.t

  let make = Sem.create
  let acquire = Sem.acquire
  let try_acquire = Sem.try_acquire
  let release = Sem.release
  let get_value = Sem.get_value
end

module Binary = struct
  module Gate = Gate.Make (struct
    type state = bool
    type wish = unit

    let constants = [ true; false ]
    let ask available () = if available then Gate.Enter false else Gate.Wait
    let give_back _available () = true
  end)

  type t = Gate.t

  let make = Gate.create
  let acquire t = Gate.enter t ()
  let try_acquire t = Gate.try_enter t ()
  let release t = Gate.change t (fun _available -> true)
end
