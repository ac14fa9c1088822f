type place = Node.t
