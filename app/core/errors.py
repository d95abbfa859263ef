"""What can go wrong in the house, by kind. People read the message, programs read the code."""

from typing import Any


class DomainError(Exception):
    """A refusal that a person can understand and act on.

    `message` is Chinese and says what to do; `code` is stable; `field` names the input at fault.
    Nothing of the input itself belongs in here: errors are shown, logged and sent.
    """

    code = "error"
    heeded = False
    """Refused, yet what was written on the way to the refusal stays: core.db.transaction commits it.

    For what must be heard of although it may not be kept: a danger told in an answer that comes too late.
    """

    def __init__(
        self, message: str, *, code: str | None = None, field: str | None = None, **detail: Any
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.field = field
        self.detail = detail


class Invalid(DomainError):
    """The input does not fit; the field and the way to mend it are named."""

    code = "invalid"


class NotFound(DomainError):
    """Not there, or not this person's to see: the two look the same from outside."""

    code = "not_found"


class Conflict(DomainError):
    """It fits, but not the present state: taken, closed, already done otherwise."""

    code = "conflict"


class Heeded(Conflict):
    """Always heeded: what somebody tells of her health who withdrew the consent to keep it."""

    heeded = True


class Forbidden(DomainError):
    """Known, and not allowed to."""

    code = "forbidden"


class Unauthenticated(DomainError):
    """Not known, or no longer: the session has ended."""

    code = "unauthenticated"


class Gone(DomainError):
    """It was there and has ended: an expired link, a closed form."""

    code = "gone"


class TooMany(DomainError):
    """Asked too often; `retry_after` in the detail says in how many seconds to ask again."""

    code = "too_many"


class Unavailable(DomainError):
    """Somebody we depend on does not answer just now; asking again later helps."""

    code = "unavailable"
