"""The bucket of a storage preset: opened with its own keys and endpoint, not the environment's."""

from collections.abc import Mapping
from typing import Any

from app.storage.objects import CLIENT, RETRY, Objects


class Declared(Objects):
    """A bucket; with `keys`, none of the environment are used, not even a session token.

    obstore fills what `config` leaves out from the environment, so keys come from a provider.
    """

    def __init__(
        self, url: str, config: Mapping[str, str], keys: Mapping[str, str | None] | None = None
    ) -> None:
        super().__init__(url, config)
        self._declared = dict(config)
        self._keys = dict(keys) | {"expires_at": None} if keys else None

    def _store(self) -> Any:
        from obstore import store

        kinds: dict[str, Any] = {
            "s3": store.S3Store,
            "gs": store.GCSStore,
            "az": store.AzureStore,
        }
        with self._one:
            if self._opened is None:
                options: dict[str, Any] = {"client_options": CLIENT, "retry_config": RETRY}
                if self._keys:
                    options["credential_provider"] = lambda: self._keys
                bucket = self._url.partition("://")[2]
                kind = kinds[self._scheme]
                self._opened = kind(bucket, config=self._declared, **options)
            return self._opened
