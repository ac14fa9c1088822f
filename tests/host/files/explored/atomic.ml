include Explored.Atomic
