"""What holds for every line that makes a cookie, every script of ours and every field for a password."""

import ast
import re
from pathlib import Path

APP = Path(__file__).resolve().parents[2] / "app"


def test_no_line_of_the_code_makes_a_cookie_in_another_way() -> None:
    seen = 0
    for path in APP.rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        for call in ast.walk(ast.parse(source)):
            if (
                isinstance(call, ast.Call)
                and isinstance(call.func, ast.Attribute)
                and call.func.attr in ("set_cookie", "delete_cookie")
            ):
                seen += 1
                options = {one.arg: ast.unparse(one.value) for one in call.keywords}
                place = f"{path.name}:{call.lineno}"
                assert options.get("secure") == "settings.https", place
                assert options.get("httponly") == "True", place
                assert options.get("path") == "'/'", place
                first = ast.unparse(call.args[0])
                named = first if "cookie_name(" in first else re.search(rf"\b{first} = (.*)", source)
                assert "cookie_name(" in str(named), f"{place}: a cookie is named by csrf.cookie_name"
            if isinstance(call, ast.Constant) and isinstance(call.value, str) and call.value.lower() == "set-cookie":
                raise AssertionError(f"{path.name}:{call.lineno}: set cookies with set_cookie")
    assert seen >= 6


def test_no_script_of_ours_stores_anything_or_makes_markup_of_text() -> None:
    script = (APP / "web" / "static" / "sapa.js").read_text(encoding="utf-8")
    for word in (
        "localStorage",
        "sessionStorage",
        "indexedDB",
        "document.cookie",
        "innerHTML",
        "eval(",
        "postMessage",
        "new Function",
    ):
        assert word not in script


def test_every_field_for_a_password_is_masked_and_open_to_password_managers() -> None:
    fields = []
    for path in (APP.parent / "templates").rglob("*.html"):
        fields += re.findall(r"<input[^>]*type=\"password\"[^>]*>", path.read_text(encoding="utf-8"))
        assert not re.search(r'name="(password|current)"[^>]*type="text"', path.read_text(encoding="utf-8")), path
        assert "onpaste" not in path.read_text(encoding="utf-8")
    assert fields
