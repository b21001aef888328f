"""How rows come to be: the plan, the samplers and the writer."""
