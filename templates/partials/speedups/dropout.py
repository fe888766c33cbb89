# {% if kernels.pooled_dropout %}
class MaskPool:
    """Dropout masks cut at a random offset from one long mask that is drawn once.

    torch draws masks on a CPU one number after another, about 8 ns each. Every mask here drops each
    element at the same rate; what differs is that two masks can be shifted parts of one another.
    The offset comes from torch's generator, so restoring its state restores the masks.
    """

    def __init__(self, rate: float, seed: int, size: int = {{ kernels.pool_size }}) -> None:
        generator = torch.Generator().manual_seed(seed)
        # A 64-bit draw holds four 16-bit numbers, of which the lowest are dropped.
        draws = torch.empty(size // 4, dtype=torch.int64).random_(-(2**63), None, generator=generator)
        num_dropped = round(rate * 2**16)
        self.keep = draws.view(torch.int16) >= num_dropped - 2**15
        self.scale = 2**16 / (2**16 - num_dropped)
        self.masks: dict[torch.dtype, torch.Tensor] = {}

    def drop(self, x: torch.Tensor) -> torch.Tensor:
        """`x` with some elements set to zero and the others scaled up."""
        if x.dtype not in self.masks:
            self.masks[x.dtype] = self.keep.to(x.dtype) * self.scale
        mask = self.masks[x.dtype]
        start = int(torch.randint(len(mask) - x.numel(), ()))
        return x * mask[start : start + x.numel()].view(x.shape)


class PooledDropout(nn.Module):
    """nn.Dropout with masks from a pool; what needs over half of it is dropped part by part."""

    def __init__(self, rate: float, pool: MaskPool) -> None:
        super().__init__()
        self.p, self.pool = rate, pool

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if not self.training:
            return x
        fits = x.numel() <= len(self.pool.keep) // 2
        return self.pool.drop(x) if fits else torch.stack([self(part) for part in x])


def pool_dropout(model: nn.Module, seed: int) -> None:
    """Replaces every nn.Dropout; equal rates share a pool."""
    pools: dict[float, MaskPool] = {}
    for module in list(model.modules()):
        for name, child in module.named_children():
            if isinstance(child, nn.Dropout) and child.p > 0:
                pools[child.p] = pools.get(child.p) or MaskPool(child.p, seed)
                setattr(module, name, PooledDropout(child.p, pools[child.p]))


# {% endif %}
