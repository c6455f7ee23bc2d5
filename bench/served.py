"""A gunicorn as the handbook starts it, and a small client: what an answer costs the server, and what it weighs."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOST = "localhost"
SECRET = "a-secret-of-this-test-run-alone-0123456789"
LIKE_THE_HANDBOOK = ("--preload", "--no-control-socket", "--workers", "2", "--threads", "4")
CLIENTS = 2


@dataclass(frozen=True)
class Load:
    """What a burst of equal requests cost. `cpu`: milliseconds of all workers a request; `times`: ms a request."""

    cpu: float
    rate: float
    times: Sequence[float]
    size: int


class Server:
    """A running gunicorn on loopback; `started`: seconds from the process's start to the first answer.

    `spent`: how many of them the processors worked for it, which a busy machine disturbs less.
    """

    def __init__(self, application: str, environ: Mapping[str, str], first: str) -> None:
        self.port = _free_port()
        command = [sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{self.port}"]
        own = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        begun = time.perf_counter()
        self._process = subprocess.Popen(
            [*command, *LIKE_THE_HANDBOOK, "--log-level", "warning"], cwd=ROOT, env=own | dict(environ)
        )
        self.started = self._first_answer(first, begun)
        self.spent = _worked([self._process.pid, *self.workers()])

    def stop(self) -> None:
        """End it and its workers."""
        self._process.terminate()
        self._process.wait(20)

    def workers(self) -> list[int]:
        """The process ids of the workers."""
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        return [int(child) for child in children.read_text().split()]

    def memory(self) -> dict[str, list[float]]:
        """Pss, Rss and private memory of each worker in MB (10^6 bytes)."""
        found: dict[str, list[float]] = {"Pss": [], "Rss": [], "Private_Dirty": []}
        for worker in self.workers():
            lines = Path(f"/proc/{worker}/smaps_rollup").read_text().splitlines()[1:]
            sizes = {line.split(":")[0]: int(line.split()[1]) * 1024 / 1e6 for line in lines}
            for name, values in found.items():
                values.append(sizes[name])
        return found

    def load(self, path: str, requests: int, cookie: str = "", more: Mapping[str, str] | None = None) -> Load:
        """Ask for one page over and over, by two clients that keep their connections."""
        request = _request(path, cookie, more or {})
        times: list[float] = []
        sizes: list[int] = []

        def ask() -> None:
            with socket.create_connection(("127.0.0.1", self.port), timeout=60) as connection:
                for _ in range(requests // CLIENTS):
                    begun = time.perf_counter()
                    connection.sendall(request)
                    sizes.append(len(_answer(connection, ("200", "304"))[1]))
                    times.append((time.perf_counter() - begun) * 1000)

        clients = [threading.Thread(target=ask) for _ in range(CLIENTS)]
        cpu, begun = _worked(self.workers()), time.perf_counter()
        for client in clients:
            client.start()
        for client in clients:
            client.join()
        seconds, cpu = time.perf_counter() - begun, _worked(self.workers()) - cpu
        if len(times) < requests // CLIENTS * CLIENTS:
            raise RuntimeError(f"{path} was not answered {requests} times")
        return Load(cpu / len(times) * 1000, len(times) / seconds, times, max(sizes))

    def ask(self, path: str, cookie: str = "") -> tuple[str, bytes]:
        """Head and body of one answer, whatever it says."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as connection:
            connection.sendall(_request(path, cookie, {}))
            return _answer(connection, ())

    def _first_answer(self, path: str, begun: float) -> float:
        while time.perf_counter() - begun < 30:
            try:
                head, _body = self.ask(path)
            except OSError:
                if self._process.poll() is not None:
                    break
                time.sleep(0.005)
                continue
            if " 200 " in head.splitlines()[0]:
                return time.perf_counter() - begun
            break
        self.stop()
        raise RuntimeError(f"gunicorn gave no answer to {path}")


@contextmanager
def served(application: str, environ: Mapping[str, str], first: str = "/healthz") -> Iterator[Server]:
    """A server for the block."""
    server = Server(application, environ, first)
    try:
        yield server
    finally:
        server.stop()


def environment(address: str, folder: Path) -> dict[str, str]:
    """The environment of the fictional city on this database; only the limit against floods is lifted."""
    return {
        "MODE": "demo",
        "BASE_URL": f"http://{HOST}",
        "CITY": str(ROOT / "presets" / "musterfeld"),
        "SECRET_KEY": SECRET,
        "DATABASE_URL": address,
        "MASTER_KEY_FILE": str(folder / "master.key"),
        "LOG_KEY_FILE": str(folder / "log.key"),
        "FILES_DIR": str(folder / "files"),
        "FLOOD_LIMIT": "100000000 per minute",
    }


def _worked(processes: Sequence[int]) -> float:
    """Seconds that these processes have run so far, threads that have ended included (clock_getcpuclockid(3))."""
    return sum(time.clock_gettime(~process << 3 | 2) for process in processes)


def _request(path: str, cookie: str, more: Mapping[str, str]) -> bytes:
    headers = {"Host": HOST, "Accept": "text/html", **({"Cookie": cookie} if cookie else {}), **more}
    lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode()


def _answer(connection: socket.socket, statuses: Sequence[str]) -> tuple[str, bytes]:
    data = b""
    while b"\r\n\r\n" not in data:
        data += _more(connection)
    head, _, body = data.partition(b"\r\n\r\n")
    text = head.decode("latin-1")
    status = text.split(" ", 2)[1]
    if statuses and status not in statuses:
        raise RuntimeError(text.splitlines()[0])
    length = next(
        (int(line[15:]) for line in text.lower().splitlines() if line.startswith("content-length:")),
        0 if status == "304" else -1,
    )
    if length < 0:
        raise RuntimeError("an answer without its length")
    while len(body) < length:
        body += _more(connection)
    return text, body


def _more(connection: socket.socket) -> bytes:
    data = connection.recv(1 << 16)
    if not data:
        raise ConnectionError("the server hung up")
    return data


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
