open Process
open Fs

type whom = Any | Pid of int | Group of int | One of Process.t
type kind = Every | Plain | Clones
type event = Has_ended of status | Has_stopped of Signal.t | Goes_on
type found = { child : Process.t; event : event; uid : int; run_ns : int }

let is_of_kind kind (p : Process.t) =
  match kind with
  | Every -> true
  | Plain -> p.exit_signal = Signal.chld
  | Clones -> p.exit_signal <> Signal.chld

let is_meant whom (p : Process.t) =
  match whom with
  | Any -> true
  | Pid pid -> p.pid = pid
  | Group group -> p.group = group
  | One process -> p == process

let event_of (p : Process.t) ~ended ~stopped ~goes_on =
  match p.state with
  | Ended status -> if ended then Some (Has_ended status) else None
  | Stopped signal -> if stopped && not p.told then Some (Has_stopped signal) else None
  | Running -> if goes_on && p.goes_on then Some Goes_on else None

let take (parent : Process.t) (p : Process.t) event =
  match event with
  | Has_ended _ ->
      parent.children_ns <- parent.children_ns + p.run_ns + p.children_ns;
      Ending.forget p
  | Has_stopped _ -> p.told <- true
  | Goes_on -> p.goes_on <- false

let look (parent : Process.t) whom ~kind ~ended ~stopped ~goes_on ~reap =
  locked @@ fun () ->
  let is_looked_for p = is_meant whom p && is_of_kind kind p in
  match List.filter is_looked_for parent.children with
  | [] -> Error Errno.ECHILD
  | children -> (
      let found p =
        Option.map (fun event -> (p, event)) (event_of p ~ended ~stopped ~goes_on)
      in
      match List.find_map found (List.rev children) with
      | None -> Error Errno.EAGAIN
      | Some (child, event) ->
          if reap then take parent child event;
          Ok { child; event; uid = child.identity.user.real; run_ns = child.run_ns })

let wait (thread : thread) whom ~kind ~ended ~stopped ~goes_on ~reap patience =
  let parent = thread.process in
  let attempt () = look parent whom ~kind ~ended ~stopped ~goes_on ~reap in
  match Patience.retry patience [ (parent.changed, Readiness.readable) ] attempt with
  | Ok found -> Ok (Some found)
  | Error Errno.EAGAIN -> Ok None
  | Error _ as error -> error
