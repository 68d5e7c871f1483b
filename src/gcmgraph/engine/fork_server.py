"""The fork server: a process that holds the release and forks workers from itself.

It is started as ``python -m gcmgraph.engine.fork_server DESCRIPTOR``, with no thread and nothing of
the web server in it, so that its forks are safe and small. It is the parent of all workers, and
so the only one that may kill them: a process id cannot pass to a stranger before its parent has
taken note of the death. When the other side goes, it ends, and its workers with it.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import signal
import socket
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from gcmgraph.engine import messages
from gcmgraph.engine.describe import strays
from gcmgraph.engine.evaluation import Style
from gcmgraph.engine.sandbox import starvations, thread_count
from gcmgraph.engine.store import load
from gcmgraph.engine.worker import Sandbox, enter, work

if TYPE_CHECKING:
    import pyoxigraph as ox


class ForkServer:
    """Forks workers, kills them on request, and tells how each ended."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._workers: dict[int, int] = {}
        self._descriptors: list[int] = []
        self._unread = b""
        self._starvations = starvations()

    def run(self) -> None:
        """Load the release that the first message names, then serve until the other side goes."""
        first = self._receive()
        if first is None:
            return
        configuration = first[0]
        try:
            context = configuration["context"]
            style = Style.read(configuration["prefixes"], Path(context) if context else None)
            sandbox = Sandbox(
                configuration["memory"],
                configuration["result_bytes"],
                style,
                frozenset(configuration["default"]),
                configuration["base"],
            )
            store = load(Path(configuration["nquads"]), Path(configuration["ntriples"]))
            sandbox = replace(sandbox, strays=strays(store, sandbox.base))
        except Exception as error:
            self._send({"failed": str(error)})
            return
        if thread_count() != 1:
            self._send({"failed": "loading left threads behind, and forking would break them."})
            return
        # What is here now is never garbage; looking at it would copy its pages into each worker.
        gc.collect()
        gc.freeze()
        self._send({"ready": True})
        self._serve(store, sandbox, first[1:])

    def _serve(self, store: ox.Store, sandbox: Sandbox, orders: list[messages.Message]) -> None:
        wake_read, wake_write = os.pipe()
        os.set_blocking(wake_read, False)
        os.set_blocking(wake_write, False)
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        poll = select.poll()
        poll.register(self._control, select.POLLIN)
        poll.register(wake_read, select.POLLIN)
        try:
            while True:
                for message in orders:
                    if "fork" in message:
                        self._fork(message, store, sandbox)
                    elif "kill" in message:
                        self._kill(message["kill"])
                orders = []
                ready = {descriptor for descriptor, _ in poll.poll()}
                if wake_read in ready:
                    with contextlib.suppress(BlockingIOError):
                        os.read(wake_read, 4096)
                self._reap()
                if self._control.fileno() in ready:
                    received = self._receive()
                    if received is None:
                        return
                    orders = received
        finally:
            for worker in list(self._workers):
                self._kill(worker)
            # Whoever waits for this process can rely on there being none of them.
            for pid in self._workers.values():
                os.waitpid(pid, 0)

    def _fork(self, order: messages.Message, store: ox.Store, sandbox: Sandbox) -> None:
        worker: int = order["fork"]
        with socket.socket(fileno=self._descriptors.pop(0)) as sock:
            try:
                pid = os.fork()
            except OSError as error:
                self._send({"dead": worker, "status": error.errno or 1, "starved": False})
                return
            if pid == 0:
                _become_worker(sock, store, replace(sandbox, is_networked=order["networked"]))
            self._workers[worker] = pid

    def _kill(self, worker: int) -> None:
        if worker in self._workers:
            os.kill(self._workers[worker], signal.SIGKILL)

    def _reap(self) -> None:
        for worker, pid in list(self._workers.items()):
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                del self._workers[worker]
                killed, self._starvations = self._starvations, starvations()
                self._send(
                    {
                        "dead": worker,
                        "status": os.waitstatus_to_exitcode(status),
                        "starved": self._starvations > killed,
                    }
                )

    def _receive(self) -> list[messages.Message] | None:
        """Read at least one message; ``None`` where the other side has gone."""
        while b"\n" not in self._unread:
            try:
                data, descriptors, _, _ = socket.recv_fds(self._control, 1 << 16, 16)
            except ConnectionError:
                return None
            if not data:
                return None
            self._descriptors += descriptors
            self._unread += data
        *lines, self._unread = self._unread.split(b"\n")
        return [json.loads(text) for text in lines]

    def _send(self, message: messages.Message) -> None:
        # Where the other side has gone, the next reading says so.
        with contextlib.suppress(ConnectionError):
            self._control.sendall(messages.line(message))


def _become_worker(sock: socket.socket, store: ox.Store, sandbox: Sandbox) -> None:
    """Run a worker in this fresh fork and end the process, whatever happens."""
    status = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        work(enter(sock), store, sandbox)
        status = 0
    except ConnectionError:
        status = 0
    finally:
        os._exit(status)


def main() -> None:
    """Serve on the socket whose descriptor the command line names."""
    # The one who started us decides when to stop; Ctrl-C in a terminal reaches it, too.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with socket.socket(fileno=int(sys.argv[1])) as control:
        ForkServer(control).run()


if __name__ == "__main__":
    main()
