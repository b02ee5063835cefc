"""A small scanner that speaks clamd's protocol, as a process of its own: it knows one threat, the EICAR test file.

`python -m tests.evidence.scanner FOLDER` listens on a free port of loopback and writes it to FOLDER/port.
"""

import socketserver
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# In two parts: a scanner on the machine that holds this text would take it for the test file itself.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}" + b"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
ROOT = Path(__file__).resolve().parents[2]


class Talk(socketserver.StreamRequestHandler):
    """One command, and its answer."""

    def handle(self) -> None:
        command = b""
        while not command.endswith(b"\0"):
            command += self.rfile.read(1)
        if command == b"zVERSION\0":
            self.wfile.write(b"ClamAV 1.4.0-test/27000/Wed Nov 25 10:00:00 2026\0")
        elif command == b"zINSTREAM\0":
            content = b""
            while length := struct.unpack(">I", self.rfile.read(4))[0]:
                content += self.rfile.read(length)
            told = b"Eicar-Test-Signature FOUND" if EICAR in content else b"OK"
            self.wfile.write(
                b"INSTREAM size limit exceeded. ERROR\0" if b"nonsense please" in content else b"stream: " + told + b"\0"
            )


@contextmanager
def scanning(folder: Path) -> Iterator[str]:
    """A scanner at host:port until the block ends."""
    folder.mkdir(exist_ok=True)
    process = subprocess.Popen([sys.executable, "-m", "tests.evidence.scanner", str(folder)], cwd=ROOT)
    try:
        until = time.monotonic() + 20
        while not (folder / "port").exists():
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.02)
        yield f"127.0.0.1:{(folder / 'port').read_text()}"
    finally:
        process.terminate()
        process.wait(10)


def main(folder: Path) -> None:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk) as server:
        written = folder / "port.new"
        written.write_text(str(server.server_address[1]))
        written.rename(folder / "port")
        server.serve_forever()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
