"""The fenced blocks of README.md and docs/: what a reader may copy."""
import dataclasses
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^(?P<indent> *)```(?P<language>\S*)[^\n]*\n(?P<text>.*?)^(?P=indent)```", re.MULTILINE | re.DOTALL)


@dataclasses.dataclass
class Fence:
    page: str  # relative to the repository
    line: int
    language: str  # empty where the page names none
    text: str

    @property
    def where(self):
        return f"{self.page}:{self.line}"


def fences_of(path):
    content = path.read_text()
    for block in FENCE.finditer(content):
        line = content.count("\n", 0, block.start()) + 1
        yield Fence(str(path.relative_to(ROOT)), line, block["language"], block["text"])


def all_fences():
    return [fence for path in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))] for fence in fences_of(path)]
