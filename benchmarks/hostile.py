"""Attacks a server with every hostile query, and measures what another client feels.

Prints a row for each attack: what it was answered with, the longest that an answer took, and how
long another client's point queries took meanwhile (95 of 100 took less), while one client attacks
and while three do. Fails where an attack is answered wrongly: with a part of a result, with an
error that has no name, or not at all.

All takes place on loopback, each client at an address of its own.
"""

from __future__ import annotations

import argparse
import itertools
import socket
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import randrange
from statistics import quantiles
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx

from attacks import ATTACKS, LIMITS, PROLOGUE, Attack
from sample import BASE, label, write_release
from server import serving

if TYPE_CHECKING:
    from collections.abc import Iterator

TREES = 30_000
SETTINGS = {
    "workers": 4,
    "query_time": 3,
    "query_memory": 256 << 20,
    "result_bytes": 16 << 20,
    "request_time": 5,
}
#: How often an attacking client asks at the same time, and how long it begins anew.
AT_ONCE = 4
SECONDS = 2.0
#: No answer is waited for longer: it would be none.
PATIENCE = 60.0

ENDLESS = ATTACKS[0]
NUMBERS = itertools.count()
HEAD = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"

#: Does one thing from an address of its own; returns what came of it, and whether that is right.
Attacker = Callable[[str, str], tuple[str, bool]]


@dataclass
class Outcome:
    """What an attack was answered with."""

    answers: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    longest: float = 0.0

    def add(self, answer: str, seconds: float, *, good: bool) -> None:
        """Count an answer."""
        self.answers[answer] += 1
        self.longest = max(self.longest, seconds)
        if not good:
            self.faults[answer] += 1


class Probe:
    """Another client: asks for the label of one tree after the other."""

    def __init__(self, address: str) -> None:
        self.seconds: list[float] = []
        self.faults: Counter[str] = Counter()
        self._address = address

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Ask until the block ends."""
        self.seconds.clear()
        self._ended = threading.Event()
        thread = threading.Thread(target=self._ask)
        thread.start()
        try:
            yield
        finally:
            self._ended.set()
            thread.join()

    @property
    def p95(self) -> float:
        """The seconds that 95 of 100 queries took at most."""
        return quantiles(self.seconds, n=20, method="inclusive")[-1]

    def _ask(self) -> None:
        with client(self._address, "127.0.0.1") as http:
            while not self._ended.is_set() or len(self.seconds) < 2:
                number = randrange(TREES)
                query = anew(f"SELECT ?l {{ <{BASE}id/tree/{number}> rdfs:label ?l }}")
                start = time.monotonic()
                try:
                    answer = http.post("/sparql", params={"format": "csv"}, data={"query": query})
                    if answer.text != f"l\r\n{label(number)}\r\n":
                        self.faults[f"{answer.status_code} {answer.text[:60]}"] += 1
                except httpx.HTTPError as error:
                    self.faults[type(error).__name__] += 1
                self.seconds.append(time.monotonic() - start)
                self._ended.wait(0.01)


def client(address: str, source: str) -> httpx.Client:
    """Return a client that asks from an address of its own."""
    transport = httpx.HTTPTransport(local_address=source)
    return httpx.Client(base_url=address, transport=transport, timeout=PATIENCE)


def judge(attack: Attack, response: httpx.Response) -> tuple[str, bool]:
    """Name an answer, and say whether it is right."""
    if response.status_code == 200:
        return "200", response.text == attack.whole
    try:
        slug = response.json()["type"].removeprefix("/problems/")
    except (ValueError, KeyError):
        return str(response.status_code), False
    return f"{response.status_code} {slug}", slug in LIMITS | attack.also


def anew(text: str) -> str:
    """Return a query that nobody asked before, so that none is answered from memory."""
    number = next(NUMBERS)
    return f"{PROLOGUE}PREFIX n{number}: <urn:n:{number}>\n{text}"


def ask(attack: Attack) -> Attacker:
    """Return what asks a hostile query."""

    def asking(address: str, source: str) -> tuple[str, bool]:
        with client(address, source) as http:
            try:
                response = http.post(
                    "/sparql",
                    params={"format": "csv"},
                    content=anew(attack.text),
                    headers={"Content-Type": "application/sparql-query"},
                )
            except httpx.HTTPError as error:
                return type(error).__name__, False
        return judge(attack, response)

    return asking


def send_slowly(head: bytes) -> Attacker:
    """Return what begins a request and never ends it: the server has to."""

    def sending(address: str, source: str) -> tuple[str, bool]:
        place = urlsplit(address)
        end = time.monotonic() + 3 * SETTINGS["request_time"]
        with socket.socket() as connection:
            connection.bind((source, 0))
            connection.settimeout(0.5)
            connection.connect((place.hostname, place.port))
            connection.sendall(head)
            while time.monotonic() < end:
                try:
                    connection.sendall(b"x")
                    answer = connection.recv(1 << 16).split(b"\r\n")[0].decode()
                except TimeoutError:
                    continue
                except OSError:
                    return "closed", True
                return (answer.partition(" ")[2] or "closed"), True
        return "kept open", False

    return sending


def go_at_once(address: str, source: str) -> tuple[str, bool]:
    """Ask what takes long, and go before the answer comes."""
    query = {"query": anew(ENDLESS.text)}
    with client(address, source) as http:
        try:
            return judge(ENDLESS, http.post("/sparql", data=query, timeout=0.05))
        except httpx.TimeoutException:
            return "(went)", True


def read_nothing(address: str, source: str) -> tuple[str, bool]:
    """Ask for much, and read none of it for as long as a query may take."""
    with client(address, source) as http:
        query = {"query": anew("SELECT * { ?a ?b ?c } LIMIT 50000"), "format": "json"}
        with http.stream("POST", "/sparql", data=query) as response:
            time.sleep(SETTINGS["query_time"])
            return f"{response.status_code} (not read)", response.status_code in (200, 503)


#: Each attack, and how often a client does it at the same time.
ALL: dict[str, tuple[Attacker, int]] = {
    **{attack.name: (ask(attack), AT_ONCE) for attack in ATTACKS},
    "a hundred endless queries": (ask(ENDLESS), 100),
    "questions without waiting": (go_at_once, AT_ONCE),
    "bodies that never end": (send_slowly(HEAD + b"Content-Length: 9999\r\n\r\n"), 50),
    "headers that never end": (send_slowly(HEAD + b"X-Slow: "), 50),
    "answers that are not read": (read_nothing, AT_ONCE),
}


def attack_from(sources: list[str], attacker: Attacker, at_once: int, address: str) -> Outcome:
    """Attack from some addresses until the time is over and all is answered."""
    outcome = Outcome()
    end = time.monotonic() + SECONDS

    def attacking(source: str) -> None:
        while True:
            start = time.monotonic()
            answer, good = attacker(address, source)
            outcome.add(answer, time.monotonic() - start, good=good)
            if time.monotonic() > end:
                return
            # Whoever is told to come back later does.
            time.sleep(0.2 if answer.startswith("503") else 0)

    with ThreadPoolExecutor(at_once * len(sources)) as threads:
        list(threads.map(attacking, sources * at_once))
    return outcome


def main() -> int:
    """Attack, print, and say whether all was answered rightly."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("only", nargs="*", help="names of attacks, or parts of them")
    only = parser.parse_args().only
    chosen = [name for name in ALL if not only or any(part in name for part in only)]
    faults = 0
    with tempfile.TemporaryDirectory() as folder:
        manifest = write_release(Path(folder), TREES)
        with serving(Path(folder), **SETTINGS) as server:
            probe = Probe(server.address)
            with probe.asking():
                time.sleep(3)
            idle = probe.p95
            print(f"{manifest.triples} triples; {SETTINGS}")
            print(f"p95 of the other client while nobody attacks: {idle * 1000:.1f} ms")
            print(f"{'':36}{'':>8}{'one attacks':>16}{'three attack':>16}")
            print(f"{'attack':36}{'longest':>8}{'p95 ms':>9}{'ratio':>7}{'p95 ms':>9}{'ratio':>7}")
            for name in chosen:
                attacker, at_once = ALL[name]
                outcomes, columns = [], ""
                for clients in (1, 3):
                    sources = [f"127.0.0.{2 + i}" for i in range(clients)]
                    with probe.asking():
                        outcomes.append(attack_from(sources, attacker, at_once, server.address))
                    columns += f"{probe.p95 * 1000:9.1f}{probe.p95 / idle:7.1f}"
                longest = max(outcome.longest for outcome in outcomes)
                answers = sum((outcome.answers for outcome in outcomes), Counter())
                wrong = sum((outcome.faults for outcome in outcomes), Counter())
                said = ", ".join(f"{answer} ×{n}" for answer, n in answers.most_common())
                print(f"{name:36}{longest:7.1f}s{columns}  {said}", flush=True)
                for fault, n in wrong.items():
                    print(f"    WRONG: {fault} ×{n}")
                faults += wrong.total()
            for fault, n in probe.faults.items():
                print(f"WRONG for the other client: {fault} ×{n}")
            faults += probe.faults.total()
    print("All was answered rightly." if not faults else f"{faults} answers were wrong.")
    return min(faults, 1)


if __name__ == "__main__":
    sys.exit(main())
