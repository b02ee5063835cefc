"""Files that an answer hands out: to be kept under a name of our making. No copy is cached, as of any answer."""

from collections.abc import Iterator

from fastapi.responses import Response, StreamingResponse


def download(content: bytes, name: str, media_type: str) -> Response:
    """A file that is there as a whole. Its name is of plain letters: what people wrote never becomes one."""
    return Response(content, media_type=media_type, headers=_headers(name))


def streamed_download(content: Iterator[bytes], name: str, media_type: str, *, size: int) -> Response:
    """A file that is made while it is sent; its size is known before."""
    return StreamingResponse(content, media_type=media_type, headers=_headers(name) | {"content-length": str(size)})


def _headers(name: str) -> dict[str, str]:
    return {"content-disposition": f'attachment; filename="{name}"'}
