"""One look at a pretrained base: its files as they lie on a disk, without torch."""
