"""The pages of API keys."""

from apikeys.pages.changing import EditPage, disable, enable
from apikeys.pages.detail import detail_page
from apikeys.pages.listing import list_page
from apikeys.pages.making import NewKeyPage
from apikeys.pages.revoking import RevokePage, RevokeSeveralPage, undo_revoke
from apikeys.pages.rotating import EndOldSecretPage, RotatePage

__all__ = [
    "EditPage",
    "EndOldSecretPage",
    "NewKeyPage",
    "RevokePage",
    "RevokeSeveralPage",
    "RotatePage",
    "detail_page",
    "disable",
    "enable",
    "list_page",
    "undo_revoke",
]
