type 'w state = Quiet | Happened | Awaited of 'w
type 'w t = 'w state Atomic.t
type 'w ticket = 'w state
type 'w answer = Came | Wait of 'w ticket | Busy

let create () = Atomic.make Quiet

let rec happen t =
  match Atomic.get t with
  | Happened -> None
  | Quiet -> if Atomic.compare_and_set t Quiet Happened then None else happen t
  | Awaited waiter as seen -> if Atomic.compare_and_set t seen Quiet then Some waiter else happen t

let rec await t waiter =
  match Atomic.get t with
  | Awaited _ -> Busy
  | Happened -> if Atomic.compare_and_set t Happened Quiet then Came else await t waiter
  | Quiet ->
      let ticket = Awaited waiter in
      if Atomic.compare_and_set t Quiet ticket then Wait ticket else await t waiter

let rec give_back t =
  match Atomic.get t with
  | Quiet -> if not (Atomic.compare_and_set t Quiet Happened) then give_back t
  | Happened | Awaited _ -> ()

let cancel t ticket = if not (Atomic.compare_and_set t ticket Quiet) then give_back t
