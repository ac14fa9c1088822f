open Unix_end

type place =
  | Automatic
  | Abstract of string
  | Named of Node.t * string

type key = Name of kind * string | Node of int * int

module Keys = Map.Make (struct
  type t = key

  let compare = compare
end)

let bound : Unix_end.t Keys.t Atomic.t = Atomic.make Keys.empty
let counter = Atomic.make 0
let node_key (node : Node.t) = Node (node.system.id, node.same)

let rec remove key () =
  let before = Atomic.get bound in
  if not (Atomic.compare_and_set bound before (Keys.remove key before)) then remove key ()

let is_nameless t = Atomic.get t.name = ""

let take_name t name =
  let before = Atomic.get t.name in
  before = "" && Atomic.compare_and_set t.name before name

let rec enter t key name =
  let before = Atomic.get bound in
  if Keys.mem key before then Error Errno.EADDRINUSE
  else if not (Atomic.compare_and_set bound before (Keys.add key t before)) then enter t key name
  else if take_name t name then begin
    Atomic.set t.unbind (remove key);
    Ok ()
  end
  else begin
    remove key ();
    Error EINVAL
  end

(* Five digits, as Linux has them: a million names. *)
let rec enter_somewhere t ~left =
  let name = Printf.sprintf "%05x" (Atomic.fetch_and_add counter 1 land 0xfffff) in
  match enter t (Name (t.kind, name)) ("\000" ^ name) with
  | Error EADDRINUSE when left > 0 -> enter_somewhere t ~left:(left - 1)
  | answer -> answer

let bind t place =
  match place with
  | Automatic when not (is_nameless t) -> Ok ()
  | _ when not (is_nameless t) -> Error Errno.EINVAL
  | Automatic -> enter_somewhere t ~left:0xfffff
  | Abstract name -> enter t (Name (t.kind, name)) ("\000" ^ name)
  | Named (node, path) -> enter t (node_key node) (path ^ "\000")

let at key =
  Option.to_result (Keys.find_opt key (Atomic.get bound)) ~none:Errno.ECONNREFUSED

let find kind = function
  | Automatic -> Error Errno.ECONNREFUSED
  | Abstract name -> at (Name (kind, name))
  | Named (node, _path) ->
      Result.bind (at (node_key node)) (fun t ->
          if t.kind = kind then Ok t else Error Errno.EPROTOTYPE)
