"""Setting up a phone number or a mailbox: it counts once a code came back from it."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core import clock, crypto, phone_numbers, sms
from core.actor import Actor
from core.errors import Invalid
from core.ratelimit import hit
from core.sms import SmsNotConfigured
from dynamo.errors import TransactionCancelled
from mfa import texts
from mfa.errors import CountryNotTexted, DeviceNotFound, EmailFactorRefused, FactorsChanging
from mfa.items import SENT, Device, Method
from mfa.services import challenges
from mfa.services.devices import DEVICES, confirmed_devices, get_owned_device, new_device, turn_on
from mfa.services.totp import SET_UPS
from users import emails
from users.models import User

SETUP_LIFETIME = timedelta(hours=1)


def start_sms(*, user: User, phone: str, name: str, actor: Actor, consent: bool = False) -> Device:
    """Send a code to a number. `consent`: its owner agreed to texts.CONSENT, which is kept with it.

    Raises Invalid at `consent` and `phone`, SmsNotConfigured, TooManyDevices, RateLimited.
    """
    if not sms.is_configured():
        raise SmsNotConfigured
    if consent is not True:
        raise Invalid(errors={"consent": [texts.CONSENT_NEEDED]})
    number = phone_numbers.clean(phone)
    return _start(user, Method.SMS, "phone", number, texts.phone_end(number), name, actor)


def start_email(*, user: User, address: str, name: str, actor: Actor) -> Device:
    """Send a code to a mailbox. Raises Invalid at `address`, EmailFactorRefused, TooManyDevices,
    RateLimited.

    The account's own address is refused: whoever reads that mailbox can reset the password, so a
    code sent there would be no second factor.
    """
    if user.is_staff:
        raise EmailFactorRefused
    try:
        clean = emails.clean_email(address)
    except ValidationError as error:
        raise Invalid(errors={"address": list(error.messages)}) from None
    _check_other_mailbox(user, clean)
    return _start(user, Method.EMAIL, "address", clean, texts.address_hint(clean), name, actor)


def find_setup(user: User, method: Method, device_id: str) -> Device:
    """What waits for its code. Raises DeviceNotFound."""
    device = get_owned_device(user.user_sub, method, device_id)
    too_old = clock.now() - device.created_at > SETUP_LIFETIME
    if method not in SENT or device.confirmed_at or too_old:
        raise DeviceNotFound
    return device


def is_factor_mailbox(user: User, address: str) -> bool:
    """Whether codes of the second factor go there: then it must not reset the password too."""
    if Method.EMAIL not in user.factors:
        return False
    found = confirmed_devices(user.user_sub, Method.EMAIL)
    return any(emails.mailbox_key(_target(each)) == emails.mailbox_key(address) for each in found)


def resend_code(*, user: User, method: Method, device_id: str, actor: Actor) -> None:
    """Raises DeviceNotFound, CountryNotTexted, RateLimited."""
    device = find_setup(user, method, device_id)
    if method is Method.SMS and not phone_numbers.is_allowed(_target(device)):
        raise CountryNotTexted
    challenges.send(device, challenge_id=device_id, actor=actor)


def confirm_sent(
    *, user: User, method: Method, device_id: str, code: str, actor: Actor
) -> tuple[str, ...]:
    """Turn it on by the code that was sent. Returns as confirm_totp() does.

    Raises WrongFactorCode, DeviceNotFound, FactorsChanging, RateLimited; Invalid for a mailbox
    that became the account's own meanwhile.
    """
    device = find_setup(user, method, device_id)
    if method is Method.EMAIL:
        _check_other_mailbox(user, _target(device))
    using = challenges.using_write(user.user_sub, method, device_id, code)
    return turn_on(user, device, [using, DEVICES[method].confirming(device)], actor=actor)


def _check_other_mailbox(user: User, address: str) -> None:
    if emails.mailbox_key(address) == emails.mailbox_key(user.email):
        message = _("Use another address: this one can already reset your password.")
        raise Invalid(errors={"address": [message]})


def _target(device: Device) -> str:
    return crypto.decrypt(device.sealed, context=device.context)


def _start(
    user: User, method: Method, field: str, target: str, shown: str, name: str, actor: Actor
) -> Device:
    hit(SET_UPS, user.user_sub)
    for known in confirmed_devices(user.user_sub, method):
        if _target(known) == target:
            raise Invalid(errors={field: [_("This one is turned on already.")]})
    device, writes = new_device(
        user_sub=user.user_sub,
        method=method,
        name=name,
        plain=target,
        shown=shown,
        consent_version=texts.CONSENT_VERSION if method is Method.SMS else "",
    )
    try:
        challenges.send(device, challenge_id=device.device_id, actor=actor, joined=writes)
    except TransactionCancelled as error:
        raise FactorsChanging from error  # another set-up took the place of the same one
    return device
