#!/usr/bin/env python3
"""What sinks talk to, in tests: says its port on standard output, and ends when its standard input does.

HTTP answers by the path that is asked: /status/503 with that status, /retry/7 with 429 and Retry-After, /redirect/PORT, /echo
with what was asked, /silent never, /slow byte by byte, /endless without an end, /reset by closing. Each request is a line of
JSON in the file that --log names. With --tls FOLDER it has a certificate for `localhost` by a root of its own (ca.pem in the
folder); with --syslog it takes frames over TCP, and logs each as {"frame": …}.
"""
import argparse
import contextlib
import http.server
import json
import os
import socket
import socketserver
import ssl
import struct
import subprocess
import sys
import threading
import time


def make_certificates(folder):
    def run(*words):
        subprocess.run(["openssl", *words], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)
    run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "ca.key",
        "-out", "ca.pem", "-days", "2", "-subj", "/CN=test root")
    run("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "server.key",
        "-out", "server.csr", "-subj", "/CN=localhost")
    with open(os.path.join(folder, "names"), "w", encoding="ascii") as file:
        file.write("subjectAltName=DNS:localhost\n")
    run("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out",
        "server.pem", "-days", "2", "-extfile", "names")


class Log:
    def __init__(self, path):
        self.path = path
        self.lock = threading.Lock()

    def add(self, entry):
        with self.lock, open(self.path, "a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def handle_any(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        self.server.log.add({"method": self.command, "path": self.path, "body": body.decode("utf-8", "replace"),
                             "headers": {name.lower(): value for name, value in self.headers.items()}})
        words = self.path.split("?")[0].strip("/").split("/")
        getattr(self, "do_" + words[0], self.do_ok)(*words[1:2])

    do_GET = do_POST = do_PUT = do_PATCH = handle_any

    def do_ok(self, _=None):
        self.answer(200, b"ok")

    def do_status(self, status):
        self.answer(int(status), b"as you like")

    def do_retry(self, seconds):
        self.answer(429, b"slower", [("Retry-After", seconds)])

    def do_redirect(self, port):
        self.answer(302, headers=[("Location", f"http://127.0.0.1:{port}/ok")])

    def do_echo(self, _=None):
        self.answer(404, f"nothing at {self.path}".encode())

    def do_silent(self, _=None):
        time.sleep(30)

    def do_slow(self, _=None):
        with contextlib.suppress(OSError):
            self.send_response(200)
            self.end_headers()
            for _ in range(300):
                self.wfile.write(b"x")
                self.wfile.flush()
                time.sleep(0.1)

    def do_endless(self, _=None):
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.send_response(200)
            self.end_headers()
            while True:
                self.wfile.write(b"x" * 65536)

    def do_reset(self, _=None):
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()


class Syslog(socketserver.StreamRequestHandler):
    """RFC 6587, octet counting."""

    def handle(self):
        while True:
            length = b""
            while not length.endswith(b" "):
                byte = self.rfile.read(1)
                if not byte:
                    return
                length += byte
            self.server.log.add({"frame": self.rfile.read(int(length)).decode()})


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def handle_error(self, *_):
        pass


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--log", required=True)
    parser.add_argument("--tls")
    parser.add_argument("--syslog", action="store_true")
    options = parser.parse_args()
    server = Server(("127.0.0.1", 0), Syslog if options.syslog else Handler)
    server.log = Log(options.log)
    if options.tls:
        make_certificates(options.tls)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(os.path.join(options.tls, "server.pem"), os.path.join(options.tls, "server.key"))
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
