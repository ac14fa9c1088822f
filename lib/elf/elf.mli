(** What [execve] reads and writes: executables, scripts, and the stack that a program begins with.

    {[
      let* program = Elf.Executable.read X86_64 ~size fetch in
      let* layout = Elf.Layout.make program ~page_bytes:4096 room ~bias in
      let* stack = Elf.Stack_image.make ~top ~stack_bytes ~path ~arguments ~environment auxiliary in
      ...
    ]}

    Total: any bytes give a value or an error that names the byte and the errno. Work is linear in
    the program headers (1170 at most) and in the arguments. *)

module Executable = Executable
module Layout = Layout
module Script = Script
module Stack_image = Stack_image
module Auxiliary = Auxiliary
module Header = Header
module Segment = Segment
module Number = Number
module Error = Error
