let opened _ _ _ ~controls:_ = None
