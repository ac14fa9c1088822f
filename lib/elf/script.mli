(** Scripts: files that name the program which reads them in their first line, [#!PROGRAM ARGUMENT].

    As Linux's fs/binfmt_script.c has it. The caller follows scripts that are scripts' programs, and
    ends that (Linux: after five, with ELOOP). *)

type t = {
  interpreter : string;  (** a path; never empty *)
  argument : string option;
      (** one, whatever blanks are in it; those around it are no part of it. It is cut where the
          255 bytes end *)
}

type error =
  | Not_a_script  (** no [#!] *)
  | No_interpreter  (** nothing behind it *)
  | Too_long  (** its path does not end within the 255 bytes *)

val pp_error : Format.formatter -> error -> unit

val looked_at : int
(** So many bytes of a file are enough: 256, as the line's end may be the last. *)

val read : string -> (t, error) result
(** From a file's first bytes; those beyond {!looked_at} do not count. A NUL ends the line as well.
    Each error is ENOEXEC. *)

val arguments : t -> path:string -> string list -> string list
(** The interpreter's arguments when the script [path] is executed with these: the interpreter's
    path, its argument if there is one, [path], and the script's own, without the first. *)
