# {% macro starting_at() %}
# {% if training.accumulates %}
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
