"""What results depend on beside the files: the model, the options, the version."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from importlib.metadata import version

from reader.batch.messages import Job
from reader.io.model_file import context_checksums, find_model, read_card


def identity(job: Job) -> str:
    """Give a name for all that decides what a file's results are; what was read under another is read again.

    Time and memory limits are not among it: what was read within them stays read.

    Raises
    ------
    ModelError
        There is no such model, or its card or the context network's is damaged.
    """
    card = read_card(find_model(job.model))
    facts = {
        "reader": version("number-reader"),
        "model": [card.id, card.sha256, card.temperature, card.power],
        "context": [*context_checksums().values()],
        "read": asdict(job.read),
        "load": asdict(job.load),
        "max_pages": job.limits.max_pages,
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
