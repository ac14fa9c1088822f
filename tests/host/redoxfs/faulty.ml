open Redoxfs

type t = { device : Device.t; random : Random.State.t; one_in : int; mutable fails : bool }

let create device random ~one_in = { device; random; one_in; fails = true }
let set t fails = t.fails <- fails
let failed = Error (Device.Failed "this one")
let fails t = t.fails && Random.State.int t.random t.one_in = 0

let write t runs =
  if not (fails t) then t.device.write runs
  else
    let some = List.filter (fun _ -> Random.State.bool t.random) runs in
    Result.bind (t.device.write some) (fun () -> failed)

let device t =
  { t.device with
    read = (fun runs -> if fails t then failed else t.device.read runs);
    write = write t;
    flush = (fun () -> if fails t then failed else t.device.flush ()) }
