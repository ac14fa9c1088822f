type problem =
  | Truncated of { what : string; wanted : int; left : int }
  | Not_elf
  | Other_machine of { machine : int; wanted : int }
  | Other_form of { what : string; value : int; wanted : int }
  | Not_executable of int
  | Bad_count of int
  | Bad_interpreter of { size : int }
  | Nothing_to_load
  | Too_large of string
  | Bad_sizes of { in_file : int; in_memory : int }
  | Misaligned of { address : int; in_file : int }
  | Outside of { what : string; address : int }
  | Overlap of { address : int }

type t = { offset : int; problem : problem }

let pp_problem ppf problem =
  let say format = Format.fprintf ppf format in
  match problem with
  | Truncated { what; wanted; left } -> say "%s takes %d bytes, and %d are left" what wanted left
  | Not_elf -> say "this is no ELF file"
  | Other_machine { machine; wanted } -> say "made for machine %d, and this is %d" machine wanted
  | Other_form { what; value; wanted } -> say "%s is %d, not %d" what value wanted
  | Not_executable kind -> say "a file of type %d cannot be executed" kind
  | Bad_count count -> say "there cannot be %d program headers" count
  | Bad_interpreter { size } -> say "these %d bytes are no path of an interpreter" size
  | Nothing_to_load -> say "nothing is to be loaded"
  | Too_large what -> say "%s is beyond any address" what
  | Bad_sizes { in_file; in_memory } ->
      say "a segment has %d bytes in the file and only %d in memory" in_file in_memory
  | Misaligned { address; in_file } ->
      say "address 0x%x and file offset 0x%x differ within a page" address in_file
  | Outside { what; address } -> say "%s is at 0x%x, where no process has anything" what address
  | Overlap { address } -> say "the page of 0x%x is another segment's already" address

let pp ppf { offset; problem } = Format.fprintf ppf "offset 0x%x: %a" offset pp_problem problem

type errno = ENOEXEC | EINVAL

let table_offset = 32 (* of e_phoff *)

let errno { offset; problem } =
  match problem with
  | Too_large _ when offset = table_offset -> ENOEXEC
  | Truncated _ | Not_elf | Other_machine _ | Other_form _ | Not_executable _ | Bad_count _
  | Bad_interpreter _ ->
      ENOEXEC
  | Nothing_to_load | Too_large _ | Bad_sizes _ | Misaligned _ | Outside _ | Overlap _ -> EINVAL

let fail ~offset problem = Error { offset; problem }
