(** The monitor's commands. *)

type test = {
  name : string;
  about : string;  (** what is promised, one line *)
  run : unit -> (unit, string) result;
}

exception Skipped of string
(** Raised by a test that does not apply to this machine; says why. *)

val all :
  files:Initfs.t ->
  tests:test list ->
  soak:(seconds:int -> seed:int -> (unit, string) result) ->
  benchmarks:(string * (unit -> string)) list ->
  marked:(string * (unit -> string)) list ->
  more:Command.t list ->
  Command.t list
(** [help] first; in the order that [help] shows. A benchmark gives its result as one line of JSON;
    those that are [marked] for a look from outside run only when they are named. *)

val pp_bytes : int -> string
(** ["1.5 GiB"] *)
