(** OCaml's heap, counted. *)

val live_words : unit -> int
(** The words of all blocks in the major heaps of all domains, headers included, but for those that
    the latest cycle found to be garbage. Stops the world while it looks at each block; unlike
    {!Gc.stat}'s, which OCaml 5.3 adds up, it is right after a compaction too. *)
