"""Language-model providers behind one protocol."""
