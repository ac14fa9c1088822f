(** inotify_init and what is done with such files ({!Fs.Inotify}). *)

val all : Call.t list
