(** The suite's tests: which files have a TEST block, and what their blocks ask for. *)

type test = {
  name : string;  (** the file's path below tests/; with [#2] and so on for its further runs *)
  place : Plan.place;
  run : Plan.run;
}

type t = {
  tests : test list;  (** in the order of their names *)
  nr_blocks : int;  (** files with a block *)
  excluded : (string * string) list;  (** files that do not apply, with the reason *)
}

(** Reads all blocks below [root], in which test programs are built below [work]. *)
val read : Config.t -> root:string -> t

(** One test of each directory that has any but slow ones, and more of the directories that exercise
    what is ours: always the same ones. *)
val part : slow:(test -> bool) -> test list -> test list
