"""Speed and memory against what people use now, side by side in one run."""
