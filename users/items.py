from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """An account about to be written; `email` and `handle` are already clean."""

    user_sub: str
    email: str
    handle: str
    display_name: str
    password_hash: str
    is_staff: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Where mail for a person goes, and how to address them."""

    user_sub: str
    email: str
    name: str
