"""A server on loopback in the place of one that tests cannot have.

    class Quotes(HttpStandin):
        def reply(self, request):
            return 200, {"Content-Type": "text/plain"}, b"so it is"

    with Quotes() as quotes:
        … the program works with quotes.url …

A request has method, path, headers, json and size; `reply` answers (status, headers, content), without content None, or
None in place of all to cut the connection. It is called in threads of the server: what it finds wrong belongs into
`problems`, which are a `failure` at the end.
"""
import http.server
import json
import socket
import struct
import threading


class Handler(http.server.BaseHTTPRequestHandler):
    standin = None

    def log_message(self, *_):
        pass

    def cut(self):
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def take(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        answer = self.standin.reply({"method": self.command, "path": self.path, "headers": self.headers,
                                       "json": json.loads(body) if body else None, "size": len(body)})
        if answer is None:
            self.cut()
            return
        status, headers, content = answer
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if content is not None:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content or b"")

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = take


class HttpStandin:
    failure = AssertionError
    protocol = "HTTP/1.0"

    def __init__(self):
        self.requests = []
        self.problems = []
        handler = type("Handler", (Handler,), {"standin": self, "protocol_version": self.protocol})
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, kind, value, trace):
        self.server.shutdown()
        self.server.server_close()
        if kind is None and self.problems:
            raise self.failure("\n".join(self.problems))

    def reply(self, request):
        raise NotImplementedError
