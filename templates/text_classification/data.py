"""From {{ data.source_words | doc }} to batches: read, clean, {{ data.cut_word }}tokenize, group by length."""

# {% include "partials/data_head.py" %}


@dataclass(frozen=True)
class Examples:
    """One split in file order. {{ task.targets_doc | doc }}"""

    texts: {{ data.sequence }}[{{ task.text_type }}]
    targets: torch.Tensor
    # {% if data.on_disk %}
    key: str = ""  # that the rows are stored under, if they are
    # {% endif %}

    def __len__(self) -> int:
        return len(self.texts)

    def head(self, count: int | None) -> "Examples":
        """The first `count` examples; all of them where there is no limit."""
        # {% if data.on_disk %}
        return Examples(self.texts[:count], self.targets[:count], self.key)
        # {% else %}
        return Examples(self.texts[:count], self.targets[:count])
        # {% endif %}

    # {% if data.on_disk %}
    def pick(self, rows: np.ndarray) -> "Examples":
        """The examples of these rows."""
        return Examples(picked(self.texts, rows), self.targets[rows], self.key and digest(self.key, rows))
    # {% elif data.cuts %}
    def pick(self, rows: list[int]) -> "Examples":
        """The examples of these rows."""
        return Examples([self.texts[row] for row in rows], self.targets[rows])
    # {% endif %}


# {% include "partials/clean.py" %}
# {% if data.on_disk %}
# {% from "partials/order_arrays.py" import order with context %}
# {% else %}
# {% from "partials/order.py" import order with context %}
# {% endif %}
# {% from "partials/to_device.py" import to_device with context %}
# {% include "partials/read.py" %}
# {% include "text_classification/targets.py" %}
# {% include "text_classification/examples.py" %}
# {% include "partials/read_rows.py" %}
# {% include "partials/splits.py" %}
# {% include "partials/tokenizer.py" %}
# {% include "text_classification/encode.py" %}
class Loader:
    """Batches of one split, padded to the longest text of the batch.

    A batch is a dictionary: `input_ids` and `attention_mask` (B, T), {{ task.batch_doc }}
    """

    def __init__(
        self,
        examples: Examples,
        tokenizer: {{ model.tokenizer_class }},
        config: Config,
        # {% if not hardware.is_cpu %}
        device: torch.device,
        # {% endif %}
    ) -> None:
        self.examples = examples
        self.config = config
        # {% if not hardware.is_cpu %}
        self.device = device
        # {% endif %}
        self.pad_id = {{ model.pad_id_call }} or 0
        # {% if data.on_disk %}
        tokens = tokenized(examples, tokenizer, config)
        self.token_ids = Ragged(tokens.chunks("token_ids"))
        self.num_truncated = tokens.counts["truncated"]
        # {% if model.uses_type_ids and task.is_pair %}
        self.type_ids = Ragged(tokens.chunks("type_ids"))
        # {% endif %}
        # {% elif model.uses_type_ids and task.is_pair %}
        self.token_ids, self.type_ids, self.num_truncated = encode(tokenizer, examples.texts)
        # {% else %}
        self.token_ids, self.num_truncated = encode(tokenizer, examples.texts)
        # {% endif %}
        # {% if model.caches_features %}
        self.features: torch.Tensor | None = None  # (N, H), set once the encoder has run
        # {% endif %}

    def __len__(self) -> int:
        """Batches an epoch."""
        return math.ceil(len(self.token_ids) / self.config.batch_size)

    def length_note(self) -> str:
        """How many texts lose tokens to `max_length`."""
        # {% if data.planned_cut %}
        cut = f"{self.num_truncated} of {len(self.token_ids)} training texts"
        return f"{cut} are truncated to {self.config.max_length} tokens{{ data.planned_cut }}"
        # {% else %}
        return f"{self.num_truncated} of {len(self.token_ids)} training texts are truncated"
        # {% endif %}

    {{ order() | trim | indent(4) }}

    def batch(self, rows: {{ data.rows_of_batch }}) -> dict[str, torch.Tensor]:
        """The tensors of these rows."""
        # {% if model.caches_features %}
        if self.features is not None:
            return {"features": self.features[rows], "labels": self.examples.targets[rows]}
        # {% endif %}
        num_tokens = torch.tensor([len(self.token_ids[row]) for row in rows])
        length = int(num_tokens.max())
        input_ids = torch.full((len(rows), length), self.pad_id)
        for i, row in enumerate(rows):
            input_ids[i, : num_tokens[i]] = torch.tensor(self.token_ids[row])
        # {% if model.uses_type_ids and task.is_pair %}
        token_type_ids = torch.zeros_like(input_ids)
        for i, row in enumerate(rows):
            token_type_ids[i, : num_tokens[i]] = torch.tensor(self.type_ids[row])
        # {% endif %}
        batch = {
            "input_ids": input_ids,
            "attention_mask": (torch.arange(length) < num_tokens[:, None]).long(),
            # {% if model.uses_type_ids and task.is_pair %}
            "token_type_ids": token_type_ids,
            # {% endif %}
            "labels": self.examples.targets[rows],
        }
        # {% if hardware.is_cpu %}
        return batch
        # {% else %}
        {{ to_device("batch") | trim | indent(8) }}
        # {% endif %}
