"""Numbers: expressions compiled to NumPy, JAX and PyTorch, evaluated and compared."""
