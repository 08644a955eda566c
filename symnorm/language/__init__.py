"""What can be written: the expression graph, its constructors, and the ways in."""
