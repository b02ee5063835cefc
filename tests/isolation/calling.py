"""Asking the service in this process, without a client in between: thousands of requests a minute."""

import asyncio
import contextvars
import json
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from types import FrameType
from typing import Any
from urllib.parse import SplitResult, urlencode, urlsplit

import anyio.to_thread
from fastapi import FastAPI

from app.web.csrf import cookie_name
from tests.isolation.people import Fault, Way, Who
from tests.isolation.world import World

ORIGIN = "http://testserver"
BOUNDARY = "----cells"


@dataclass(frozen=True)
class Sent:
    """A body and its content type."""

    content: bytes = b""
    media_type: str = ""


@dataclass
class Answer:
    """What came back."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes = b""

    @property
    def everything(self) -> bytes:
        """Headers and body."""
        return b"\n".join(f"{name}: {value}".encode() for name, value in self.headers.items()) + b"\n" + self.content


def form(fields: dict[str, Any]) -> Sent:
    """A form as a browser sends it."""
    return Sent(urlencode(fields).encode(), "application/x-www-form-urlencoded")


def as_json(value: Any) -> Sent:
    """A JSON body."""
    return Sent(json.dumps(value).encode(), "application/json")


def multipart(fields: dict[str, Any], name: str, content: bytes) -> Sent:
    """A form with a file in the field `file`."""
    parts = [f'content-disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode() for key, value in fields.items()]
    parts.append(f'content-disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode() + content + b"\r\n")
    edge = f"--{BOUNDARY}\r\n".encode()
    body = b"".join(edge + part for part in parts) + f"--{BOUNDARY}--\r\n".encode()
    return Sent(body, f"multipart/form-data; boundary={BOUNDARY}")


def headers_of(world: World, who: Who, method: str, sent: Sent, *, accept_html: bool) -> dict[str, str]:
    """Cookie or token, and what a browser says of where a form comes from."""
    headers = {"host": "testserver", "accept": "text/html" if accept_html else "application/json"}
    if who.way is Way.TOKEN:
        headers["authorization"] = f"Bearer {world.tokens[who.key]}"
    elif who.way is Way.SESSION:
        token = "x" * 43 if who.fault is Fault.UNKNOWN else world.tokens[who.key]
        headers["cookie"] = f"{cookie_name(world.settings, 'sapa')}={token}"
    if method != "GET":
        headers["content-type"] = sent.media_type or "application/x-www-form-urlencoded"
        headers["content-length"] = str(len(sent.content))
        headers["if-match"] = '"1"'
        elsewhere = who.fault is Fault.OTHER_ORIGIN
        headers["origin"] = "https://evil.example" if elsewhere else ORIGIN
        if not elsewhere:
            headers["sec-fetch-site"] = "cross-site" if who.fault is Fault.CROSS_SITE else "same-origin"
        if who.key in world.csrf and who.fault is not Fault.FORGED:
            headers["x-csrf-token"] = world.csrf[who.key]
    return headers


async def _here(function: Callable[..., Any], *arguments: Any, **_options: Any) -> Any:
    """Run what the service gives to a thread in this one: there is only one request, and threads cost most of its time."""
    return contextvars.copy_context().run(function, *arguments)


def _scope(method: str, parts: SplitResult, headers: dict[str, str]) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "path": parts.path,
        "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(),
        "root_path": "",
        "scheme": "http",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("192.0.2.1", 50_000),
        "server": ("testserver", 80),
        "state": {},
    }


class _Exchange:
    """What a server does for one request: gives the body, takes the answer."""

    def __init__(self, content: bytes) -> None:
        self.answer = Answer()
        self._given = iter([{"type": "http.request", "body": content, "more_body": False}])
        self._done = asyncio.Event()

    async def receive(self) -> Any:
        message = next(self._given, None)
        if message is not None:
            return message
        await self._done.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.answer.status = message["status"]
            self.answer.headers = {name.decode().lower(): value.decode("latin-1") for name, value in message["headers"]}
            return
        self.answer.content += message.get("body", b"")
        if not message.get("more_body"):
            self._done.set()


class Caller:
    """One event loop for all requests, in a thread of its own: a browser's driver may keep a loop running in ours."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self.profile: Callable[[FrameType, str, Any], object] | None = None
        """Told of every call that is made while a request is answered; None: nobody is."""
        self.loop = asyncio.new_event_loop()
        self._thread = ThreadPoolExecutor(max_workers=1)

    def close(self) -> None:
        """End the loop and the thread."""
        self._thread.shutdown()
        self.loop.close()

    def ask(self, method: str, address: str, headers: dict[str, str], content: bytes = b"") -> Answer:
        """Send a request and wait for the whole answer. An exception that the service did not answer is raised."""
        threads, anyio.to_thread.run_sync = anyio.to_thread.run_sync, _here  # type: ignore[assignment]  # its options are of no use here
        try:
            return self._thread.submit(self._wait, method, address, headers, content).result()
        finally:
            anyio.to_thread.run_sync = threads

    def _wait(self, method: str, address: str, headers: dict[str, str], content: bytes) -> Answer:
        sys.setprofile(self.profile)
        try:
            return self.loop.run_until_complete(self._ask(method, address, headers, content))
        finally:
            sys.setprofile(None)

    async def _ask(self, method: str, address: str, headers: dict[str, str], content: bytes) -> Answer:
        parts = urlsplit(address)
        scope = _scope(method, parts, headers)
        exchange = _Exchange(content)
        try:
            await self.app(scope, exchange.receive, exchange.send)
        except Exception:
            # A fault that is answered with 500 and then raised for the server's log.
            if not exchange.answer.status:
                raise
        return exchange.answer
