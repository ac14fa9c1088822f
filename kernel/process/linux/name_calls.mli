(** Names made and removed: mkdir, mknod, symlink, link, unlink, rmdir, rename ({!Fs.Naming}). *)

val all : Call.t list
