"""The frozen encoder's output, computed once: training then touches only the head."""

from tempfile import TemporaryFile

import numpy as np
import torch

from config import Config
from data import FOLDER, Loader
from model import encode, has_bf16
{{ model.class_import }}


@torch.inference_mode()
def cache_features(model: {{ model.class_name }}, loader: Loader) -> torch.Tensor:
    """The encoder's output for every text of a split, in its order: (N, H).

    In eval mode: a frozen encoder has no dropout here, unlike one that runs in every step.
    """
    model.eval()
    # {% if data.on_disk %}
    # In a file without a name, which is gone when this program ends.
    folder = FOLDER / Config.cache_dir
    folder.mkdir(exist_ok=True)
    shape = (len(loader.examples), model.config.hidden_size)
    features = np.memmap(TemporaryFile(dir=folder), np.float32, "w+", shape=shape)  # type: ignore[call-overload]
    for rows, batch in loader.in_order():
        # {% if hardware.autocast_loader %}
        with {{ hardware.autocast_loader }}:
            features[rows] = encode(model, batch).float().cpu()
        # {% else %}
        features[rows] = encode(model, batch).cpu()
        # {% endif %}
    return torch.from_numpy(features)
    # {% else %}
    features = []
    order = []
    for rows, batch in loader.in_order():
        # {% if hardware.autocast_loader %}
        with {{ hardware.autocast_loader }}:
            features.append(encode(model, batch).float())
        # {% else %}
        features.append(encode(model, batch))
        # {% endif %}
        order += rows
    return torch.cat(features)[torch.tensor(order).argsort()]
    # {% endif %}
