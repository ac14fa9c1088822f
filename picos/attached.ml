type mode = [ `FIFO | `LIFO ]
type t = { mode : mode; balance : int; triggers : Trigger.t list }

let empty_fifo = { mode = `FIFO; balance = 0; triggers = [] }
let empty_lifo = { mode = `LIFO; balance = 0; triggers = [] }
let empty = function `FIFO -> empty_fifo | `LIFO -> empty_lifo
let length t = List.length t.triggers
let push t trigger = { t with balance = t.balance + 1; triggers = trigger :: t.triggers }

let sweep t =
  let triggers = List.filter (fun trigger -> not (Trigger.is_signaled trigger)) t.triggers in
  { t with balance = List.length triggers; triggers }

let add t trigger = push (if t.balance < 0 then sweep t else t) trigger

let remove t trigger =
  match t.triggers with
  | newest :: [] when newest == trigger -> empty t.mode
  | newest :: older when newest == trigger -> { t with balance = t.balance - 1; triggers = older }
  | _ -> if t.balance < 0 then sweep t else { t with balance = t.balance - 2 }

let signal t =
  List.iter Trigger.signal (match t.mode with `FIFO -> List.rev t.triggers | `LIFO -> t.triggers)
