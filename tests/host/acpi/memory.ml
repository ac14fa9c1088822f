open Aml

type t = {
  cells : (string * int, int) Hashtbl.t;
  mutable notified : (Path.t * int) list;
  mutable debugged : Value.t list;
  mutable time : int64;
}

let create () = { cells = Hashtbl.create 64; notified = []; debugged = []; time = 0L }

let space : Handlers.place -> (string * int) option = function
  | Memory address -> Some ("memory", address)
  | Port port -> Some ("port", port)
  | Config ({ segment; bus; device; function_ }, register) ->
      Some (Printf.sprintf "%x:%x:%x.%x" segment bus device function_, register)
  | Elsewhere _ -> None

let read t place ~size =
  match space place with
  | None -> Error "there is no such space"
  | Some (name, address) ->
      let byte n = Option.value (Hashtbl.find_opt t.cells (name, address + n)) ~default:0 in
      let add value n = Int64.logor (Int64.shift_left value 8) (Int64.of_int (byte n)) in
      Ok (List.fold_left add 0L (List.rev (List.init size Fun.id)))

let write t place ~size value =
  match space place with
  | None -> Error "there is no such space"
  | Some (name, address) ->
      let byte n = Int64.to_int (Int64.shift_right_logical value (8 * n)) land 0xff in
      List.iter (fun n -> Hashtbl.replace t.cells (name, address + n) (byte n))
        (List.init size Fun.id);
      Ok ()

let set t place ~size value = ignore (write t place ~size value : (unit, string) result)

let timer t () =
  t.time <- Int64.succ t.time;
  t.time

let handlers t =
  {
    Handlers.none with
    read = read t;
    write = write t;
    timer = timer t;
    notify = (fun path value -> t.notified <- (path, value) :: t.notified);
    debug = (fun value -> t.debugged <- value :: t.debugged);
  }

let notified t =
  let all = List.rev t.notified in
  t.notified <- [];
  all

let debugged t =
  let all = List.rev t.debugged in
  t.debugged <- [];
  all
