"""What alerts tests say in one word."""

from alerts import services as alerts
from alerts.items import AlertKind, Mode
from core.actor import Actor

PLACE = {"device": "Firefox on Windows", "ip": "192.0.2.7"}


def actor(user):
    return Actor(user_sub=user.user_sub, ip="192.0.2.7", user_agent="")


def tell(user, kind=AlertKind.PASSWORD_CHANGED, **context):
    alerts.raise_alert(user_sub=user.user_sub, kind=kind, context=context or PLACE)


def listed(user):
    return alerts.list_alerts(user_sub=user.user_sub).items


def newest(user):
    return listed(user)[0]


def choose(user, *, version=1, **choices):
    """`account={"email": False}`: off; True: as it happens; else the name of the mode."""
    modes = {True: Mode.NOW, False: Mode.OFF}
    choices = {
        category: {channel: modes.get(mode, mode) for channel, mode in channels.items()}
        for category, channels in choices.items()
    }
    return alerts.change_preferences(
        user_sub=user.user_sub, choices=choices, version=version, actor=actor(user)
    )


def prefer(user, **changes):
    """On top of what is there."""
    version = alerts.get_preferences(user.user_sub).version
    return alerts.change_preferences(
        user_sub=user.user_sub, version=version, actor=actor(user), **changes
    )
