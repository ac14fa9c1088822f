(** What is in use, counted when all is at rest: what programs left behind is seen by comparing. *)

val resources : (unit -> Processes.World.t option) -> Command.t
(** One line each, [NAME NUMBER]: processes and their threads, open files, the files' nodes and
    pages (of the world, once it is made), fibers, live words of the heap, the nucleus's small
    objects by kind, and frames that are neither free nor behind heaps and stacks nor kept for small
    objects. *)
