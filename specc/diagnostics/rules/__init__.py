"""The rules behind the codes, one module a stage."""
