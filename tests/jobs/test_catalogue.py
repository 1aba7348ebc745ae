import pytest

from jobs.handlers import find_handler
from jobs.kinds import JobKind
from tests.jobs.work import RECORD


@pytest.mark.parametrize("kind", JobKind)
def test_every_kind_has_a_handler_in_the_app_it_names(kind):
    handle = find_handler(kind)
    assert handle is not None
    assert handle.__module__ == f"{kind.split('.')[0]}.jobs"


def test_a_kind_has_one_handler(ledger, registry):
    with pytest.raises(ValueError, match=f"{RECORD} has a handler already: Ledger.handle"):
        registry.handler(RECORD)(print)
    assert registry.find_handler(RECORD) == ledger.handle
