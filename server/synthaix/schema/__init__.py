"""A table and its columns, and how a sentence becomes one."""
