"""Cross-entropy over a vocabulary, a chunk of positions at a time: the logits are the largest tensor."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F

from config import Config

CHUNK = {{ kernels.loss_chunk }}  # positions


# {% include "partials/chunked_loss.py" %}
