"""What the machines are that a project can be compiled for."""
