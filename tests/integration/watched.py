"""One `kubectl get --watch` for each kind: the objects of a namespace as they are now, and every version on the way."""
import json
import subprocess
import threading
import time

from cluster import KUBECTL


class Watched:
    def __init__(self, namespace, kinds):
        self.now, self.versions, self.changed = {}, [], threading.Condition()
        self.watches = [self.watch(namespace, kind) for kind in kinds]

    def watch(self, namespace, kind):
        command = [KUBECTL, "get", kind, "-n", namespace, "--watch", "--output-watch-events", "-o", "json"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        threading.Thread(target=self.follow, args=(kind, process.stdout), daemon=True).start()
        return process

    def follow(self, kind, stream):
        for line in stream:  # an event a line
            event = json.loads(line)
            found = event["object"]
            with self.changed:
                if event["type"] == "DELETED":
                    self.now.pop((kind, found["metadata"]["name"]), None)
                else:
                    self.now[kind, found["metadata"]["name"]] = found
                self.versions.append((kind, found))
                self.changed.notify_all()

    def get(self, kind, name):
        with self.changed:
            return self.now.get((kind, name))

    def all(self, kind):
        with self.changed:
            return [found for (of, _), found in self.now.items() if of == kind]

    def seen(self, kind, name):
        """Every version of one object, oldest first."""
        with self.changed:
            return [found for of, found in self.versions if of == kind and found["metadata"]["name"] == name]

    def until(self, holds, what, limit=40):
        """Waits for a true answer and returns it; `what()` is said when none came."""
        deadline = time.monotonic() + limit
        with self.changed:
            while not (answer := holds()):
                left = deadline - time.monotonic()
                if left <= 0:
                    raise AssertionError(f"not in {limit} s; there is {what()}")
                self.changed.wait(left)
            return answer

    def close(self):
        for process in self.watches:
            process.terminate()
            process.wait()
