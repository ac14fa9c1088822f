(** What is free, in memory. Immutable, so a change that fails is dropped with everything it took.

    Blocks that a commit freed are {e held} for some commits more: until then an older header still
    has everything that it points to, and a reader that began before finds what it looks for. *)

type t

val create : Extents.t -> t
val free : t -> int
(** Blocks, the held ones not among them. *)

val held : t -> int

val all : t -> Extents.t
(** All that nothing needs in the newest commit: free and held. *)

val runs : t -> int
(** Of free and held blocks, at most. *)

val merge : Extents.t -> Extents.t -> Extents.t
(** Both, which share nothing.
    @raise Invalid_argument when they do. *)

val take : t -> level:int -> (int * t) option
(** The lowest free run. *)

val give_back : t -> index:int -> count:int -> t
(** What was taken and never used.
    @raise Invalid_argument when it is free. *)

val is_used : t -> index:int -> count:int -> bool
(** None of these is free or held. *)

val hold : t -> generation:int -> Extents.t -> t
(** What the commit of this generation freed. *)

val ripe : t -> upto:int -> Extents.t list
(** What {!release} would make free. *)

val release : t -> upto:int -> t
(** What commits up to this generation freed can be taken from now on. *)
