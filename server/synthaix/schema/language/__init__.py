"""How a sentence is read, with no model: one module for each thing a sentence can say about a table."""
