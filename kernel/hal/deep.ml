type ('a, 'b) continuation = ('a, 'b) Effect.Deep.continuation
type ('a, 'b) stack [@@immediate]
type outer [@@immediate]

type 'b effects = {
  answer : 'a. 'a Effect.t -> ('a, 'b) continuation -> outer -> 'b;
}
[@@unboxed]

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

(* SAFETY: empties the continuation, as the runtime's own function does, but with a plain store. So
   two cores must not continue it at the same time; one after the other is seen, and raises. *)
external take : ('a, 'b) continuation -> ('a, 'b) stack = "hal_deep_take" [@@noalloc]

let[@inline] run f x ~retc ~exnc { answer } = runstack (alloc_stack retc exnc answer) f x
let[@inline] continue k value = resume (take k) (fun value -> value) value (outer k)
