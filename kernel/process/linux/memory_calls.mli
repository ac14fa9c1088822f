(** mmap, munmap, mprotect, mremap, madvise, msync, mincore, mlock, brk. *)

val all : Call.t list
