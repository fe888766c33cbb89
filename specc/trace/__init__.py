"""One training step without memory and without the device: what it would need, counted exactly."""
