"""A server that answers as it is told, in place of PayPal's or of somebody else's."""

import json
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

TOKEN = {"access_token": "t1", "token_type": "Bearer", "expires_in": 32400}
TOKEN_PATH = "/v1/oauth2/token"


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self._take("GET")

    def do_POST(self):
        self._take("POST")

    def do_DELETE(self):
        self._take("DELETE")

    def log_message(self, *_):
        pass

    def _take(self, method):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        self.server.asked.append((method, self.path, dict(self.headers), body))
        self.server.peers.add(self.client_address)
        if self.path == TOKEN_PATH:
            answer = self.server.tokens.pop(0) if self.server.tokens else (200, TOKEN)
        elif self.server.answers:
            answer = self.server.answers.pop(0)
        else:
            answer = self.server.answer
        if callable(answer):
            answer = answer(self)
        if answer is None:  # hangs up
            self.close_connection = True
            return
        status, told, *more = answer
        shown = told if isinstance(told, bytes) else json.dumps(told).encode()
        self.send_response(status)
        for name, value in (*more, ("Content-Length", str(len(shown)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(shown)


class Server(ThreadingHTTPServer):
    """`answers` are given one after the other, then `answer`; `asked` is what came, and `peers`
    the connections that it came by."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked, self.answers, self.tokens, self.peers = [], [], [], set()
        self.answer = (200, {"id": "O1"})
        self._thread = Thread(target=self.serve_forever, args=(0.01,), daemon=True)

    @property
    def origin(self):
        return f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def paths(self):
        return [path for _, path, _, _ in self.asked]

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()
        self._thread.join()


def dripping(pieces, *, every=0.0, chunked=False, length=None):
    """An answer that comes in `pieces`, with a pause before each."""

    def answer(handler):
        total = sum(map(len, pieces)) if length is None else length
        size = ("Transfer-Encoding", "chunked") if chunked else ("Content-Length", str(total))
        handler.protocol_version = "HTTP/1.1"
        handler.send_response(200)
        handler.send_header(*size)
        handler.end_headers()
        with suppress(OSError):  # nobody reads it any more
            for piece in pieces:
                time.sleep(every)
                handler.wfile.write(piece)

    return answer
