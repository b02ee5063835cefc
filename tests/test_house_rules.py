"""The rules of the house that no linter knows. Each names what broke it, where, and what to do."""

import io
import json
import re
import subprocess
import tokenize
import tomllib
from collections.abc import Iterator
from typing import BinaryIO

import pytest
from babel.messages.mofile import read_mo, write_mo
from fontTools.ttLib import TTFont
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from app.rubrics import registry
from tests import catalogues, sizes, vendor
from tests.sizes import ROOT, Measured, committed

KAZAKH = "әғқңөұүһіӘҒҚҢӨҰҮҺІ"
LOCKS = ("requirements/runtime.txt", "requirements/dev.txt", "requirements/uv.txt", "package-lock.json")
BANNED_NAMES = {"utils", "util", "helpers", "helper", "common", "base", "manager", "misc"}
# One letter stands in brackets, so that this file does not hold what it forbids.
INDEX = re.compile(
    r"[p]ypi\.org|[p]ythonhosted\.org|[n]pmjs\.(?:org|com)|[n]pmmirror\.com|[y]arnpkg\.com"
    r"|[d]eb\.debian\.org|[s]napshot\.debian\.org|[s]ecurity\.debian\.org|[a]rchive\.ubuntu\.com"
    r"|--(?:extra-)?[i]ndex-url[ =]|--[f]ind-links[ =]"
)
MACHINE_PATH = re.compile(r"(?<![\w.:/-])(?:/root/|/home/[a-z]\w*/|/Users/\w+/|/work/\w+/|[A-Z]:\\Users\\)")
LEFT_BEHIND = re.compile(
    r"\b(?:[T]ODO|[F]IXME|[X]XX|[H]ACK)\b|\b[b]reakpoint\(|\bpdb\.[s]et_trace|\bconsole\.[l]og\(|^\s*[d]ebugger;"
)
EXCUSE = re.compile(r"#\s*(noqa|type:\s*ignore)\b")
CODES = r"(?:noqa:\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*|type:\s*ignore\[[\w-]+(?:,\s*[\w-]+)*\])"
GOOD_EXCUSE = re.compile(rf"#\s*{CODES}\s*(?:-|–|#)\s*\S.{{5,}}")


def texts() -> Iterator[tuple[str, str]]:
    """Every text file of the project with its name; what others wrote and we carry along is left out."""
    for path in committed():
        name = path.relative_to(ROOT).as_posix()
        content = path.read_bytes()
        if b"\0" not in content and not name.endswith((".min.js", "vendor/sapa.css", "fonts/LICENSE")):
            yield name, content.decode("utf-8")


def places(pattern: re.Pattern[str]) -> list[str]:
    """file:line: what was found."""
    return [
        f"{name}:{number}: {found.group()}"
        for name, text in texts()
        for number, line in enumerate(text.splitlines(), 1)
        if (found := pattern.search(line))
    ]


def refuse(found: list[str], remedy: str) -> None:
    """Fail with the whole list, however long it is."""
    assert not found, "\n".join([remedy, *found])


def test_no_file_names_a_package_index() -> None:
    refuse(places(INDEX), "where packages come from is the machine's affair:")


def test_no_file_names_a_path_of_somebodys_machine() -> None:
    refuse(places(MACHINE_PATH), "use paths from the checkout's root:")


def test_nothing_is_left_behind_from_debugging() -> None:
    refuse(places(LEFT_BEHIND), "mend it now, or write an issue:")


def test_every_excuse_to_a_linter_names_its_rule_and_its_reason() -> None:
    unexcused = []
    for path in committed(".py"):
        for token in tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline):
            if token.type == tokenize.COMMENT and EXCUSE.search(token.string) and not GOOD_EXCUSE.search(token.string):
                unexcused.append(f"{path.relative_to(ROOT)}:{token.start[0]}: {token.string}")
    refuse(unexcused, 'write it like "# noqa: E501 - an address cannot be broken":')


def test_nothing_is_longer_than_the_house_allows_without_a_reason() -> None:
    refuse(sizes.problems(), "too long:")


def test_the_list_of_exceptions_asks_for_a_reason_and_drops_what_is_not_needed() -> None:
    long, short = Measured("function", "a.py:long", 41), Measured("function", "a.py:short", 40)
    reason = "one table of thirty rows"

    assert sizes.judge([short], {}) == []
    assert len(sizes.judge([long], {})) == 1
    assert sizes.judge([long], {"function": {"a.py:long": {"lines": 41, "reason": reason}}}) == []
    assert len(sizes.judge([long], {"function": {"a.py:long": {"lines": 40, "reason": reason}}})) == 1
    assert len(sizes.judge([long], {"function": {"a.py:long": {"lines": 41}}})) == 1
    assert len(sizes.judge([short], {"function": {"a.py:short": {"lines": 50, "reason": reason}}})) == 1


def test_no_module_is_named_after_nothing_in_particular() -> None:
    parts = {path: {part.removesuffix(path.suffix) for part in path.relative_to(ROOT).parts} for path in committed(".py")}
    refuse([str(path.relative_to(ROOT)) for path, names in parts.items() if names & BANNED_NAMES], "name it by what it does:")


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_file_holds_digests_and_no_addresses(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")

    assert not re.search(r"https?://|file:|git\+|\n--(?!hash)|\"resolved\"", text)
    assert "sha256:" in text or "sha512-" in text


@pytest.mark.parametrize("name", LOCKS[:3])
def test_every_python_package_is_pinned_and_hashed(name: str) -> None:
    entries = re.split(r"\n(?=\S)", (ROOT / name).read_text(encoding="utf-8").strip())

    assert [
        entry.split()[0] for entry in entries if not re.match(r"[\w.\[\]-]+==\S+", entry) or "--hash=sha256:" not in entry
    ] == []


def test_the_locks_fit_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    runtime, dev = (_pins(name) for name in LOCKS[:2])
    asked = {"runtime": project["project"]["dependencies"], "dev": project["dependency-groups"]["dev"]}
    unfit = [
        f"{name}: {line} - run ./run lock"
        for name, pins in (("runtime", runtime), ("dev", dev))
        for line in asked[name]
        if (wanted := Requirement(line)) and not wanted.specifier.contains(pins.get(canonicalize_name(wanted.name), Version("0")))
    ]

    refuse(unfit, "the locks do not fit pyproject.toml:")
    assert {name: pin for name, pin in runtime.items() if dev.get(name) != pin} == {}, "tests run on what users run on"


def _pins(name: str) -> dict[str, Version]:
    found = re.findall(r"^([\w.-]+)(?:\[[\w,]+\])?==([^\s;]+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)
    return {canonicalize_name(package): Version(pin) for package, pin in found}


def test_the_vendored_files_are_those_of_the_manifest() -> None:
    lines = vendor.MANIFEST.read_text(encoding="utf-8").splitlines()
    listed = {line[66:]: line[:64] for line in lines}

    assert vendor.digests() == listed, "run ./run vendor; vendored files are not edited by hand"


def test_the_vendored_scripts_are_the_versions_that_package_json_asks_for() -> None:
    asked = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"]
    axe = (ROOT / "tests" / "vendored" / "axe.min.js").read_text(encoding="utf-8")
    css = (vendor.VENDOR / "sapa.css").read_text(encoding="utf-8")

    assert f"axe v{asked['axe-core']}" in axe[:200]
    assert f'--govuk-frontend-version: "{asked["govuk-frontend"]}"' in css


def test_the_look_is_our_own() -> None:
    css = (vendor.VENDOR / "sapa.css").read_text(encoding="utf-8")

    assert "Noto Sans" in css
    assert not re.search(r"GDS Transport|crown|opengovernment|//# source", css, re.IGNORECASE)
    assert {url for url in re.findall(r"url\(\"?([^)\"]+)", css) if not (vendor.VENDOR / url).is_file()} == set()


@pytest.mark.parametrize("style", ["Regular", "Bold", "Italic", "BoldItalic"])
def test_the_fonts_of_the_pdf_hold_every_kazakh_letter_and_figures_of_one_width(style: str) -> None:
    font = TTFont(ROOT / "app" / "reports" / "fonts" / f"NotoSans-{style}.ttf")
    letters = font.getBestCmap()
    advance = font["hmtx"]

    assert [letter for letter in KAZAKH + "«»–—“”…№₸  " if ord(letter) not in letters] == []
    assert len({advance[letters[ord(figure)]][0] for figure in "0123456789"}) == 1


def test_the_fonts_of_the_pages_hold_every_kazakh_letter() -> None:
    for weight, style in (("400", "normal"), ("700", "normal"), ("400", "italic"), ("700", "italic")):
        files = (vendor.VENDOR / "fonts").glob(f"noto-sans-*-{weight}-{style}.woff2")
        letters = set().union(*(TTFont(file).getBestCmap() for file in files))
        assert [letter for letter in KAZAKH if ord(letter) not in letters] == [], f"{weight} {style}"


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_compiled_catalogue_is_made_from_the_written_one(language: str) -> None:
    again = io.BytesIO()
    write_mo(again, catalogues.read(language))
    with catalogues.path_of(language).with_suffix(".mo").open("rb") as stream:
        compiled = _translations(stream)

    assert compiled == _translations(io.BytesIO(again.getvalue())), "run ./run messages"


def _translations(stream: BinaryIO) -> dict[str, object]:
    return {f"{message.context} {message.id}": message.string for message in read_mo(stream) if message.id}


def test_the_changelog_tells_of_this_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")

    assert re.search(rf"^## (?:\[?{re.escape(version)}\]?|Unreleased)", changelog, re.MULTILINE)
    assert f'__version__ = "{version}"' in (ROOT / "app" / "__init__.py").read_text(encoding="utf-8")


def test_make_only_calls_run_and_every_command_of_run_is_listed() -> None:
    recipes = [line for line in (ROOT / "Makefile").read_text(encoding="utf-8").splitlines() if line.startswith("\t")]
    listed = subprocess.run([ROOT / "run"], capture_output=True, text=True, check=True).stdout
    cases = (ROOT / "run").read_text(encoding="utf-8").split('case "$command" in', 1)[1]
    names = re.findall(r"\b[a-z]{3,}\b", " ".join(re.findall(r"^([a-z |]+)\)", cases, re.MULTILINE)))

    assert [line for line in recipes if not line.strip().removeprefix("@").startswith("./run")] == []
    assert {name for name in names if not re.search(rf"^  (?:\w+ \| )*{name}\b", listed, re.MULTILINE)} == set()


def test_run_refuses_a_command_that_it_does_not_know() -> None:
    answer = subprocess.run([ROOT / "run", "dance"], capture_output=True, text=True, check=False)

    assert answer.returncode == 2
    assert 'There is no command "dance".' in answer.stderr
    assert answer.stdout == ""


def test_a_published_edition_has_not_changed_since_its_digest_was_taken() -> None:
    lines = (ROOT / "rubrics" / "rubrics.lock").read_text(encoding="utf-8").splitlines()
    frozen = dict(line.split(" ", 1) for line in lines)

    remedy = "a published edition is frozen: make a new edition, or, before its first release, renew rubrics.lock"
    assert dict(registry.home().digests) == frozen, remedy
