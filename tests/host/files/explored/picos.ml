module Trigger = Explored.Trigger
module Computation = Explored.Computation
module Fiber = Explored.Fiber
