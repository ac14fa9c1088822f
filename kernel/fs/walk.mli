(** From a path to a node: path_resolution(7), with Linux's errors in Linux's order. *)

type t = {
  mounts : Mounts.t;
  root : Mounts.place;  (** of the process *)
  here : Mounts.place;  (** its working directory *)
  credentials : Credentials.t;
  umask : int;
}
(** A process's view: immutable, made anew when something of it changes. *)

val create : Mounts.t -> t
(** User 0 at the root; umask 022. *)

val path_max : int
(** 4095: the longest path, in bytes. *)

val resolve :
  t -> ?start:Mounts.place -> ?follow:bool -> string -> (Mounts.place, Errno.t) result
(** [start] is where a relative path begins, [here] unless given ([ENOTDIR] when it is no
    directory). [follow] (true unless given): a symbolic link at the end is followed, too; it is in
    any case when slashes are behind it, which also demand a directory. *)

val path : t -> Mounts.place -> (string, Errno.t) result
(** Its absolute path as it is now, by looking for it in its parents. [ENOENT] when it was removed,
    or lies outside of the root; what is no directory is also removed when it is no longer in the
    one where it was found ({!Mounts.place}), and fails with [ENOTDIR] when that is not known. *)

(** {1 For what makes and removes names} *)

type last = Name of string | Dot | Dot_dot | Root  (** of a path of slashes alone *)

type spot = {
  directory : Mounts.place;  (** that may be searched *)
  last : last;
  slash : bool;  (** with slashes behind it *)
  links : int;  (** symbolic links that may still be followed *)
}

val spot : t -> ?start:Mounts.place -> string -> (spot, Errno.t) result
(** All but the last name of the path. *)

val look : Mounts.place -> string -> (Node.t, Errno.t) result
(** The directory's own node of that name, whatever is mounted there. [ENAMETOOLONG] *)

val step : t -> spot -> (Mounts.place, Errno.t) result
(** What the last name stands for, not followed. *)

type followed = Spot of spot | There of Mounts.place  (** at the end *)

val follow : t -> spot -> Node.target -> (followed, Errno.t) result
(** Where the symbolic link with this target, found at the spot, leads. [ELOOP] *)

val arrived : spot -> Mounts.place -> (Mounts.place, Errno.t) result
(** [ENOTDIR] when slashes are behind what is no directory. *)
