open Object

type machine = {
  root : node;
  width : Integer.width;
  handlers : Handlers.t;
  mutable budget : Budget.t;
  mutable location : string * int * node option;
  mutable errors : Error.t list;
  mutable pci_of : node -> Handlers.pci;
}

type frame = { method_ : node; locals : slot array; arguments : slot array;
  mutable made : node list }
type outcome = Value of Object.t | Done | Broke | Continued | Returned of Object.t

type t = {
  machine : machine;
  cursor : Cursor.t;
  scope : node;
  frame : frame option;
  term : t -> outcome;
}

(* What an object costs besides its bytes. *)
let overhead = 32
let take machine bytes = Budget.take machine.budget (bytes + overhead)
let integer machine n = Integer (Integer.wrap machine.width n)
let boolean machine holds = Integer (Integer.of_bool machine.width holds)

let string machine s =
  take machine (String.length s);
  String (text_of_string s)

let buffer machine bytes =
  take machine (Bytes.length bytes);
  Buffer { bytes }

let package machine size =
  take machine (8 * size);
  Package (Array.make size Uninitialized)

let rec copy machine = function
  | String { bytes } -> string machine (Bytes.to_string bytes)
  | Buffer { bytes } ->
      take machine (Bytes.length bytes);
      Buffer { bytes = Bytes.copy bytes }
  | Package elements ->
      take machine (8 * Array.length elements);
      Budget.nested machine.budget (fun () -> Package (Array.map (copy machine) elements))
  | other -> other

let error_of machine problem =
  let table, offset, method_ = machine.location in
  { Error.table; offset; path = Option.map path method_; problem }

let guarded machine f =
  match f () with
  | value -> Ok value
  | exception Error.Fault problem -> Error (error_of machine problem)

let within t cursor = { t with cursor }
let wrong_type ~wanted found = Error.fail (Wrong_type { wanted; found = type_name found })
