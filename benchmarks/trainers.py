"""What the Trainer contenders of all tasks share."""

from __future__ import annotations

import tempfile
from typing import Any

from benchmarks.clock import Clock

TUNED: dict[str, Any] = {
    "bf16": True,
    "train_sampling_strategy": "group_by_length",
    "optim": "adamw_torch_fused",
}
"""What a knowledgeable user sets."""


def fit(
    model: Any, dataset: Any, collator: Any, settings: dict[str, Any], **more: Any
) -> tuple[Any, Clock]:
    """One training of the Trainer; the Trainer, and what its clock saw."""
    from transformers import Trainer, TrainerCallback, TrainingArguments

    clock, size = Clock(), settings["batch_size"]

    class Steps(TrainerCallback):
        def on_step_end(self, *_: Any, **__: Any) -> None:
            clock.step(size)

    arguments = TrainingArguments(
        output_dir=tempfile.mkdtemp(),
        num_train_epochs=settings["epochs"],
        per_device_train_batch_size=size,
        learning_rate=settings["learning_rate"],
        warmup_steps=0.1,
        seed=settings["seed"],
        save_strategy="no",
        report_to=[],
        use_cpu=True,
        disable_tqdm=True,
        dataloader_drop_last=not settings["score"],  # the clock takes all batches for full ones
        **more,
    )
    trainer = Trainer(
        model=model,
        args=arguments,
        train_dataset=dataset,
        data_collator=collator,
        callbacks=[Steps()],
    )
    trainer.train()
    return trainer, clock
