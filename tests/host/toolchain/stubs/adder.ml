external add : (int[@untagged]) -> (int[@untagged]) -> (int[@untagged])
  = "adder_add_bytecode" "adder_add"
[@@noalloc]
