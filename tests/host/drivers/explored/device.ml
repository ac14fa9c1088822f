type t = unit
type progress = { outstanding : int; completed : int }

exception Failed of string

let fail () format = Printf.ksprintf (fun why -> raise (Failed why)) format
let watch () (_ : unit -> progress) = ()
let stir () = ()
let spawn () ?core:(_ : int option) (_ : string) (_ : unit -> unit) = ()
