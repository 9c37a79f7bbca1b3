"""What the scripts beside this share: kubectl, a namespace of one's own, and steps that are told as sentences."""
import contextlib
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
KUBECTL = os.environ.get("KUBECTL", "kubectl")


def kubectl(*arguments, text=None, timeout=90):
    """Whether it succeeded, and all that it said."""
    done = subprocess.run([KUBECTL, *arguments], input=text, text=True, capture_output=True, timeout=timeout, check=False)
    return done.returncode == 0, done.stdout + done.stderr


def must(*arguments, text=None):
    done, answer = kubectl(*arguments, text=text)
    if not done:
        raise AssertionError(f"kubectl {' '.join(arguments)}: {answer.strip()}")
    return answer


def apply(*documents):
    must("apply", "--server-side", "-f", "-", text=json.dumps({"apiVersion": "v1", "kind": "List", "items": documents}))


def install_crds():
    """Those of this tree. By name: the folder holds a kustomization as well."""
    crds = [f"--filename={path}" for path in sorted((ROOT / "crds").glob("pawl.dev_*.yaml"))]
    must("apply", "--server-side", *crds)
    must("wait", "--for=condition=Established", "--timeout=30s", *crds)


@contextlib.contextmanager
def own_namespace(purpose):
    name = f"{purpose}-{os.getpid()}"
    must("create", "namespace", name)
    try:
        yield name
    finally:
        kubectl("delete", "namespace", name, "--wait=false")


class Story:
    """Steps in order; the first that fails ends the story, because the others build on it."""

    def __init__(self):
        self.told = 0

    def step(self, sentence, action):
        try:
            result = action()
        except AssertionError as fault:
            sys.exit(f"FAILED {sentence}: {fault}\n{self.told} passed, 1 failed")
        print(f"passed {sentence}", flush=True)
        self.told += 1
        return result
