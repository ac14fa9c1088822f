module Control = Control
module Promise = Promise
module Bundle = Bundle
module Flock = Flock
module Run = Run
