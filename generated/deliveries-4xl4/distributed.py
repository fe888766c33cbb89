"""Many processes as one: who this one is, what the others have, and the network spread over them."""

import atexit
import io
import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import timedelta
from itertools import zip_longest
from typing import TextIO, TypeVar

import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel

from config import Config

T = TypeVar("T")


def join(config: Config) -> torch.device:
    """Meets the other processes, which torchrun tells of; returns the device of this one.

    Raises:
        torch.distributed.DistError: if one of them does not come within `config.timeout_s`.
    """
    device = torch.device(config.device)
    if device.type == "cuda":
        if not torch.cuda.is_available():
            raise SystemExit("no CUDA GPU here; `--device cpu` runs a slow trial")
        device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
        torch.cuda.set_device(device)
    if not dist.is_initialized():
        # The CPU's carries counts and predictions, the GPUs' carries weights and gradients.
        meet("gloo" if device.type == "cpu" else "cpu:gloo,cuda:nccl", config)
    return device


def meet(backend: str, config: Config) -> None:
    """Makes the group of all processes; the first one speaks for them, each of its own errors."""
    timeout = timedelta(seconds=config.timeout_s)
    # Without torchrun's variables there is nobody to meet, and no place to meet at.
    store, size, number = (None, -1, -1) if "RANK" in os.environ else (dist.HashStore(), 1, 0)
    dist.init_process_group(backend, None, timeout, size, number, store)
    atexit.register(dist.destroy_process_group)
    if world_size() > 1:
        sys.stderr = RankPrefix(sys.stderr, f"[rank {rank()}] ")
    if rank() > 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class RankPrefix(io.TextIOBase):
    """Standard error with the process's number before each line."""

    def __init__(self, stream: TextIO, prefix: str) -> None:
        self.stream, self.prefix, self.at_start = stream, prefix, True

    def write(self, text: str) -> int:
        for line in text.splitlines(keepends=True):
            self.stream.write(self.prefix + line if self.at_start else line)
            self.at_start = line.endswith("\n")
        self.stream.flush()
        return len(text)

    def fileno(self) -> int:
        return self.stream.fileno()


def rank() -> int:
    """The number of this process, over all nodes; 0 where there is no other."""
    return dist.get_rank() if dist.is_initialized() else 0


def world_size() -> int:
    """How many processes there are."""
    return dist.get_world_size() if dist.is_initialized() else 1


def gather(value: T) -> list[T]:
    """What each process has, in their order."""
    values = [value] * world_size()
    if dist.is_initialized():
        dist.all_gather_object(values, value)
    return values


def in_turn(items: list[T]) -> list[T]:
    """The items of all processes where each had every n-th one, in the order of the whole."""
    turns = zip_longest(*gather(items))
    return [item for turn in turns for item in turn if item is not None]


def all_summed(tensor: torch.Tensor) -> torch.Tensor:
    """The sum over the processes of a tensor of the CPU, in place."""
    if dist.is_initialized():
        dist.all_reduce(tensor)
    return tensor


def totals(*counts: int) -> list[int]:
    """Each count over all processes."""
    return [int(count) for count in all_summed(torch.tensor(counts))]


def wait() -> None:
    """Until all processes have come here."""
    all_summed(torch.zeros(1))


@contextmanager
def first_alone() -> Iterator[None]:
    """The first process goes ahead, the others follow when it is done."""
    if rank() > 0:
        wait()
    yield
    if rank() == 0:
        wait()


def spread(network: torch.nn.Module) -> DistributedDataParallel:
    """The network, whose gradients are averaged over the processes while they are computed.

    (DDP, arXiv:2006.15704.) Buffers, of which none is learned, are left alone.
    """
    return DistributedDataParallel(
        network, forward_sync_buffers=False, gradient_as_bucket_view=True
    )


def summing(network: DistributedDataParallel, is_last: bool) -> AbstractContextManager[None]:
    """The gradients of a batch's parts stay with their process until the last part."""
    return nullcontext() if is_last else network.no_sync()
