"""A TCP server whose every byte a test decides, and the requests that it got."""

import socket
import struct
import threading
from contextlib import contextmanager

from rules_engine.clock import SystemClock
from rules_engine.dashtrack.budget import Budget
from rules_engine.dashtrack.client import ClientSettings, Dashtrack
from rules_engine.dashtrack.key import Key

CANARY = "dt_canary-0123456789abcdef"
PATIENCE = 10.0


class NoPauses(SystemClock):
    """The machine's clock, but nobody has to wait for a pause."""

    def __init__(self):
        self.paused = []

    def sleep(self, seconds):
        self.paused.append(seconds)


class EvenRandom:
    """Randomness that is the middle of everything."""

    def uniform(self, low, high):
        return (low + high) / 2


class Peer:
    """One connection, as the server sees it."""

    def __init__(self, sock, log):
        self.sock = sock
        self.log = log
        sock.settimeout(PATIENCE)

    def read(self, most=None):
        """Read a whole request, or its first `most` bytes."""
        data = b""
        while most is None or len(data) < most:
            if most is None and _is_whole(data):
                break
            part = self.sock.recv(65536 if most is None else most - len(data))
            if not part:
                break
            data += part
        if data:
            self.log.append(data)
        return data

    def send(self, data):
        self.sock.sendall(data)

    def reset(self):
        """End the connection with RST."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()


def _is_whole(data):
    head, end, body = data.partition(b"\r\n\r\n")
    if not end:
        return False
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return len(body) >= (int(lengths[0].split(b":")[1]) if lengths else 0)


class RawServer:
    """What a test sees of it."""

    def __init__(self, port):
        self.port = port
        self.requests = []
        self.connections = 0

    @property
    def base_url(self):
        return f"http://127.0.0.1:{self.port}/api/v1"


@contextmanager
def raw_server(handle, *, tls=None):
    """Serve each connection by `handle(peer)` in a thread of its own."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = RawServer(listener.getsockname()[1])
    threads = []

    def serve(sock):
        try:
            if tls is not None:
                sock = tls.wrap_socket(sock, server_side=True)
            handle(Peer(sock, server.requests))
        except OSError:
            pass
        finally:
            sock.close()

    def accept():
        while True:
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            server.connections += 1
            thread = threading.Thread(target=serve, args=(sock,), daemon=True)
            thread.start()
            threads.append(thread)

    accepting = threading.Thread(target=accept, daemon=True)
    accepting.start()
    try:
        yield server
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        accepting.join(PATIENCE)
        for thread in threads:
            thread.join(PATIENCE)


def answer(status, body=b"", *headers, length=True):
    """The bytes of an answer."""
    lines = [f"HTTP/1.1 {status} Whatever", *headers]
    if length:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def unused_port():
    """A port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        return closed.getsockname()[1]


def always(data):
    """A handler that answers every request on a connection with the same bytes."""

    def handle(peer):
        while peer.read():
            peer.send(data)

    return handle


def once(data):
    """A handler that answers one request and ends the connection."""

    def handle(peer):
        peer.read()
        peer.send(data)

    return handle


def client_for(base_url, *, clock=None, budget=None, transport=None, on_request=None, **settings):
    clock = clock or NoPauses()
    return Dashtrack(
        base_url,
        Key(CANARY),
        clock=clock,
        budget=budget or Budget(clock),
        random=EvenRandom(),
        transport=transport,
        settings=ClientSettings(**settings),
        on_request=on_request,
    )
