"""Uploads: a request whose file parts go straight into the cipher, or nowhere. No clear byte is spooled to disk."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Any, cast

from flask import Request, current_app, has_app_context
from werkzeug.datastructures import ImmutableMultiDict

from portal.adapters.cipher import SealingStream
from portal.adapters.storage import ObjectStore
from portal.keys.ids import new_id
from portal.web.audience import View

HEAD = 512
FORM_ROOM = 1024 * 1024
SHORT_FIELD = 256 * 1024  # more than the parser reads at a time, for that counts as one too
FEW_PARTS, MANY_PARTS = 20, 1000


@dataclass(frozen=True)
class Place:
    """Where an upload goes: a store, and the age recipient it is sealed to."""

    store: ObjectStore
    recipient: str


@dataclass(frozen=True)
class Acceptance:
    """What a view takes: files up to `most` bytes, sealed to where `place` says; `None` there means thrown away."""

    most: int
    place: Callable[[], Place | None]


def accepts_files(most: int, place: Callable[[], Place | None]) -> Callable[[View], View]:
    """Mark a view that takes one file a request. `place` is asked when the file begins, before it is read."""

    def mark(view: View) -> View:
        view.portal_accepts = Acceptance(most, place)  # type: ignore[attr-defined]  # a mark on the function
        return view

    return mark


class Discarded:
    """Where file parts go that nobody asked for."""

    def write(self, data: bytes) -> int:
        """Take and forget."""
        return len(data)

    def seek(self, position: int) -> int:
        """The end of the part."""
        return position

    def read(self, size: int = -1) -> bytes:
        """Nothing."""
        return b""

    def close(self) -> None:
        """Nothing is open."""


class SealedUpload(Discarded):
    """One file as it comes in: hashed, counted and sealed; only its first bytes are kept, in memory, to tell its type.

    `publish` makes the sealed object durable; without it `close` leaves nothing behind.
    """

    def __init__(self, place: Place, most: int) -> None:
        self.object_name = new_id()
        self.size = 0
        self.head = b""
        self.too_large = False
        self._most = most
        self._hash = hashlib.sha256()
        self._object = place.store.create(self.object_name)
        self._cipher: SealingStream | None = SealingStream(place.recipient, self._object.write)
        self._whole = False

    @property
    def sha256(self) -> str:
        """The digest of the clear bytes, in hexadecimal digits."""
        return self._hash.hexdigest()

    def write(self, data: bytes) -> int:
        """Take the next bytes; beyond the limit they are only counted."""
        self.size += len(data)
        if self.size > self._most:
            self.too_large = True
            self._stop()
            return len(data)
        if len(self.head) < HEAD:
            self.head += data[: HEAD - len(self.head)]
        self._hash.update(data)
        if self._cipher is not None:
            self._cipher.write(bytes(data))
        return len(data)

    def seek(self, position: int) -> int:
        """The form parser's sign that the part is complete."""
        if self._cipher is not None:
            self._cipher.finish()
            self._cipher, self._whole = None, True
        return position

    def publish(self) -> None:
        """Make the sealed object durable under `object_name`. Raises `StorageFull`."""
        if not self._whole:
            raise ValueError("an upload that is not whole cannot be published")
        self._whole = False
        self._object.publish()

    def close(self) -> None:
        """Throw away what was not published."""
        self._stop()
        if self._whole:
            self._whole = False
            self._object.discard()

    def _stop(self) -> None:
        if self._cipher is not None:
            self._cipher.abandon()
            self._cipher = None
            self._object.discard()


class PortalRequest(Request):
    """Flask's request, with a limit for each view and file parts that never touch the disk in clear."""

    _upload: SealedUpload | None = None

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        # An address may hold any bytes; what is no text is read as marks that say so.
        self.query_string = self.query_string.decode("utf-8", "replace").encode()

    @property
    def max_form_parts(self) -> int:
        """How many parts a form may have: a file comes with a handful of fields."""
        return FEW_PARTS if self._acceptance else MANY_PARTS

    @max_form_parts.setter
    def max_form_parts(self, value: int | None) -> None:
        self._max_form_parts = value

    @property
    def max_form_memory_size(self) -> int:
        """How long one field may be: those that come with a file are short."""
        return SHORT_FIELD if self._acceptance else FORM_ROOM

    @max_form_memory_size.setter
    def max_form_memory_size(self, value: int | None) -> None:
        self._max_form_memory_size = value

    def _load_form_data(self) -> None:
        super()._load_form_data()
        fields: list[tuple[str | None, str]] = list(self.form.items(multi=True))
        if any(name is None for name, _value in fields):  # a part without a name
            self.__dict__["form"] = ImmutableMultiDict([field for field in fields if field[0] is not None])

    # Nothing here is asked for as JSON; a body that says it is some is a form that we do not understand.
    is_json = False

    @property
    def max_content_length(self) -> int | None:
        """What a body may have: more only where the view takes files, and only as files."""
        taken = self._acceptance if self.mimetype == "multipart/form-data" else None
        return taken.most * 5 // 4 + FORM_ROOM if taken else super().max_content_length

    @max_content_length.setter
    def max_content_length(self, value: int | None) -> None:
        self._max_content_length = value

    @property
    def upload(self) -> SealedUpload | None:
        """The file of this request; `None` where there was none or this reader may not send one."""
        self.form  # noqa: B018  # parsing is what fills it
        return self._upload

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        taken = self._acceptance
        place = taken.place() if taken and filename and self._upload is None else None
        if taken is None or place is None:
            return cast(IO[bytes], Discarded())
        self._upload = SealedUpload(place, taken.most)
        return cast(IO[bytes], self._upload)

    def close(self) -> None:
        """At the end of the request: what nobody published is thrown away."""
        if self._upload is not None:
            self._upload.close()
        super().close()

    @property
    def _acceptance(self) -> Acceptance | None:
        view: Any = current_app.view_functions.get(self.endpoint or "") if has_app_context() else None
        return getattr(view, "portal_accepts", None)
