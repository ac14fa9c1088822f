module Latch = Explored_sync.Latch
module Event = Explored_sync.Event
