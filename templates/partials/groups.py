def tensor_size() -> int:
    """How many processes hold layers together, and have the same rows; one alone has all."""
    return Config.tensor_parallel if world_size() > 1 else 1


def check_groups() -> None:
    """Stops where the processes cannot form groups."""
    if world_size() % tensor_size():
        raise SystemExit(
            f"{world_size()} processes do not form groups of {tensor_size()}, which hold layers "
            "together: start more or fewer, or change `tensor_parallel` in config.py"
        )
    # Weights are put together dimension by dimension when they are saved, which torch warns of.
    logging.getLogger("torch.distributed.tensor._redistribute").setLevel(logging.ERROR)


def data_rank() -> int:
    """The number of this process's group among those that have rows of their own."""
    return rank() // tensor_size()


def data_size() -> int:
    """How many groups there are."""
    return world_size() // tensor_size()


def gather(value: T) -> list[T]:
    """What each group has, in their order: its first process speaks for it."""
    values = [value] * world_size()
    if dist.is_initialized():
        dist.all_gather_object(values, value)
    return values[:: tensor_size()]


def all_summed(tensor: torch.Tensor) -> torch.Tensor:
    """The sum over the groups of a tensor of the CPU, in place: the first of each gives its own."""
    if rank() % tensor_size():
        tensor.zero_()
    if dist.is_initialized():
        dist.all_reduce(tensor)
    return tensor


def totals(*counts: int) -> list[int]:
    """Each count over all groups; what one process of a group alone has seen, a signal, counts too."""
    numbers = torch.tensor(counts)
    if dist.is_initialized():
        dist.all_reduce(numbers)
    return [-(-int(number) // tensor_size()) for number in numbers]
