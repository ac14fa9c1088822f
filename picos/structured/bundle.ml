type t = Group.t

let join_after = Group.join_after
let terminate = Group.terminate
let terminate_after = Group.terminate_after
let error = Group.error
let nothing _fiber = ()
let fork t body = Group.fork t ~prepare:nothing body

let fork_as_promise t body =
  Promise.Private.of_computation (Group.fork_as_promise t ~prepare:nothing body)
