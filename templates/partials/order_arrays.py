# {% from "partials/starting_at.py" import starting_at with context %}
# {% macro order(lengths="self.token_ids.lengths") %}
def epoch(self, epoch: int) -> list[np.ndarray]:
    """Row numbers of each batch of one epoch: {{ task.unit }} of similar length together.

    A pure function of seed and epoch, so that a resumed run meets the same batches.
    """
    rng = random.Random(f"{self.config.seed}-{epoch}")
    lengths = {{ lengths }}
    rows = shuffled(np.arange(len(lengths)), rng)
    size = self.config.batch_size
    window = self.config.batches_per_window * size
    for start in range(0, len(rows), window):
        part = rows[start : start + window]
        part[:] = part[np.argsort(lengths[part], kind="stable")]
    batches = [rows[i : i + size] for i in range(0, len(rows), size)]
    rng.shuffle(batches)
    # The longest batch first: what does not fit in memory fails at once.
    longest = int(np.argmax([lengths[batch[-1]] for batch in batches]))
    batches[0], batches[longest] = batches[longest], batches[0]
    return batches

{{ starting_at() | trim }}

def in_order(self) -> Iterator[tuple[np.ndarray, dict[str, torch.Tensor]]]:
# {% if devices.is_fsdp %}
    """This process's share of the rows, longest {{ task.unit }} first, so that memory is short at once.

    All processes have equally many batches, because they wait for each other; one that has no row
    left is given a row of another's, and no row number.
    """
# {% elif devices.many %}
    """This process's share of the rows, longest {{ task.unit }} first, so that memory is short at once."""
# {% else %}
    """Every row once, longest {{ task.unit }} first: what does not fit in memory fails at once."""
# {% endif %}
    size = self.config.eval_batch_size
    rows = np.argsort(-{{ lengths }}, kind="stable")
    # {% if devices.is_fsdp %}
    for start in range(0, len(rows), {{ devices.row_stride }}):
        own = rows[start + {{ devices.first_row }} :][:size]
        yield own, self.batch(own if len(own) else rows[-1:])
    # {% else %}
    for start in range({{ devices.first_row }}, len(rows), {{ devices.row_stride }}):
        yield rows[start : start + size], self.batch(rows[start : start + size])
    # {% endif %}
# {% endmacro %}
