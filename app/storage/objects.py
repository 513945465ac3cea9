"""Files at a provider of object storage: S3 and what speaks its protocol, Google Cloud, Azure.

Only obstore's blocking calls are used, in threads. After one of its asynchronous calls, Python
could abort at its end: obstore's own threads then still want to tell the event loop.
"""

import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from app.storage.errors import NotStored, StorageError, StorageUnavailable
from app.storage.failures import failed, of_objects

NAMES = {"s3": "S3", "gs": "Google Cloud Storage", "az": "Azure Blob Storage"}
# Time limits of one request. HTTP is used only for an endpoint whose URL says so: these options are
# in place of those that obstore takes from the environment, AWS_ALLOW_HTTP included.
CLIENT = {"connect_timeout": "3s", "timeout": "20s", "allow_http": True}
RETRY = {"max_retries": 3, "retry_timeout": timedelta(seconds=5)}
PART = 5 * 1024 * 1024  # bytes, the least that S3 takes
PARALLEL = 1  # parts of a file on their way: with more, an abort couldn't wait for them
NOTHING = ".check"  # no path of a file begins with a dot
NO_BUCKET = "the bucket doesn't exist"


class Objects:
    """The bucket, or container, of a URL such as `s3://bucket/prefix`.

    Keys and the endpoint are in `config` by obstore's names, or else in the environment.
    """

    def __init__(self, url: str, config: Mapping[str, str] | None = None) -> None:
        self._url = url
        self._config = config
        self._scheme = url.partition(":")[0]
        self.kind = NAMES[self._scheme]
        self.place = url
        self._opened: Any = None
        self._one = threading.Lock()

    def prepare(self) -> None:
        """Do nothing: the bucket must exist, and the provider removes what was left of uploads."""

    def check(self, beside: str = "") -> None:
        """Raise what keeps it from working now; asks for what nothing is called.

        With the path of a file, only its folder is requested: keys may permit no other.
        The response for a file tells wrong keys from an outage and from a web server, that for a
        list a bucket that isn't there from one that is empty; each alone can't.
        """
        import obstore

        doing = "Checking the bucket"
        nothing = f"{beside.rpartition('/')[0]}/{NOTHING}".lstrip("/")
        with of_objects(doing), suppress(FileNotFoundError):
            obstore.head(self._store(), nothing)
            raise failed(StorageUnavailable, doing, "what responds is no object storage")
        with of_objects(doing, "the bucket doesn't exist, or may not be listed"):
            obstore.list_with_delimiter(self._store(), nothing)

    def put(self, path: str, content: bytes) -> None:
        """Write a whole file, in place of what was there."""
        import obstore

        doing = "Storing a file"
        try:
            with of_objects(doing):
                obstore.put(self._store(), path, content, use_multipart=False)
        except FileNotFoundError:
            raise failed(StorageUnavailable, doing, NO_BUCKET) from None

    def writer(self, path: str) -> "ObjectWriter":
        """Begin a file in place of what is there; no request is made yet."""
        return ObjectWriter(self, path)

    def upload(self, path: str) -> Any:
        """Begin an upload in parts."""
        import obstore

        with of_objects("Storing a file"):
            return obstore.open_writer(
                self._store(), path, buffer_size=PART, max_concurrency=PARALLEL
            )

    def get(self, path: str, most: int) -> bytes:
        """Return a whole file. Raises NotStored, and StorageError if it has more than `most`."""
        import obstore

        doing = "Reading a file"
        try:
            with of_objects(doing):
                answer = obstore.get(self._store(), path)
                if answer.meta["size"] <= most:
                    return bytes(answer.bytes())
        except FileNotFoundError:
            raise NotStored from None
        raise failed(StorageError, doing, "it is larger than expected")

    def read(self, path: str, start: int, end: int) -> bytes:
        """Return the bytes before `end` from `start` on."""
        import obstore

        try:
            with of_objects("Reading a file"):
                return bytes(obstore.get_range(self._store(), path, start=start, end=end))
        except FileNotFoundError:
            raise NotStored from None

    def size(self, path: str) -> int:
        """Return the bytes of a file. Raises NotStored."""
        import obstore

        try:
            with of_objects("Reading a file"):
                return obstore.head(self._store(), path)["size"]
        except FileNotFoundError:
            raise NotStored from None

    def written_at(self, path: str) -> datetime:
        """Return when a file was written, by the provider's clock. Raises NotStored."""
        import obstore

        try:
            with of_objects("Reading a file"):
                return obstore.head(self._store(), path)["last_modified"]
        except FileNotFoundError:
            raise NotStored from None

    def delete(self, paths: Sequence[str]) -> None:
        """Delete files. S3 takes a thousand in one request, and knows no missing ones."""
        import obstore

        doing = "Deleting files"
        with of_objects(doing):
            if self._scheme != "s3":
                for path in paths:
                    with suppress(FileNotFoundError):
                        obstore.delete(self._store(), path)
                return
            try:
                obstore.delete(self._store(), list(paths))
            except FileNotFoundError:
                raise failed(StorageUnavailable, doing, NO_BUCKET) from None

    def listed(self, prefix: str, after: str, most: int) -> list[str]:
        """Return the first paths below `prefix` that sort after `after`."""
        import obstore

        doing = "Listing files"
        try:
            with of_objects(doing):
                pages = obstore.list(
                    self._store(), prefix or None, offset=after or None, chunk_size=most
                )
                return [each["path"] for each in next(iter(pages), [])]
        except FileNotFoundError:
            raise failed(StorageUnavailable, doing, NO_BUCKET) from None

    def link(self, path: str, lasts: timedelta) -> str:
        """Return a URL that anybody can read the file with for a while.

        With keys of its own, no request is made; those of a role may have to be requested.
        """
        import obstore

        with of_objects("Signing a link", "the keys can't sign one"):
            return obstore.sign(self._store(), "GET", path, lasts)

    def _store(self) -> Any:
        """Return obstore's object, made at the first call: 7 MB that a folder doesn't need."""
        from obstore.store import from_url

        with self._one:
            if self._opened is None:
                options: dict[str, Any] = {"client_options": CLIENT, "retry_config": RETRY}
                config: Any = dict(self._config) if self._config else None
                self._opened = from_url(self._url, config=config, **options)
            return self._opened


class ObjectWriter:
    """A file that is stored once all of it has come: in parts, if it is larger than one."""

    def __init__(self, objects: Objects, path: str) -> None:
        self._objects = objects
        self._path = path
        self._first: list[bytes] = []  # until they are more than a part
        self._size = 0
        self._upload: Any = None
        self._one = threading.Lock()  # an abort may come while another thread still writes

    def write(self, content: bytes) -> None:
        """Add to its end; waits while a part is on its way."""
        with self._one:
            self._first.append(content)
            self._size += len(content)
            if self._size <= PART:
                return
            self._upload = self._upload or self._objects.upload(self._path)
            while self._first:
                self._do(self._upload.write, self._first.pop(0))

    def commit(self) -> None:
        """Store it, or send the last part and put the file in its place."""
        with self._one:
            if self._upload is None:
                self._objects.put(self._path, b"".join(self._first))
            else:
                self._do(self._upload.close)
                self._upload = None

    def abort(self) -> None:
        """Let the provider forget its parts, unless it was committed."""
        doing = "Aborting an upload"
        with self._one:
            if self._upload is None:
                return
            # a part that is on its way would arrive after the abort, and stay for good
            with suppress(StorageError, FileNotFoundError), of_objects(doing):
                self._upload.write(b"")
            with suppress(StorageError, FileNotFoundError), of_objects(doing):
                self._upload.__exit__(StorageError, None, None)
            self._upload = None

    def _do(self, call: Any, *words: bytes) -> None:
        doing = "Storing a file"
        try:
            with of_objects(doing):
                call(*words)
        except FileNotFoundError:
            raise failed(StorageUnavailable, doing, NO_BUCKET) from None
