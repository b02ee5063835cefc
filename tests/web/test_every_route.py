"""What holds for every answer of a site in production, whatever was asked, by whom, and how it ended."""

import re
from collections.abc import Iterator

import httpx2
import pytest
from fastapi import APIRouter, FastAPI

from app import __version__
from app.config import Settings
from tests.conftest import Client, routes_of
from tests.web.production import HOST, SITE, browser, production, somebody

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
SAME_SITE = {"origin": SITE, "sec-fetch-site": "same-origin"}
EXPECTED = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
        "object-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "strict-transport-security": "max-age=63072000; includeSubDomains",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
faulty = APIRouter()


@faulty.get("/testing/fault")
def fault() -> None:
    raise RuntimeError("planted")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FastAPI, Settings]]:
    with production(tmp_path_factory.mktemp("site")) as made:
        made[0].include_router(faulty)
        yield made


@pytest.fixture
def visitor(site: tuple[FastAPI, Settings]) -> Client:
    return browser(*site)


@pytest.fixture
def member(site: tuple[FastAPI, Settings]) -> Client:
    return browser(*site).as_(somebody(*site))


def _wrong(answer: httpx2.Response, expected: dict[str, str]) -> dict[str, str]:
    headers = answer.headers
    return {name: headers.get(name, "missing") for name, value in expected.items() if headers.get(name) != value}


def _addresses(app: FastAPI) -> list[str]:
    found = {re.sub(r"\{[a-z_]+(:path)?\}", "999999", path) for _method, path in routes_of(app)}
    return sorted(
        found | {"/nowhere", "/api/v1/nowhere", "/static/nowhere.css", "/static/", "/static/vendor/", "/docs", "/redoc"}
    )


@pytest.mark.parametrize("who", ["visitor", "member"])
def test_every_answer_to_every_method_carries_the_headers_and_is_no_fault(
    site: tuple[FastAPI, Settings], request: pytest.FixtureRequest, who: str
) -> None:
    client: Client = request.getfixturevalue(who)
    addresses = _addresses(site[0])
    assert len(addresses) > 60
    wrong = []
    for address in addresses:
        for method in METHODS:
            if address in ("/testing/fault", "/sign-out", "/sign-out-everywhere"):
                continue
            answer = client.request(method, address, headers=SAME_SITE)
            if missing := _wrong(answer, EXPECTED):
                wrong.append(f"{method} {address}: {missing}")
            if answer.status_code >= 500:
                wrong.append(f"{method} {address}: {answer.status_code}")
            if any(name.startswith("access-control-") for name in answer.headers):
                wrong.append(f"{method} {address}: another site's scripts may read this")
            if answer.text and not re.match(r"(text/[a-z]+|image/svg\+xml); charset=utf-8|application/", _kind(answer)):
                wrong.append(f"{method} {address}: {_kind(answer)!r}")
    assert not wrong, "\n".join(wrong)


def _kind(answer: httpx2.Response) -> str:
    return str(answer.headers.get("content-type", ""))


def test_a_fault_a_refused_host_and_static_files_carry_them_too(visitor: Client) -> None:
    fault = visitor.get("/testing/fault")
    assert fault.status_code == 500
    assert _wrong(fault, EXPECTED) == {}
    refused = visitor.get("/sign-in", headers={"host": "evil.example"})
    assert refused.status_code == 421
    assert _wrong(refused, EXPECTED) == {}
    page = visitor.get("/sign-in").text
    kept = EXPECTED | {"cache-control": "public, max-age=31536000, immutable"}
    files = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert len(files) >= 3
    for file in files:
        answer = visitor.get(file)
        assert answer.status_code == 200
        assert _wrong(answer, kept) == {}, file
        assert "charset=utf-8" in answer.headers["content-type"]


@pytest.mark.parametrize(
    "host",
    ["evil.example", f"{HOST}.evil.example", f"evil.example#{HOST}", f"{HOST}:8000", "127.0.0.1", "", f"{HOST}, evil.example"],
)
def test_a_request_for_another_host_is_refused_and_its_name_stands_nowhere(visitor: Client, host: str) -> None:
    for address in ("/sign-in", "/", "/api/v1/assessments", "/invitation/x", "/static/icon.svg"):
        answer = visitor.get(address, headers={"host": host})
        assert answer.status_code == 421, address
        assert "evil" not in answer.text + str(answer.headers)


@pytest.mark.parametrize("host", [HOST, HOST.upper(), f"{HOST}:443", f"{HOST}."])
def test_the_sites_own_name_is_known_however_it_is_written(visitor: Client, host: str) -> None:
    assert visitor.get("/sign-in", headers={"host": host}).status_code == 200


def test_health_is_told_to_whoever_asks_by_number(visitor: Client) -> None:
    assert visitor.get("/healthz", headers={"host": "127.0.0.1:8000"}).status_code == 200
    assert visitor.get("/readyz", headers={"host": "127.0.0.1:8000"}).status_code == 200


FORWARDED = {
    "x-forwarded-host": "evil.example",
    "forwarded": "host=evil.example",
    "x-original-url": "/healthz",
    "x-host": "evil.example",
}


def test_no_header_of_a_proxy_reaches_a_link(site: tuple[FastAPI, Settings], visitor: Client, member: Client) -> None:
    for address in _addresses(site[0]):
        if address == "/testing/fault":
            continue
        for client in (visitor, member):
            answer = client.get(address, headers=FORWARDED)
            assert "evil" not in answer.text + str(answer.headers), address
            assert answer.headers.get("location", "/").startswith("/"), address


def _cookies(answer: httpx2.Response) -> list[str]:
    return list(answer.headers.get_list("set-cookie"))


def test_every_cookie_is_bound_to_the_host_hidden_from_scripts_and_sent_over_tls_only(
    site: tuple[FastAPI, Settings], visitor: Client, member: Client
) -> None:
    found = []
    for address in _addresses(site[0]):
        for client in (visitor, member):
            for method in ("GET", "POST"):
                found += _cookies(client.request(method, address, headers=SAME_SITE))
    found += _cookies(visitor.post("/language", data={"language": "kk"}))
    for theme in ("dark", "device"):
        found += _cookies(visitor.post("/theme", data={"theme": theme}))
    found += _cookies(browser(*site).get("/reset/a-token"))
    page = visitor.get("/sign-in")
    found += _cookies(page)
    token = re.findall(r'name="csrf_token" value="([0-9a-f]+)"', page.text)[0]
    person = somebody(*site)
    form = {"email": person.email, "password": "correct horse battery", "csrf_token": token}
    signed_in = visitor.post("/sign-in", data=form, headers=SAME_SITE)
    assert signed_in.status_code == 303
    found += _cookies(signed_in)
    found += _cookies(member.send_form("/sign-out", headers=SAME_SITE))
    names = {cookie.partition("=")[0] for cookie in found}
    assert names >= {
        "__Host-visitor",
        "__Host-sapa",
        "__Host-language",
        "__Host-theme",
        "__Host-link-invitation",
        "__Host-link-reset",
    }
    for cookie in found:
        attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert cookie.startswith("__Host-"), cookie
        assert {"secure", "httponly", "path=/"} <= attributes, cookie
        assert attributes & {"samesite=lax", "samesite=strict"}, cookie
        assert not any(one.startswith("domain") for one in attributes), cookie


def test_a_links_token_leaves_the_address_at_once_and_no_page_repeats_it(visitor: Client) -> None:
    for name in ("invitation", "reset"):
        answer = visitor.get(f"/{name}/a-Token-0f-a-Link-that-nobody-kn0ws")
        assert answer.status_code == 303
        assert answer.headers["location"] == f"/{name}"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert "a-Token" not in visitor.get(f"/{name}").text


def test_a_token_in_an_address_opens_nothing(visitor: Client, member: Client) -> None:
    session = member.cookies.get("__Host-sapa")
    for name in ("token", "access_token", "sapa", "__Host-sapa", "authorization"):
        assert visitor.get("/api/v1/assessments", params={name: session}).status_code == 401
        assert visitor.get("/assessments", params={name: session}).status_code == 303


def test_methods_that_nothing_needs_are_refused(member: Client) -> None:
    for address in ("/", "/sign-in", "/assessments", "/api/v1/assessments", "/static/icon.svg", "/healthz"):
        for method in ("TRACE", "TRACK", "CONNECT", "OPTIONS", "PROPFIND"):
            answer = member.request(method, address, headers={"x-secret": "echo-me", **SAME_SITE})
            assert answer.status_code == 405, (method, address)
            assert "echo-me" not in answer.text


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "application/x-www-form-urlencoded", "application/jsonp", ""])
def test_the_api_reads_no_body_that_does_not_say_what_it_is(site: tuple[FastAPI, Settings], member: Client, kind: str) -> None:
    headers = {"content-type": kind, "x-csrf-token": member.token, "accept": "application/json", **SAME_SITE}
    for method, path in routes_of(site[0]):
        if path.startswith("/api/") and method in ("POST", "PUT", "PATCH"):
            answer = member.request(method, re.sub(r"\{[a-z_]+\}", "999999", path), content=b'{"level": 1}', headers=headers)
            assert answer.status_code == 415, (method, path)
            assert answer.headers["content-type"] == "application/problem+json"


def test_nothing_but_our_static_files_is_served(visitor: Client) -> None:
    for address in ("/.git/config", "/static/../main.py", "/static/%2e%2e/main.py", "/static/..%2f..%2fpyproject.toml",
                    "/static//etc/passwd", "/static/vendor", "/static/vendor/", "/static/", "/docs", "/redoc", "/openapi.json",
                    "/metrics", "/debug", "/server-status", "/.env"):  # fmt: skip
        answer = visitor.get(address)
        assert answer.status_code == 404, address
        assert "import" not in answer.text


def test_the_description_of_the_api_is_for_everybody_and_holds_nothing_of_anybody(
    site: tuple[FastAPI, Settings], visitor: Client, member: Client
) -> None:
    person = somebody(*site)
    answer = visitor.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.text == member.get("/api/v1/openapi.json").text
    for text in (person.email, site[1].secret, str(site[1].data_dir), __version__):
        assert text not in answer.text


def test_who_is_not_signed_in_is_not_told_the_version(visitor: Client, member: Client) -> None:
    assert __version__ in member.get("/assessments").text
    for address in ("/sign-in", "/forgot", "/healthz", "/readyz", "/nowhere"):
        answer = visitor.get(address)
        assert __version__ not in answer.text
        assert "server" not in answer.headers


def test_signing_in_anew_ends_the_session_that_the_browser_had(site: tuple[FastAPI, Settings]) -> None:
    person, client = somebody(*site), browser(*site)
    client.as_(person)
    before = client.cookies.get("__Host-sapa") or ""
    page = client.get("/sign-in")
    token = re.findall(r'name="csrf_token" value="([0-9a-f]+)"', page.text)[-1]
    form = {"email": person.email, "password": "correct horse battery", "csrf_token": token}
    assert client.post("/sign-in", data=form, headers=SAME_SITE).status_code == 303
    assert client.get("/assessments").status_code == 200
    other = browser(*site)
    other.cookies.set("__Host-sapa", before)
    assert other.get("/assessments").status_code == 303


def test_signing_out_tells_the_browser_to_forget_what_scripts_stored(member: Client) -> None:
    answer = member.send_form("/sign-out", headers=SAME_SITE)
    assert answer.headers["clear-site-data"] == '"storage"'
