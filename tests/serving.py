"""A real server on loopback in a thread of this process."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from app.config import Settings
from app.main import create_app
from app.migrate import migrate


@contextmanager
def serving(folder: Path, host: str = "127.0.0.1", database_url: str = "") -> Iterator[tuple[FastAPI, Settings]]:
    """An empty, migrated installation in the folder, served at `settings.base_url` until the block ends.

    It is on SQLite unless a database is named. `host` is what browsers call it: some things want a name, "localhost".
    """
    listener = socket.create_server(("127.0.0.1", 0))
    address = f"http://{host}:{listener.getsockname()[1]}"
    settings = Settings(data_dir=folder, database_url=database_url, base_url=address, password_memory_kib=64, password_rounds=1)
    migrate(settings)
    app = create_app(settings)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="on"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    yield app, settings
    server.should_exit = True
    thread.join(timeout=10)
