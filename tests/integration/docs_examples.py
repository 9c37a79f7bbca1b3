#!/usr/bin/env python3
"""Every example of README.md and docs/ is one that a real API server accepts, with its every field known.

Fenced yaml blocks are read; of their documents, those of pawl.dev are sent as dry runs into a namespace made for it.
"""
import json
import re
import sys

import yaml

from cluster import ROOT, kubectl, own_namespace

FENCE = re.compile(r"^(?P<indent> *)```ya?ml[^\n]*\n(?P<text>.*?)^(?P=indent)```", re.MULTILINE | re.DOTALL)


def examples(path):
    """(where, document) of every pawl.dev document in the file."""
    content = path.read_text()
    for block in FENCE.finditer(content):
        line = content.count("\n", 0, block.start()) + 1
        for document in yaml.safe_load_all(block["text"]):
            if isinstance(document, dict) and str(document.get("apiVersion", "")).startswith("pawl.dev/"):
                yield f"{path.relative_to(ROOT)}:{line} {document.get('kind')}", document


def refusal(document, namespace):
    document.setdefault("metadata", {})["namespace"] = namespace
    accepted, answer = kubectl("create", "--dry-run=server", "--validate=strict", "-f", "-", text=json.dumps(document))
    return None if accepted else answer.strip()


def main():
    files = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    found = [example for path in files for example in examples(path)]
    if not found:
        sys.exit("FAILED no example was found: the README has some, so this script does not see them")
    with own_namespace("docs-examples") as namespace:
        results = [(where, refusal(document, namespace)) for where, document in found]
    for where, fault in results:
        print(f"FAILED {where}: {fault}" if fault else f"passed {where} is accepted")
    failed = sum(1 for _, fault in results if fault)
    print(f"{len(results) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
