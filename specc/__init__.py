"""specc: a compiler from a fine-tuning spec to a standalone PyTorch training project."""

__version__ = "0.1.0"
