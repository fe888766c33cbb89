"""The pages of docs/ that are generated: see docs/generate.py."""
