(* SAFETY: an immediate value out; it leaves the heap as it is. *)
external live_words : unit -> int = "hal_heap_live_words"
