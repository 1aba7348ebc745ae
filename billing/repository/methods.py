"""PM# rows and BILLING: saved methods, the default one, and who the person is at each provider."""

from billing.items import BillingSettings, MethodFacts, MethodStatus, PaymentMethod, ProviderName
from billing.repository.schema import (
    BILLING,
    METHOD,
    SETTINGS,
    SHAPE,
    is_key_part,
    key,
    person,
    reference_key,
    stamps,
)
from core import clock
from dynamo.expressions import Condition, Update, attr, begins_with
from dynamo.table import Item, Key, Table, Write

METHOD_LABEL, SETTINGS_LABEL = "billing method", "billing settings"
METHOD_REFERENCE_LABEL = "billing method reference"
_CUSTOMER = "_customer_id"


class MethodRepository:
    def __init__(self) -> None:
        self.table = Table(BILLING)

    def find(self, user_sub: str, method_id: str) -> PaymentMethod | None:
        """Also one that was removed."""
        item = self.table.get(_key(user_sub, method_id), consistent=True)
        return _to_method(item) if item else None

    def find_by_reference(self, provider: ProviderName, reference: str) -> PaymentMethod | None:
        row = self.table.get(reference_key(provider, reference), consistent=True)
        if row is None or "payment_method_id" not in row:
            return None
        return self.find(row["user_sub"], row["payment_method_id"])

    def list_of(self, user_sub: str) -> list[PaymentMethod]:
        """The active ones, oldest first: a person has few."""
        rows = self.table.query_all(person(user_sub), sort=begins_with(METHOD), consistent=True)
        methods = map(_to_method, rows)
        return [each for each in methods if each.status is MethodStatus.ACTIVE]

    def settings_of(self, user_sub: str) -> BillingSettings:
        item = self.table.get(key(user_sub, SETTINGS), consistent=True) or {}
        customers = {name: item.get(f"{name}{_CUSTOMER}", "") for name in ProviderName}
        return BillingSettings(
            user_sub=user_sub,
            default_pm=item.get("default_pm", ""),
            customers={name: value for name, value in customers.items() if value},
        )

    def adding(self, method: PaymentMethod) -> list[Write]:
        """It becomes the default when there is none. Fails under METHOD_REFERENCE_LABEL when the
        provider's id is known already, the person's own or not."""
        reference = {
            **reference_key(method.provider, method.provider_ref),
            **stamps(method.user_sub),
            "payment_method_id": method.payment_method_id,
        }
        default = self._stamped(method.user_sub).set_if_missing(
            "default_pm", method.payment_method_id
        )
        return [
            self.table.putting_new(_to_item(method), label=METHOD_LABEL),
            self.table.putting_new(reference, label=METHOD_REFERENCE_LABEL),
            self.table.updating(key(method.user_sub, SETTINGS), default, label=SETTINGS_LABEL),
        ]

    def making_default(self, method: PaymentMethod) -> list[Write]:
        """Fails under METHOD_LABEL when it was removed."""
        default = self._stamped(method.user_sub).set("default_pm", method.payment_method_id)
        return [
            self.table.checking(_key_of(method), _is_active(), label=METHOD_LABEL),
            self.table.updating(key(method.user_sub, SETTINGS), default, label=SETTINGS_LABEL),
        ]

    def detaching(self, method: PaymentMethod, *, is_default: bool) -> list[Write]:
        """The row stays, so that a late word of the provider does not bring it back. Fails under
        METHOD_LABEL when it was removed, SETTINGS_LABEL when `is_default` is wrong by now."""
        update = Update().set("status", str(MethodStatus.DETACHED))
        update = update.set("updated_at", clock.text(clock.now()))
        settings = key(method.user_sub, SETTINGS)
        chosen = attr("default_pm")
        if is_default:
            forgetting = self.table.updating(
                settings,
                self._stamped(method.user_sub).remove("default_pm"),
                condition=chosen.eq(method.payment_method_id),
                label=SETTINGS_LABEL,
            )
        else:
            other = chosen.ne(method.payment_method_id)
            forgetting = self.table.checking(settings, other, label=SETTINGS_LABEL)
        return [
            self.table.updating(
                _key_of(method), update, condition=_is_active(), label=METHOD_LABEL
            ),
            forgetting,
        ]

    def describing(self, method: PaymentMethod, facts: MethodFacts) -> Write:
        """As its provider describes it now. Fails under METHOD_LABEL when it was removed."""
        update = (
            Update()
            .set("brand", facts.brand)
            .set("last4", facts.last4)
            .set("exp_month", facts.exp_month)
            .set("exp_year", facts.exp_year)
            .set("updated_at", clock.text(clock.now()))
        )
        return self.table.updating(
            _key_of(method), update, condition=_is_active(), label=METHOD_LABEL
        )

    def owner_of_customer(self, provider: ProviderName, customer: str) -> str:
        """Whose it is or was, "" for nobody's."""
        if not is_key_part(customer):
            return ""
        row = self.table.get(reference_key(provider, customer), consistent=True) or {}
        return str(row.get("user_sub", ""))

    def setting_customer(
        self, user_sub: str, provider: ProviderName, customer: str, *, gone: str = ""
    ) -> list[Write]:
        """In place of `gone`, whose reference stays: its payments may still end. Fails under
        SETTINGS_LABEL when the person has another one at this provider, and under
        METHOD_REFERENCE_LABEL when it is somebody else's."""
        name = f"{provider}{_CUSTOMER}"
        row = {**reference_key(provider, customer), **stamps(user_sub)}
        free = self.table.missing() | attr("user_sub").eq(user_sub)
        update = self._stamped(user_sub).set(name, customer)
        return [
            self.table.updating(
                key(user_sub, SETTINGS),
                update.set(f"{name}_was_{gone}", gone) if gone else update,
                condition=attr(name).eq(gone) if gone else attr(name).missing(),
                label=SETTINGS_LABEL,
            ),
            self.table.putting(row, condition=free, label=METHOD_REFERENCE_LABEL),
        ]

    def _stamped(self, user_sub: str) -> Update:
        """An update of BILLING, which the first one makes."""
        now = clock.text(clock.now())
        update = Update().set_if_missing("user_sub", user_sub).set_if_missing("created_at", now)
        return update.set("updated_at", now).set("sv", SHAPE)


def _is_active() -> Condition:
    return attr("status").eq(str(MethodStatus.ACTIVE))


def _key(user_sub: str, method_id: str) -> Key:
    return key(user_sub, f"{METHOD}{method_id}")


def _key_of(method: PaymentMethod) -> Key:
    return _key(method.user_sub, method.payment_method_id)


def _to_item(method: PaymentMethod) -> Item:
    return {
        **_key_of(method),
        "user_sub": method.user_sub,
        "payment_method_id": method.payment_method_id,
        "provider": str(method.provider),
        "type": method.type,
        "brand": method.brand,
        "last4": method.last4,
        "exp_month": method.exp_month,
        "exp_year": method.exp_year,
        "provider_ref": method.provider_ref,
        "livemode": method.livemode,
        "status": str(method.status),
        "created_at": clock.text(method.created_at),
        "updated_at": clock.text(method.created_at),
        "sv": SHAPE,
    }


def _to_method(item: Item) -> PaymentMethod:
    return PaymentMethod(
        payment_method_id=item["payment_method_id"],
        user_sub=item["user_sub"],
        provider=ProviderName(item["provider"]),
        type=item["type"],
        brand=item["brand"],
        last4=item["last4"],
        exp_month=item["exp_month"],
        exp_year=item["exp_year"],
        provider_ref=item["provider_ref"],
        livemode=item["livemode"],
        status=MethodStatus(item["status"]),
        created_at=clock.parse(item["created_at"]),
    )
