"""loss.py with label smoothing is torch's own loss, whatever the configuration says."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch
import torch.nn.functional as F

from tests.generated.projects import write
from tests.golden.gallery import compiled
from tests.tasks.causal_lm.workbench import imported


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    project = compiled("phrases-en-de")[1]
    return imported(write(project, tmp_path_factory.mktemp("phrases") / "project"))


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 0.4])
def test_smoothed_loss_and_gradients_are_torchs(modules: SimpleNamespace, smoothing: float) -> None:
    torch.manual_seed(0)
    states, weight, labels = torch.randn(1300, 24), torch.randn(70, 24), torch.randint(70, (1300,))
    results = []
    for is_own in (True, False):
        inputs = [states.clone().requires_grad_(), weight.clone().requires_grad_()]
        if is_own:
            loss = modules.loss.HeadLoss.apply(*inputs, labels, smoothing)
        else:
            loss = F.cross_entropy(F.linear(*inputs), labels, label_smoothing=smoothing)
        (3 * loss).backward()
        results.append((loss.detach(), *(tensor.grad for tensor in inputs)))
    for mine, theirs in zip(*results, strict=True):
        torch.testing.assert_close(mine, theirs, rtol=1e-5, atol=1e-7)
