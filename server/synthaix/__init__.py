"""SynthAIx: a sentence becomes a confirmed schema, and the schema a large, valid, duplicate-free dataset."""

__version__ = "0.1.0"
