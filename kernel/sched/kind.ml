type t = Drivers | Virtual | Local

let all = [ Drivers; Virtual; Local ]
let to_string = function Drivers -> "drivers" | Virtual -> "virtual" | Local -> "local"
let index = function Drivers -> 0 | Virtual -> 1 | Local -> 2
