"""The rubric library of the running service."""

from typing import Annotated

from fastapi import Depends, Request

from app.rubrics.registry import Library


def _library(request: Request) -> Library:
    library: Library = request.app.state.library
    return library


LibraryDep = Annotated[Library, Depends(_library)]
