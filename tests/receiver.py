"""A receiver of webhooks on a real socket: it keeps what it gets, and answers as it is told."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Receiver:
    """What it got: (path, headers with small letters, body); what it answers, one after the other, then 200."""

    def __init__(self, port):
        self.url = f"http://127.0.0.1:{port}/hooks/deals"
        self.got = []
        self.answers = []
        self.hung_up = threading.Event()
        """Set when the sender of a message went away before it had read the whole answer."""

    @property
    def ids(self):
        return [headers["webhook-id"] for _, headers, _ in self.got]


@contextmanager
def running_receiver():
    """A receiver on a free port of this machine, until the end of the `with`."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            length = int(self.headers.get("content-length", "-1"))
            body = self.rfile.read(max(length, 0))
            if len(body) != length:  # its sender died in the middle of it
                self.close_connection = True
                return
            receiver.got.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            status, headers, text = receiver.answers.pop(0) if receiver.answers else (200, {}, b"ok")
            if status is None:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.send_response(status)
            for name, value in {"content-length": str(len(text)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            try:
                self.wfile.write(text)
            except ConnectionError:
                receiver.hung_up.set()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver = Receiver(server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
