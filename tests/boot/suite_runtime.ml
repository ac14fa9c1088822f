let test name about run : Commands.test = { name; about; run }
let check what ok = if ok then Ok () else Error what

let pinned () =
  check "a domain is not on its own core"
    (Cores.everywhere (fun _ -> Hal.Machine.this_core ()) = List.init (Cores.count ()) Fun.id)

let all = [ test "cores-pinned" "the n-th domain runs on core n" pinned ]
