open Fs

type t = { process : Process.t option Atomic.t; watch : Watch.t; mutable forget : unit -> unit }
type File.what += Process of t

let readiness t () =
  match Atomic.get t.process with
  | Some { state = Ended _; _ } -> Readiness.readable
  | Some { state = Running | Stopped _; _ } | None -> Readiness.none

let create ~nonblocking =
  let t = { process = Atomic.make None; watch = Watch.create (); forget = ignore } in
  let file = Nameless.file (Nameless.node Events) ~watch:t.watch in
  let close () = t.forget () in
  ( t,
    File.make ~what:(Process t)
      ~status:{ append = false; nonblocking }
      { read = true; write = true }
      { file with readiness = readiness t; close } )

let set t (process : Process.t) =
  let watcher = Watch.add process.went_on (Watch.ring t.watch) in
  t.forget <- (fun () -> Watch.remove process.went_on watcher);
  Atomic.set t.process (Some process);
  Watch.ring t.watch Readiness.readable

let process t = Option.to_result (Atomic.get t.process) ~none:Errno.EBADF

let of_file (file : File.t) =
  match file.what with Process t -> process t | _ -> Error Errno.EBADF

let is_there (p : Process.t) =
  Process.locked (fun () ->
      match Process.find p.pid with Some found -> found == p | None -> false)
