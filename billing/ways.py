"""The ways to pay that a top-up offers: what is saved, and the pages of the providers."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from billing import providers, services, wording
from billing.items import PaymentMethod
from billing.providers.interface import Provider
from core import clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """`value` is what the form sends: the id of a saved method, or the name of a provider, which
    is `anew`. `least` and `most` are what it takes at once, in multiples of `step`; `hint` says so
    where others take more. `is_preferred`: it is, or is of, the default method."""

    value: str
    label: str
    hint: str
    least: int
    most: int
    step: int
    anew: bool
    saves: bool
    is_preferred: bool

    def takes(self, amount: int) -> bool:
        return self.least <= amount <= self.most and amount % self.step == 0


def ways_of(methods: Iterable[PaymentMethod]) -> list[Way]:
    """Saved methods that can be charged now, the default first; then every provider that is on."""
    enabled = {provider.name: provider for provider in providers.enabled_providers()}
    saved, default = [], ""
    for method in methods:
        if method.is_default:
            default = method.provider
        if (provider := enabled.get(method.provider)) and _is_chargeable(method, provider):
            saved.append(_saved(method, provider))
    return [*saved, *(_anew(each, bool(saved), default) for each in enabled.values())]


def default_way(ways: Iterable[Way], amount: int = 0) -> str:
    """What is chosen at first: what takes the amount, and of that the default method or its
    provider."""
    ranked = sorted(ways, key=lambda way: (bool(amount) and not way.takes(amount), _rank(way)))
    return next((way.value for way in ranked), "")


def limits_of(ways: Iterable[Way]) -> tuple[int, int]:
    """The least and the most that one of them takes; the site's own without any."""
    found = list(ways)
    if not found:
        return services.top_up_limits()
    return min(way.least for way in found), max(way.most for way in found)


def step_of(ways: Iterable[Way]) -> int:
    """What an amount is a multiple of that one of them takes; 1 without any."""
    return min((way.step for way in ways), default=1)


def _rank(way: Way) -> int:
    return 2 * way.anew + (not way.is_preferred)


def _is_chargeable(method: PaymentMethod, provider: Provider) -> bool:
    is_of_its_mode = method.livemode == provider.livemode
    return is_of_its_mode and provider.saves and not method.is_expired(clock.now())


def _saved(method: PaymentMethod, provider: Provider) -> Way:
    least, most = services.top_up_limits(provider)
    return Way(
        value=method.payment_method_id,
        label=wording.method_title(method),
        hint=" · ".join([str(provider.label), *_limits(provider)]),
        least=least,
        most=most,
        step=provider.step,
        anew=False,
        saves=True,
        is_preferred=method.is_default,
    )


def _anew(provider: Provider, beside_saved: bool, default: str) -> Way:
    least, most = services.top_up_limits(provider)
    label = str(provider.label)
    if beside_saved:
        label = _("On the page of %(provider)s") % {"provider": label}
    hints = [str(wording.PAID_BY[provider.name]), *_limits(provider)]
    if not provider.saves:
        hints.append(_("cannot be saved"))
    return Way(
        value=provider.name,
        label=label,
        hint=" · ".join(hints),
        least=least,
        most=most,
        step=provider.step,
        anew=True,
        saves=provider.saves,
        is_preferred=provider.name == default,
    )


def _limits(provider: Provider) -> list[str]:
    """Where they are narrower than the site's."""
    limits = services.top_up_limits(provider)
    if limits == services.top_up_limits():
        return []
    return [_("%(least)s to %(most)s at a time") % services.shown_limits(*limits)]
