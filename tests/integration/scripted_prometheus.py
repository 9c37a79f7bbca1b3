"""A Prometheus whose counters, and whose weather, the test holds.

Each rollout asks at an address of its own, so that each has its own counters (`Feed`). What is asked for is answered as
Prometheus answers it: a matrix with the samples of the last scrapes; one scrape a second, once the rollout asks."""
import http.server
import json
import re
import threading
import time
import urllib.parse

SCORES_PER_SCRAPE = 200
KEPT_SCRAPES = 60
COHORT = re.compile(r'rollout="([^"]+)"')


class Cohort:
    """The counters of one trial, by scrape: (time, how many scrapes since the counters began, what was wrong)."""

    def __init__(self, arms):
        self.arms, self.count, self.scrapes = arms, 0, []


class Feed:
    """`arms()` says which digests serve, once two do. `fault` spoils the canary's counters, `outage` the whole answer;
    both may change at any time."""

    def __init__(self, arms, capabilities):
        self.arms, self.capabilities = arms, capabilities
        self.fault = self.outage = None
        self.cohorts, self.answered, self.lock = {}, 0, threading.Condition()

    def scrape(self):
        with self.lock:
            for cohort in self.cohorts.values():
                cohort.count = 1 if self.fault == "reset" else cohort.count + 1
                cohort.scrapes = [*cohort.scrapes[-KEPT_SCRAPES:], (time.time(), cohort.count, self.fault)]
            if self.fault == "reset":
                self.fault = None

    def series(self, query):
        asked = COHORT.search(query)
        with self.lock:
            arms = self.arms() if asked and asked[1] not in self.cohorts else None
            if arms:
                self.cohorts[asked[1]] = Cohort(arms)
            names = [asked[1]] if asked else []
            return [line for name in names if name in self.cohorts for line in self.lines(name, self.cohorts[name])]

    def lines(self, name, cohort):
        for arm, digest in cohort.arms.items():
            for capability in self.capabilities:
                labels = {"rollout": name, "revision": digest[:63], "instance": "scorer", "capability": capability, "evaluator": "judge", "evaluator_version": "1"}
                for metric in ("count", "sum", "sumsq"):
                    yield from samples(labels, f"pawl_score_{metric}_total", cohort.scrapes, spoiled=arm == "canary")

    def note_answer(self):
        with self.lock:
            self.answered += 1
            self.lock.notify_all()

    def wait_for_answers(self, count, limit=20):
        """Until it was asked, and answered in its present weather, `count` more times."""
        with self.lock:
            wanted = self.answered + count
            assert self.lock.wait_for(lambda: self.answered >= wanted, limit), "nobody asks any more"


def samples(labels, metric, scrapes, spoiled):
    share = 1 if metric == "pawl_score_count_total" else 0.9
    honest = [(at, round(count * SCORES_PER_SCRAPE * share), fault) for at, count, fault in scrapes]
    yield {"metric": {"__name__": metric, **labels}, "values": [[at, spoil(value, fault) if spoiled else str(value)] for at, value, fault in honest]}
    doubled = [[at, str(value + 7)] for at, value, fault in honest if spoiled and fault == "duplicate"]
    if doubled:
        yield {"metric": {"__name__": metric, **labels, "replica": "b"}, "values": doubled}


def spoil(value, fault):
    return {"nan": "NaN", "negative": str(-value), "huge": "1e300"}.get(fault, str(value))


def answer_of(feed, query):
    """(status, type, body) in the weather there is; no status: the connection ends without a word."""
    if feed.outage == "nothing":
        return None, None, b""
    if feed.outage == "html":
        return 200, "text/html", b"<html><body>Please sign in</body></html>"
    if feed.outage == "500":
        return 500, "text/plain", b"out of memory"
    body = {"status": "success", "data": {"resultType": "matrix", "result": feed.series(query)}}
    return 200, "application/json", json.dumps(body).encode()


def handler(feed):
    class Answers(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            form = urllib.parse.parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            status, kind, body = answer_of(feed, form["query"][0]) if self.path == "/api/v1/query" else (404, "text/plain", b"404")
            if status:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            self.close_connection = True
            feed.note_answer()

        def log_message(self, *_):
            pass

    return Answers


class Prometheus:
    """Gives each feed a server of its own."""

    def __init__(self, address="10.199.0.1"):
        self.address, self.feeds, self.servers, self.stopped = address, [], [], threading.Event()
        threading.Thread(target=self.scrape, daemon=True).start()

    def serve(self, feed):
        """The address at which its counters are asked for."""
        server = http.server.ThreadingHTTPServer((self.address, 0), handler(feed))
        self.feeds.append(feed)
        self.servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://{self.address}:{server.server_address[1]}"

    def scrape(self):
        while not self.stopped.wait(1):
            for feed in list(self.feeds):
                feed.scrape()

    def close(self):
        self.stopped.set()
        for server in self.servers:
            server.shutdown()
            server.server_close()
