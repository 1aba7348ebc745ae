"""What a page says about a delivery that brought no answer."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.outbound import Failure

ALERT_GONE = "alert_gone"
WAITS = "waiting"
ERROR_TEXTS: Mapping[str, str | Promise] = {
    str(Failure.ADDRESS_REFUSED): _("its address is not on the public internet"),
    str(Failure.NO_SUCH_HOST): _("there is no such host"),
    str(Failure.NO_CONNECTION): _("no connection"),
    str(Failure.TLS_FAILED): _("its certificate was refused"),
    str(Failure.TIMED_OUT): _("it took too long"),
    str(Failure.BAD_ANSWER): _("its answer was not HTTP"),
    WAITS: _("it waits until the webhook answers again"),
    ALERT_GONE: _("the alert was deleted meanwhile"),
    "": _("the webhook was off"),
}
