"""What the doors of billing share."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rest_framework.request import Request
from rest_framework.viewsets import ViewSet
from typing_extensions import override

from billing import services
from billing.providers.errors import ProviderNotEnabled
from billing.serializers import PageQuerySerializer
from core.scopes import Area


class BillingViewSet(ViewSet):
    """Keys may read; what moves money or changes how it is paid needs the person."""

    scope_area = Area.BILLING

    @override
    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Raises BillingNotConfigured after whoever asks is known."""
        super().initial(request, *args, **kwargs)
        services.require_configured()


def cursor_of(request: Request) -> str:
    asked = PageQuerySerializer(data=request.query_params.dict())
    asked.is_valid(raise_exception=True)
    return str(asked.validated_data["after"])


@contextmanager
def naming_the_provider() -> Iterator[None]:
    """A provider that is off is told at its field."""
    try:
        yield
    except ProviderNotEnabled as error:
        raise ProviderNotEnabled(errors={"provider": [error.message]}) from error
