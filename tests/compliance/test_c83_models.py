"""C83: no model's client is imported where texts are read, sent, stopped or paged, and nothing says a person wrote a text.

Not here: the flag and the agreement for a model outside; this version has no model at all, inside or outside.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

import ringback
from ringback.core import wording, wording_es
from ringback.core.words.understand import read

ROOT = Path(ringback.__file__).parent
# What the core may lean on besides itself and Python's own.
TOOLS = {"phonenumbers", "holidays", "msgspec", "rfc8785", "dateutil"}
# Names under which models are reached, on this machine or elsewhere.
CLIENTS = (
    "openai", "anthropic", "google", "vertexai", "cohere", "mistralai", "ollama", "litellm", "langchain", "llama_cpp",
    "transformers", "torch", "tensorflow", "onnxruntime", "sentence_transformers", "spacy", "sklearn", "replicate",
    "huggingface_hub", "groq", "together", "bedrock",
)  # fmt: skip
PATHS = ["core", "engine", "adapters", "store"]


def imported(file: Path) -> set[str]:
    """The top names of everything a module imports, also inside functions."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {one.name.split(".")[0] for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("folder", PATHS)
def test_no_module_on_the_way_of_a_text_imports_a_models_client(folder: str) -> None:
    files = list((ROOT / folder).rglob("*.py"))
    assert files
    for file in files:
        assert not imported(file) & set(CLIENTS), file


def test_reading_stopping_and_paging_is_rules_alone() -> None:
    """The core's words, rules and gate import Python, their own folder, and nothing that could ask somebody else."""
    for file in (ROOT / "core").rglob("*.py"):
        strangers = imported(file) - set(sys.stdlib_module_names) - TOOLS - {"ringback"}
        assert not strangers, (file, strangers)
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("ringback."):
                assert node.module.startswith("ringback.core"), (file, node.module)


def test_the_same_words_are_always_read_the_same() -> None:
    """A rule gives one answer; a hundred readings of a stop and of an emergency are one."""
    for words in ("STOP", "please stop texting me", "my chest hurts badly", "I want to kill myself"):
        assert len({repr(read(words)) for _ in range(100)}) == 1


def test_no_wording_says_that_a_person_wrote_it() -> None:
    for module in (wording, wording_es):
        source = Path(module.__file__).read_text().lower()
        for claim in (
            "i am a nurse",
            "i'm a nurse",
            "this is dr",
            "i am a person",
            "i'm a person",
            "not a robot",
            "soy una persona",
        ):
            assert claim not in source, claim
