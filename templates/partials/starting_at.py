# {% macro starting_at() %}
# {% if devices.many %}
def starting_at(self, step: int) -> Iterator[tuple[list[dict[str, torch.Tensor]], int]]:
    """This process's parts of the training batches, from optimizer step `step` on, without end.

    With the number of parts that hold rows of its own. All processes have equally many, because
    they wait for each other; where the rows do not suffice, a part repeats another process's row.
    """
    epoch, position = divmod(step, len(self))
    size = self.config.micro_batch
    while True:
        for rows in self.epoch(epoch)[position:]:
            own = rows[{{ devices.rank }} :: {{ devices.size }}]
            num_parts = math.ceil(math.ceil(len(rows) / {{ devices.size }}) / size)
            parts = [own[i * size : (i + 1) * size] for i in range(num_parts)]
            batches = [self.batch(part if len(part) else rows[:1]) for part in parts]
            yield batches, sum(len(part) > 0 for part in parts)
        epoch, position = epoch + 1, 0
# {% elif training.accumulates %}
def starting_at(self, step: int) -> Iterator[list[dict[str, torch.Tensor]]]:
    """The training batches in parts, from optimizer step `step` on, without end."""
    epoch, position = divmod(step, len(self))
    size = self.config.micro_batch
    while True:
        for rows in self.epoch(epoch)[position:]:
            yield [self.batch(rows[i : i + size]) for i in range(0, len(rows), size)]
        epoch, position = epoch + 1, 0
# {% else %}
def starting_at(self, step: int) -> Iterator[dict[str, torch.Tensor]]:
    """The training batches from optimizer step `step` on, without end."""
    epoch, position = divmod(step, len(self))
    while True:
        for rows in self.epoch(epoch)[position:]:
            yield self.batch(rows)
        epoch, position = epoch + 1, 0
# {% endif %}
# {% endmacro %}
