import ast
import hashlib
import html
import json
import math
import mmap
import os
import random
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import chain, groupby, islice, pairwise
from pathlib import Path
from typing import Any, TextIO

import numpy as np
import pyarrow as pa
import regex
# {% for name in data.arrow_modules %}
{{ name }}
# {% endfor %}
import torch
from huggingface_hub import hf_hub_download
from huggingface_hub.errors import EntryNotFoundError
from tokenizers import Encoding, Tokenizer
from tokenizers import models, normalizers, pre_tokenizers, processors, trainers, decoders
from torch.nn.utils.rnn import pad_sequence

{{ model.tokenizer_import }}

from config import Config
from distributed import data_rank, data_size, rank, world_size
from model import END_ID, base_folder, end_id
{{ data.store_import }}
from windows import Windows, cut_windows, to_windows

FOLDER = Path(__file__).parent
COLUMNS = {{ data.columns | py }}
# {% if data.on_disk %}
# Rows and tokens are stored; if one of these files or settings changes, they are made anew.
CODE = {{ data.code_files | py }}
SETTINGS: tuple[str, ...] = {{ data.settings | py }}
ROWS = pa.schema({{ data.rows_schema }})
TOKENS = pa.schema({{ data.tokens_schema }})
# {% endif %}
# {% if data.sets_block_size %}
BLOCK_SIZE = {{ data.block_size | py }}  # bytes parsed at a time; no row may be longer
# {% endif %}
# {% if model.is_scratch and model.special_tokens %}
SPECIAL = {{ model.special_tokens | py }}
# {% endif %}
# {% if clean.strip_html %}
TAG = re.compile(
    # {% for part in clean.tag %}
    {{ part }}
    # {% endfor %}
)
# {% endif %}
# {% if clean.stop_words %}
STOP_WORDS = frozenset({{ clean.stop_words | py }})
# {% endif %}
