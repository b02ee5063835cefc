"""Makes what is vendored: compiles the style sheets and copies scripts and fonts, with a manifest of their digests.

Run by `./run vendor` after `npm ci`. What it makes is committed, so that users need no node.
"""

import hashlib
import json
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "package-lock.json"
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "app" / "web" / "static" / "vendor"
MANIFEST = VENDOR / "MANIFEST.sha256"
COPIES = {
    "htmx.org/dist/htmx.min.js": VENDOR / "htmx.min.js",
    "sortablejs/Sortable.min.js": VENDOR / "sortable.min.js",
    "axe-core/axe.min.js": ROOT / "tests" / "vendored" / "axe.min.js",
}


def main() -> None:
    """Make everything anew."""
    without_addresses()
    shutil.rmtree(VENDOR, ignore_errors=True)
    (VENDOR / "fonts").mkdir(parents=True)
    for source, target in COPIES.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        text = (MODULES / source).read_text(encoding="utf-8")
        kept = [line for line in text.splitlines() if not line.startswith("//# sourceMappingURL")]
        target.write_text("\n".join(kept) + "\n", encoding="utf-8")
    fonts = MODULES / "@fontsource" / "noto-sans" / "files"
    for subset in ("latin", "latin-ext", "cyrillic", "cyrillic-ext"):
        for weight in ("400", "700"):
            for style in ("normal", "italic"):
                name = f"noto-sans-{subset}-{weight}-{style}.woff2"
                shutil.copyfile(fonts / name, VENDOR / "fonts" / name)
    shutil.copyfile(MODULES / "@fontsource" / "noto-sans" / "LICENSE", VENDOR / "fonts" / "LICENSE")
    command = [str(MODULES / ".bin" / "sass"), "--quiet", "--style=compressed", "--no-source-map", f"--load-path={MODULES}"]
    subprocess.run([*command, str(ROOT / "app/web/sass/sapa.scss"), str(VENDOR / "sapa.css")], check=True)
    MANIFEST.write_text("".join(f"{digest}  {name}\n" for name, digest in digests().items()), encoding="utf-8")


def without_addresses() -> None:
    """Take out of the package lock whom to thank with money: nobody installs from it, and it holds no other addresses."""
    lock = json.loads(LOCK.read_text(encoding="utf-8"))
    for package in lock["packages"].values():
        package.pop("funding", None)
    LOCK.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def digests() -> dict[str, str]:
    """The SHA-256 of every vendored file."""
    files = sorted(path for path in VENDOR.rglob("*") if path.is_file() and path != MANIFEST)
    return {str(path.relative_to(VENDOR)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


if __name__ == "__main__":
    main()
