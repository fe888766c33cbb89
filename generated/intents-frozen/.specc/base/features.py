"""The frozen encoder's output, computed once: training then touches only the head."""

import torch

from data import Loader
from model import TextClassifier, encode


@torch.inference_mode()
def cache_features(model: TextClassifier, loader: Loader) -> torch.Tensor:
    """The encoder's output for every text of a split, in its order: (N, H).

    In eval mode: a frozen encoder has no dropout here, unlike one that runs in every step.
    """
    model.eval()
    features = []
    order = []
    for rows, batch in loader.in_order():
        features.append(encode(model, batch))
        order += rows
    return torch.cat(features)[torch.tensor(order).argsort()]
