module Lock = Explored_sync.Lock
