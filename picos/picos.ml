module Trigger = Trigger
module Computation = Computation
module Fiber = Fiber
module Handler = Handler
