#!/usr/bin/python3
"""E-mail with a real SMTP server: aiosmtpd, which speaks STARTTLS, TLS from the beginning and AUTH, refuses what it is
told to, and runs as anybody on a free port without touching the mail of the machine. Postfix, Exim and OpenSMTPD want
root, users of their own and folders of the system."""
import email
import email.policy
import json
import logging
import os
import socket
import ssl
import sys
import warnings

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from receivers import certificate, check, message, remembering, run, send

# That it asks for a password over TLS from the beginning is what it should do; it warns of that, too.
warnings.filterwarnings("ignore", category=UserWarning, module="aiosmtpd")
logging.getLogger("mail.log").setLevel(logging.ERROR)


class Mailbox:
    """What the server takes, and what it refuses."""

    def __init__(self, refusals=None):
        self.mails = []
        self.refusals = refusals or {}

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.mails.append({"from": envelope.mail_from, "to": envelope.rcpt_tos, "mail": mail, "bytes": envelope.content,
                           "encrypted": session.ssl is not None or server.transport.get_extra_info("ssl_object") is not None,
                           "login": session.auth_data})
        return self.refusals.get("DATA", "250 OK")


def login(server, session, envelope, mechanism, data):
    good = isinstance(data, LoginPassword) and (data.login, data.password) == (b"driftline", b"pass word")
    return AuthResult(success=good, handled=False, auth_data=data.login if good else None)


class Server:
    def __init__(self, folder, box, how):
        self.box = box
        self.pem, key = certificate(folder)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.pem, key)
        options = {"starttls": {"tls_context": context, "require_starttls": True, "auth_required": True,
                                "authenticator": login, "auth_require_tls": True},
                   "tls": {"authenticator": login, "auth_required": True, "auth_require_tls": False},
                   "plain": {}}[how]
        self.scheme = "smtps" if how == "tls" else "smtp"
        self.controller = Controller(box, hostname="127.0.0.1", port=0, ssl_context=context if how == "tls" else None,
                                     **options)

    def __enter__(self):
        # aiosmtpd asks its own port whether it is there: it must know it.
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.controller.port = probe.getsockname()[1]
        self.controller.start()
        return self

    def __exit__(self, *arguments):
        self.controller.stop()

    def sink(self, **more):
        return {"kind": "email", "url": f"{self.scheme}://127.0.0.1:{self.controller.port}", "allow_private": True,
                "ca": self.pem, "from": "driftline@example.com", "to": ["dba@example.com", "ops@example.com"],
                "user": "driftline", "password": "pass word", **more}


def plain(mail):
    """The lines of the plain text."""
    return mail.get_body(("plain",)).get_content().splitlines()


def arrives(folder, how):
    box = Mailbox()
    with Server(folder, box, how) as server:
        answer = send(server.sink(), message("opened"))
    check(answer["outcome"] == "sent", answer)
    check(len(box.mails) == 1, f"{len(box.mails)} mails")
    mail = box.mails[0]
    check(mail["from"] == "driftline@example.com" and mail["to"] == ["dba@example.com", "ops@example.com"], mail)
    check(mail["encrypted"] and mail["login"] == b"driftline", "not encrypted, or nobody logged in")
    return mail["mail"], answer


def test_starttls_and_login(folder):
    arrives(folder, "starttls")


def test_tls_and_login(folder):
    mail, answer = arrives(folder, "tls")
    check(not mail.defects and all(not part.defects for part in mail.walk()), "it is malformed")
    check(mail.get_content_type() == "multipart/alternative", mail.get_content_type())
    check([part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"], "other parts")
    check(mail["subject"] == "orders@prod (incident 4)", mail["subject"])
    check(mail["message-id"] == "<5f0c6a1e-17@example.com>", mail["message-id"])
    check(mail["auto-submitted"] == "auto-generated", "it may be answered by programs")
    check(mail["date"].datetime.isoformat() == "2026-11-21T10:00:00+00:00", mail["date"])
    lines = plain(mail)
    check("- critical: column shop.orders.total differs: bigint is integer in prod, by alice (captured)" in lines, lines)
    check("https://driftline.example.com/#/drift?database=orders&to=prod" in lines, lines)
    check(answer["remote"]["message_id"] == "5f0c6a1e-17@example.com", answer)


def test_conversation(folder):
    box = Mailbox()
    with Server(folder, box, "starttls") as server:
        first = send(server.sink(), message("opened"))
        for name in ("update", "resolved"):
            check(send(server.sink(), message(name), remembering(first))["outcome"] == "sent", name)
    opened, *later = [entry["mail"] for entry in box.mails]
    for mail in later:
        check(mail["in-reply-to"] == opened["message-id"] and mail["references"] == opened["message-id"], "no thread")
        check(mail["subject"] == "Re: " + opened["subject"], mail["subject"])
    check(len({mail["message-id"] for mail in [opened, *later]}) == 3, "ids are not unique")
    check(plain(later[1])[0] == "orders@prod: back to normal after 60 min", "it does not begin with what it is about")


def test_hostile_names(folder):
    box = Mailbox()
    with Server(folder, box, "starttls") as server:
        check(send(server.sink(), message("hostile"))["outcome"] == "sent", "not sent")
    check(len(box.mails) == 1 and box.mails[0]["to"] == ["dba@example.com", "ops@example.com"], "others got it")
    mail = box.mails[0]["mail"]
    check(mail["bcc"] is None and mail["cc"] is None and not mail.defects, "a name became a header")
    html = mail.get_body(("html",)).get_content()
    check("<script" not in html and html.count("<a ") == 0, "a name became a tag")
    check("&lt;script&gt;alert(1)&lt;/script&gt;" in html, "a name is lost")
    check(all(len(line) <= 78 for line in box.mails[0]["bytes"].split(b"\r\n")), "a line is too long")


def test_dots_stay(folder):
    with open(message("opened"), encoding="utf-8") as file:
        content = json.load(file)
    content["title"] = "." + "x" * 74 + ".."  # its soft line break puts a dot at the beginning of a line
    path = os.path.join(folder, "dots.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(content, file)
    box = Mailbox()
    with Server(folder, box, "starttls") as server:
        check(send(server.sink(), path)["outcome"] == "sent", "not sent")
    check(b"=\r\n.." in box.mails[0]["bytes"], "no line begins with a dot")
    check(plain(box.mails[0]["mail"])[0] == content["title"], plain(box.mails[0]["mail"]))


def test_wrong_password(folder):
    box = Mailbox()
    with Server(folder, box, "starttls") as server:
        answer = send(server.sink(password="wrong"), message("opened"))
    check(answer["outcome"] == "dead" and answer["status"] == 535 and "password" in answer["hint"], answer)
    check("wrong" not in answer["problem"] and not box.mails, answer)


def test_unknown_recipient(folder):
    box = Mailbox({"ops@example.com": "550 no such mailbox"})
    with Server(folder, box, "starttls") as server:
        answer = send(server.sink(), message("opened"))
    check(answer["outcome"] == "dead" and answer["status"] == 550, answer)


def test_greylisted(folder):
    box = Mailbox({"dba@example.com": "451 come again later"})
    with Server(folder, box, "starttls") as server:
        answer = send(server.sink(), message("opened"))
    check(answer["outcome"] == "again" and answer["status"] == 451, answer)


def test_refused_after_data(folder):
    box = Mailbox({"DATA": "554 looks like spam"})
    with Server(folder, box, "starttls") as server:
        answer = send(server.sink(), message("opened"))
    check(answer["outcome"] == "dead" and answer["status"] == 554, answer)


def test_certificate_of_another(folder):
    box = Mailbox()
    with Server(folder, box, "tls") as server:
        answer = send(server.sink(ca=""), message("opened"))
    check(answer["outcome"] == "again" and "certificate" in answer["problem"] and not box.mails, answer)


def test_private_address(folder):
    with Server(folder, Mailbox(), "tls") as server:
        answer = send(server.sink(allow_private=False), message("opened"))
        check(answer["outcome"] == "again" and "127.0.0.1" in answer["problem"], answer)
        check(not server.box.mails, "it was sent nevertheless")


if __name__ == "__main__":
    sys.exit(run([value for name, value in list(globals().items()) if name.startswith("test_")]))
