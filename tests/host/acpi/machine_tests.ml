(* The namespace and what bounds an evaluation: errors with their offsets, budgets, handlers,
   initialisation. *)
open Aml
open Aml_code

let test = Check.test
let that = Check.that

let machine ?limits terms =
  let machine, errors = load ?limits [ block terms ] in
  List.iter (fun error -> that (Format.asprintf "%a" Error.pp error) false) errors;
  machine

let error_of = function
  | Ok value -> failwith (Format.asprintf "no error but %a" Value.pp value)
  | Error error -> error

let fails name terms problem offset =
  test name (fun () ->
      let error = error_of (Machine.evaluate (machine [ method_ "MAIN" terms ]) [ "MAIN" ]) in
      let text = Format.asprintf "%a" Error.pp error in
      that text (error.problem = problem);
      that text (error.offset = offset && error.path = Some [ "MAIN" ] && error.table = "DSDT"))

(* A method's code begins at offset 44: the header, opcode, length, name and flags. *)
let error_tests () =
  fails "error: no such opcode" [ "\xa3"; "\x02" ] (Bad_opcode 0x02) 45;
  fails "error: no such extended opcode" [ "\x5b\x99" ] (Bad_opcode 0x5b99) 44;
  fails "error: the code ends in a number" [ "\x70\x0c\x01" ] (Truncated { wanted = 4 }) 45;
  fails "error: the code ends in a string" [ return "\x0dabc" ] (Truncated { wanted = 4 }) 45;
  fails "error: a package larger than what holds it" [ "\xa0\x4f\x01\x00" ] (Bad_length 0x1f) 44;
  fails "error: no name" [ "\x08ab12\x00" ] Bad_name 44;
  fails "error: nothing has this name" [ return "NONE" ] (Not_found "NONE") 45;
  fails "error: a value that is none"
    [ return (String.concat "" [ "\x72"; "\xa3"; "\x01"; "\x00" ]) ] (Uninitialized "an operand")
    46;
  fails "error: not supported" [ "\x5b\x20NONE\x00" ] (Unsupported "Load") 44;
  test "error: no such name to evaluate" (fun () ->
      let machine = machine [] in
      that "it" ((error_of (Machine.evaluate machine [ "NONE" ])).problem = Not_found "\\NONE");
      that "or nothing" (Machine.evaluate_if_present machine [ "NONE" ] = Ok None))

(* ---- budgets ---- *)

let exhausts name terms limit =
  test name (fun () ->
      let buffer = Aml_code.name "BUF_" (package "\x11" (dword 0x10000)) in
      let machine = machine [ buffer; method_ "GOOD" [ return "\x01" ]; method_ "MAIN" terms ] in
      let error = error_of (Machine.evaluate machine [ "MAIN" ]) in
      that (Format.asprintf "%a" Error.pp error) (error.problem = Exhausted limit);
      that "the next one has a budget of its own"
        (Machine.evaluate machine [ "GOOD" ] = Ok (Integer 1L)))

let loop body = package "\xa2" ("\x01" ^ body)
let rec nested n inner = if n = 0 then inner else nested (n - 1) ("\x92" ^ inner)

let budget_tests () =
  exhausts "budget: While (One)" [ loop "" ] Steps;
  exhausts "budget: While (One) that counts" [ "\x70\x00\x60"; loop "\x75\x60" ] Steps;
  exhausts "budget: a method that calls itself" [ "MAIN" ] Depth;
  exhausts "budget: terms within terms" [ return (nested 1000 "\x01") ] Depth;
  exhausts "budget: a buffer of 2 GiB"
    [ "\x70" ^ package "\x11" (dword 0x7fffffff) ^ "\x60" ] Memory;
  exhausts "budget: a buffer of 4 GiB"
    [ "\x70" ^ package "\x11" (dword 0x0fffffff) ^ "\x60" ] Memory;
  exhausts "budget: a string that doubles"
    [ "\x70" ^ text "x" ^ "\x60"; loop "\x73\x60\x60\x60" ] Memory;
  exhausts "budget: large copies, over and over" [ loop "\x70BUF_\x60" ] Memory;
  exhausts "budget: large comparisons, over and over" [ loop "\x70\x93BUF_BUF_\x60" ] Memory;
  exhausts "budget: large fills, over and over" [ loop "\x70\x01BUF_" ] Memory;
  exhausts "budget: a package that holds itself, many times"
    [ "\x70" ^ package "\x12" "\x02\x01\x01" ^ "\x60"; loop "\x70\x60\x88\x60\x00\x00" ] Depth

(* ---- loading ---- *)

let load_tests () =
  test "load: an error ends the body that it is in, and is told" (fun () ->
      let bad = device "BAD0" (name "AAAA" "\x01" ^ "\x02" ^ name "BBBB" "\x01") in
      let good = device "GOOD" (name "CCCC" (byte 5)) in
      let machine, errors = load [ block [ bad; good ] ] in
      let offsets = List.map (fun (e : Error.t) -> (e.offset, e.problem)) errors in
      that
        (String.concat "; " (List.map (Format.asprintf "%a" Error.pp) errors))
        (offsets = [ (50, Bad_opcode 2) ]);
      that "what came before it" (Machine.evaluate machine [ "BAD0"; "AAAA" ] = Ok (Integer 1L));
      that "not what came after" (Machine.kind machine [ "BAD0"; "BBBB" ] = None);
      that "the rest" (Machine.evaluate machine [ "GOOD"; "CCCC" ] = Ok (Integer 5L)));
  test "load: a second definition is told and left out" (fun () ->
      let machine, errors = load [ block [ name "AAAA" "\x01"; name "AAAA" (byte 5);
        name "BBBB" "\x01" ] ] in
      that
        (String.concat "; " (List.map (Format.asprintf "%a" Error.pp) errors))
        (List.map (fun (e : Error.t) -> e.problem) errors = [ Exists "\\AAAA" ]);
      that "the first" (Machine.evaluate machine [ "AAAA" ] = Ok (Integer 1L));
      that "what follows" (Machine.evaluate machine [ "BBBB" ] = Ok (Integer 1L)));
  test "load: several tables, each with its name in errors" (fun () ->
      let first = block [ device "DEV0" "" ] in
      let second = block ~signature:"SSDT" [ scope "DEV0" (name "ABCD" (byte 5)); "\x02" ] in
      let machine, errors = load [ first; second ] in
      that "both" (Machine.evaluate machine [ "DEV0"; "ABCD" ] = Ok (Integer 5L));
      that "whose" (List.map (fun (e : Error.t) -> e.table) errors = [ "SSDT" ]));
  test "load: an endless loop outside of methods" (fun () ->
      let _, errors = load [ block [ loop ""; name "AAAA" "\x01" ] ] in
      that "ends" (List.map (fun (e : Error.t) -> e.problem) errors = [ Exhausted Steps ]));
  test "load: no table at all" (fun () ->
      let machine, errors = load [] in
      that "what is always there" (errors = [] && Machine.kind machine [ "_SB_" ] = Some Device);
      that "its children"
        (Machine.children machine []
         = [ [ "_GL_" ]; [ "_GPE" ]; [ "_OSI" ]; [ "_OS_" ]; [ "_PR_" ]; [ "_REV" ]; [ "_SB_" ];
             [ "_SI_" ]; [ "_TZ_" ] ]))

let alias_tests () =
  test "names: an alias of what holds it is no way round in circles" (fun () ->
      let machine = machine [ device "DEV0" ("\x06" ^ "\\DEV0" ^ "SELF" ^ name "AAAA" (byte 5)) ] in
      that "is one" (Machine.kind machine [ "DEV0"; "SELF" ] = Some (Alias [ "DEV0" ]));
      that "leads there"
        (Machine.evaluate machine [ "DEV0"; "SELF"; "SELF"; "AAAA" ] = Ok (Integer 5L));
      that "holds nothing" (Machine.children machine [ "DEV0"; "SELF" ] = []);
      let devices, _ = Device.list machine in
      that "is no other device" (List.map (fun (d : Device.t) -> d.path) devices = [ [ "DEV0" ] ]))

(* ---- handlers ---- *)

let with_memory terms =
  let memory = Memory.create () in
  let machine, errors = Machine.load (Memory.handlers memory) [ block terms ] in
  that "loads" (errors = []);
  (memory, machine)

let region name space offset length =
  "\x5b\x80" ^ name ^ Bytes_of.u8 space ^ dword offset ^ byte length

let field region flags list = package "\x5b\x81" (region ^ Bytes_of.u8 flags ^ list)

let handler_tests () =
  test "handlers: Notify and Debug" (fun () ->
      let notify = "\x86DEV0" ^ byte 0x80 and debug = "\x70" ^ text "hello" ^ "\x5b\x31" in
      let memory, machine = with_memory [ device "DEV0" ""; method_ "MAIN" [ notify; debug ] ] in
      that "runs" (Machine.evaluate machine [ "MAIN" ] = Ok Uninitialized);
      that "notified" (Memory.notified memory = [ ([ "DEV0" ], 0x80) ]);
      that "debugged" (Memory.debugged memory = [ String "hello" ]));
  test "handlers: a space that nobody answers for" (fun () ->
      let fields = region "EC__" 3 0 8 ^ field "EC__" 1 "FLD_\x08" in
      let _, machine = with_memory [ fields; method_ "MAIN" [ return "FLD_" ] ] in
      let error = error_of (Machine.evaluate machine [ "MAIN" ]) in
      that "refused"
        (error.problem
         = Refused
             { space = Embedded_controller; address = 0; reason = "there is no such space" }));
  test "handlers: accesses have the width that the field has" (fun () ->
      let widths = ref [] in
      let read _ ~size = widths := size :: !widths; Ok 0L in
      let narrow = field "MEM_" 1 "AAAA\x18" and wide = field "MEM_" 3 "BBBB\x20" in
      let fields = narrow ^ wide ^ field "MEM_" 4 "CCCC\x08" in
      let terms = [ region "MEM_" 0 0x1000 0x20; fields ] in
      let machine, _ = Machine.load { Handlers.none with read } [ block terms ] in
      List.iter (fun name -> ignore (Machine.evaluate machine [ name ])) [ "AAAA"; "BBBB"; "CCCC" ];
      that "they" (List.rev !widths = [ 1; 1; 1; 4; 8 ]))

let pci_terms =
  let config = region "CFG_" 2 0x10 0x10 ^ field "CFG_" 3 "REG_\x20" in
  let adr device function_ = name "_ADR" (dword ((device lsl 16) lor function_)) in
  let inner = device "DEV1" (adr 2 1 ^ config) in
  let bridge = device "BRDG" (adr 3 0 ^ inner) in
  let direct = device "DEV0" (adr 5 7 ^ config) in
  let host = name "_HID" (dword 0x080ad041) ^ name "_BBN" (byte 0x20) ^ name "_SEG" (byte 1) in
  [ scope "_SB_" (device "PCI0" (host ^ direct ^ bridge ^ config)); device "LONE" config ]

let pci_tests () =
  let root = [ "_SB_"; "PCI0" ] in
  let at bus device function_ : Handlers.pci = { segment = 1; bus; device; function_ } in
  test "pci: a region is its device's, behind bridges too" (fun () ->
      let memory, machine = with_memory pci_terms in
      Memory.set memory (Config (at 0x20 3 0, 0x0e)) ~size:1 0x81L;
      Memory.set memory (Config (at 0x20 3 0, 0x19)) ~size:1 0x25L;
      Memory.set memory (Config (at 0x20 5 7, 0x10)) ~size:4 0x1111L;
      Memory.set memory (Config (at 0x25 2 1, 0x10)) ~size:4 0x2222L;
      Memory.set memory (Config (at 0x20 0 0, 0x10)) ~size:4 0x3333L;
      let value path = Machine.evaluate machine (root @ path) in
      that "direct" (value [ "DEV0"; "REG_" ] = Ok (Integer 0x1111L));
      that "behind" (value [ "BRDG"; "DEV1"; "REG_" ] = Ok (Integer 0x2222L));
      that "the bridge's own" (value [ "REG_" ] = Ok (Integer 0x3333L));
      that "asked for"
        (Machine.pci_function machine (root @ [ "BRDG"; "DEV1" ]) = Ok (at 0x25 2 1)));
  test "pci: a region named from elsewhere is its parent's" (fun () ->
      let name = "\\\x2f\x04_SB_PCI0DEV0OTHR" in
      let fields = package "\x5b\x81" (name ^ "\x03FAR_\x20") in
      let memory, machine = with_memory (pci_terms @ [ region name 2 0x40 4; fields ]) in
      Memory.set memory (Config (at 0x20 5 7, 0x40)) ~size:4 0x4444L;
      that "its device's" (Machine.evaluate machine [ "FAR_" ] = Ok (Integer 0x4444L)));
  test "pci: a device below no host bridge" (fun () ->
      let _, machine = with_memory pci_terms in
      let error = error_of (Machine.evaluate machine [ "LONE"; "REG_" ]) in
      that "says so" (error.problem = Not_found "PCI host bridge"))

(* ---- initialisation ---- *)

let initialize_tests () =
  let log n = "\x70" ^ byte n ^ "\x5b\x31" in
  let ini n = method_ "_INI" [ log n ] in
  let sta n = name "_STA" (byte n) in
  let reg = method_ ~arity:2 "_REG" [ "\x70\x68\x5b\x31" ] in
  let terms =
    [
      scope "_SB_" (ini 1);
      device "DEV0" (sta 0xf ^ ini 2 ^ device "SUB0" (ini 3) ^ region "CFG_" 2 0 8 ^ reg);
      device "DEV1" (sta 0 ^ ini 4 ^ device "SUB0" (ini 5));
      device "DEV2" (sta 8 ^ ini 6 ^ device "SUB0" (ini 7));
    ]
  in
  test "initialize: _REG, then _INI of what is there" (fun () ->
      let memory, machine = with_memory terms in
      that "no errors" (Machine.initialize machine = []);
      let order = List.filter_map Value.to_int (Memory.debugged memory) in
      that (String.concat " " (List.map string_of_int order)) (order = [ 2; 2; 3; 7; 1 ]));
  test "initialize: errors are told" (fun () ->
      let bad = device "DEV0" (method_ "_INI" [ "\x02" ]) in
      let _, machine = with_memory [ bad; device "DEV1" (ini 1) ] in
      that "one" (List.length (Machine.initialize machine) = 1))

let argument_tests () =
  test "evaluate: arguments and results" (fun () ->
      let machine = machine [ device "DEV0" ""; method_ ~arity:2 "ECHO" [ return "\x69" ] ] in
      let echo value = Machine.evaluate ~arguments:[ Integer 1L; value ] machine [ "ECHO" ] in
      let same value = that (Format.asprintf "%a" Value.pp value) (echo value = Ok value) in
      List.iter same
        [ Integer (-1L); String "text"; Buffer "\001\002"; Package [ Integer 1L; String "a" ];
          Reference [ "DEV0" ] ];
      that "a device is itself" (Machine.evaluate machine [ "DEV0" ] = Ok (Reference [ "DEV0" ]));
      that "an argument that is not given is zero"
        (Machine.evaluate machine [ "ECHO" ] = Ok (Integer 0L)))

let () =
  error_tests ();
  budget_tests ();
  load_tests ();
  alias_tests ();
  handler_tests ();
  pci_tests ();
  initialize_tests ();
  argument_tests ();
  Check.finish ()
