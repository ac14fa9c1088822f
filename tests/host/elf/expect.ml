let fail format = Printf.ksprintf (fun what -> Check.that what false) format
let show = Format.asprintf "%a" Elf.Error.pp

let equal what show got expected =
  if got <> expected then fail "%s is %s, not %s" what (show got) (show expected)

let int what = equal what (Printf.sprintf "0x%x")
let text what = equal what (Printf.sprintf "%S")

let ok = function
  | Ok value -> value
  | Error e ->
      fail "%s" (show e);
      assert false

let errno_name : Elf.Error.errno -> string = function ENOEXEC -> "ENOEXEC" | EINVAL -> "EINVAL"

let fails ~offset problem errno = function
  | Ok _ -> fail "there is no error"
  | Error e ->
      equal "the error" show e { Elf.Error.offset; problem };
      equal "its errno" errno_name (Elf.Error.errno e) errno
