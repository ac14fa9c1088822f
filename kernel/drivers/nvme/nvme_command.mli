(** Commands of NVMe, as their 64 bytes. Source: NVM Express Base Specification 1.4, sections 4.2, 5
    and 6. Each function writes all of one at [at] of a queue's memory; [id] comes back with what
    became of it. *)

type place = Hal.Dma.t -> at:int -> id:int -> unit

(** {1 Admin} *)

val identify_controller : memory:int -> place
(** 4096 bytes go to this device address; likewise below. *)

val identify_namespace : memory:int -> namespace:int -> place
val list_namespaces : memory:int -> after:int -> place
(** The next 1024 that there are, by rising number. *)

val set_number_of_queues : int -> place
val create_completions : queue:int -> entries:int -> memory:int -> message:int -> place
val create_submissions : queue:int -> entries:int -> memory:int -> place
(** With completions in the queue of the same number. *)

val delete_submissions : queue:int -> place
(** Ends what is in it. *)

val delete_completions : queue:int -> place

(** {1 Disks} *)

type memory = { mutable first : int; mutable second : int }
(** PRP entries 1 and 2. *)

val transfer :
  Hal.Dma.t ->
  at:int ->
  id:int ->
  write:bool ->
  namespace:int ->
  memory:memory ->
  block:int ->
  blocks:int ->
  unit

val flush : namespace:int -> place
val write_zeroes : namespace:int -> block:int -> blocks:int -> place
val deallocate : namespace:int -> range:int -> place
(** [range]: the device address of one {!set_range}. *)

val set_range : Hal.Dma.t -> at:int -> block:int -> blocks:int -> unit

(** {1 What became of them} *)

val status_of : int -> Block.Wire.status
(** From {!Nvme_queue.status}. *)
