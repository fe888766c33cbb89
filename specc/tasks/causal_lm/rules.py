"""SP282 to SP285, SP390 to SP394, SP450 and SP451: the codes of causal language models."""

from __future__ import annotations

from specc.diagnostics.diagnostic import Rule
from specc.diagnostics.rules.packing import BELOW_ONE_BLOCK, BLOCK_OVER_POSITIONS

_TASK = "task: {kind: causal-lm}\n"
_SCRATCH = "model: {architecture: gpt2, "

TOKENIZER_LOSES_TEXT = Rule(
    "SP282",
    "tokenizer-loses-text",
    "A language model has to be able to write every text that it reads. Byte-level BPE gives each "
    "text back as it was, and needs 256 bytes and the end of a document in its vocabulary; "
    "wordpiece and unigram drop line ends or characters that they have not seen.",
    _TASK + _SCRATCH + "tokenizer: {train: wordpiece}}\n",
    _TASK + _SCRATCH + "tokenizer: {train: bpe, vocab_size: 4000}}\n",
)
NOTHING_LEFT_TO_TRAIN = Rule(
    "SP283",
    "nothing-left-to-train",
    "`freeze: encoder` freezes everything below the head. The head of a language model is the "
    "table of its embeddings, or nothing worth training alone: name the layers to keep instead.",
    _TASK + "model: {base: gpt2, freeze: encoder}\n",
    _TASK + "model: {base: gpt2, freeze: [embeddings, layers 0-5]}\n",
)
SAMPLING_KEY_WITHOUT_SAMPLING = Rule(
    "SP285",
    "sampling-key-without-sampling",
    "With a temperature of 0 the likeliest token is always taken. `top_k` and `top_p` say among "
    "which tokens is drawn, and nothing is drawn.",
    "task: {kind: causal-lm, generation: {temperature: 0, top_k: 40}}\nmodel: gpt2\n",
    "task: {kind: causal-lm, generation: {temperature: 0.8, top_k: 40}}\nmodel: gpt2\n",
)
LOSS_NOT_KNOWN = Rule(
    "SP450",
    "loss-not-known",
    "The loss is computed from the states and the weight of the output layer, a few positions at a "
    "time. A network whose output layer has a bias, or that bounds its logits, computes something "
    "else: it would be trained towards another loss than its own.",
    _TASK + "model: ./my-phi\n",
    _TASK + "model: gpt2\n",
)
CANNOT_ISOLATE = Rule(
    "SP451",
    "cannot-isolate-documents",
    "Documents of one block are kept apart by their positions. That attention follows these is "
    "proven for the families in the table alone; others would read across documents.",
    "task: {kind: causal-lm, isolate_documents: true}\nmodel: ./my-opt\n",
    _TASK + "model: ./my-opt\n",
)
KEY_OF_OTHER_SOURCE = Rule(
    "SP390",
    "key-of-other-source",
    "`task.text` names a column, and a text file has none; `task.documents` says what one document "
    "of a text file is, and in a table each row is one. The other of the two does nothing.",
    "task: {kind: causal-lm, text: story}\ndata: stories.txt\n",
    "task: {kind: causal-lm, documents: paragraph}\ndata: stories.txt\n",
)
ORDER_OF_ONE_DOCUMENT = Rule(
    "SP391",
    "order-of-one-document",
    "A single document is cut by position: its last part is the test split, the part before it the "
    "validation split. Nothing is shuffled, so a seed or a group changes nothing.",
    "task: {kind: causal-lm}\ndata: {train: novel.txt, split: {seed: 1}}\n",
    "task: {kind: causal-lm}\ndata: {train: novel.txt, split: {test: 0.05}}\n",
)
DAMAGED_TEXT = Rule(
    "SP392",
    "damaged-text",
    "The character U+FFFD stands where a program could not decode a byte. Whoever wrote the file "
    "read its text in the wrong encoding; the model would learn to write the damage.",
    "data: scraped.txt   # holds 'caf\ufffd'\n",
    "data: scraped.txt   # holds 'café'\n",
)
WORDS_IN_LISTS = Rule(
    "SP394",
    "words-in-lists",
    "The column holds lists of words, as data for tagging words does. A language model learns "
    "texts with their spaces and punctuation as they are written.",
    "task: {kind: causal-lm, text: tokens}\ndata: tagged.jsonl\n",
    "task: {kind: token-classification, tokens: tokens, tags: tags}\ndata: tagged.jsonl\n",
)

RULES = (
    TOKENIZER_LOSES_TEXT,
    NOTHING_LEFT_TO_TRAIN,
    BLOCK_OVER_POSITIONS,
    SAMPLING_KEY_WITHOUT_SAMPLING,
    LOSS_NOT_KNOWN,
    CANNOT_ISOLATE,
    KEY_OF_OTHER_SOURCE,
    ORDER_OF_ONE_DOCUMENT,
    DAMAGED_TEXT,
    BELOW_ONE_BLOCK,
    WORDS_IN_LISTS,
)
