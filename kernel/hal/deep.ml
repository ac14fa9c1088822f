type ('a, 'b) continuation = ('a, 'b) Effect.Deep.continuation
type ('a, 'b) cell = { mutable kept : ('a, 'b) continuation }
type ('a, 'b) stack [@@immediate]
type outer [@@immediate]

type 'b effects = { answer : 'a. 'a Effect.t -> ('a, 'b) continuation -> outer -> 'b } [@@unboxed]

(* SAFETY of all: used as OCaml 5.3's own Stdlib.Effect.Deep uses them. *)
external alloc_stack :
  ('a -> 'b) ->
  (exn -> 'b) ->
  ('c Effect.t -> ('c, 'b) continuation -> outer -> 'b) ->
  ('a, 'b) stack = "caml_alloc_stack"

external runstack : ('a, 'b) stack -> ('c -> 'a) -> 'c -> 'b = "%runstack"
external resume : ('a, 'b) stack -> ('c -> 'a) -> 'c -> outer -> 'b = "%resume"
external pass_on : 'a Effect.t -> ('a, 'b) continuation -> outer -> 'b = "%reperform"
external outer : ('a, 'b) continuation -> outer = "%field1"

(* SAFETY of both: they empty the continuation, as the runtime's own function does, but with a plain
   store. So two cores must not take it at the same time; who comes later finds it empty, and resume
   raises. The second stores in the cell first, with the runtime's barrier. *)
external take : ('a, 'b) continuation -> ('a, 'b) stack = "hal_deep_take" [@@noalloc]

external keep_and_take :
  ('c, 'd) cell -> ('c, 'd) continuation -> ('a, 'b) continuation -> ('a, 'b) stack
  = "hal_deep_keep_and_take"
[@@noalloc]

let same value = value
let[@inline] run f x ~retc ~exnc { answer } = runstack (alloc_stack retc exnc answer) f x
let[@inline] continue k value = resume (take k) same value (outer k)

let[@inline] keep_and_continue cell kept k value =
  let outer = outer k in
  resume (keep_and_take cell kept k) same value outer

(* ---- a continuation that is nobody's ---- *)

let stopped (type a) () : (a, unit) continuation =
  let module Asked = struct
    type _ Effect.t += Stop : a Effect.t
  end in
  let kept : (a, unit) continuation option ref = ref None in
  let effc (type b) (asked : b Effect.t) : ((b, unit) continuation -> unit) option =
    match asked with
    | Asked.Stop -> Some (fun (k : (a, unit) continuation) -> kept := Some k)
    | _ -> None
  in
  let stop () = ignore (Effect.perform Asked.Stop : a) in
  Effect.Deep.match_with stop () { retc = Fun.id; exnc = raise; effc };
  Option.get !kept
