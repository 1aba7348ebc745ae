"""Money is a whole number of the currency's minor unit: 1050 is 10.50 USD."""

from typing import Any

from rest_framework import serializers

from billing.items import (
    Bucket,
    DisputeStatus,
    EntryType,
    PaymentKind,
    PaymentStatus,
    RefundStatus,
    WalletStatus,
)
from core.api import StrictSerializer
from dynamo.cursor import MAX_LENGTH

ID_LENGTH = 26
NAME_LENGTH = 20
NEXT_LENGTH = 2000


class PageQuerySerializer(StrictSerializer):
    after = serializers.CharField(
        default="",
        allow_blank=True,
        trim_whitespace=False,
        max_length=MAX_LENGTH,
        help_text="`next` of the page before; empty for the first one.",
    )


def next_field() -> serializers.CharField:
    return serializers.CharField(
        allow_blank=True, help_text="The cursor of the next page; empty at the end."
    )


def provider_field(**options: Any) -> serializers.CharField:
    """No choices: the description of the API names none that is off."""
    return serializers.CharField(
        max_length=NAME_LENGTH, help_text="A name of `providers` in the settings.", **options
    )


class ProviderTermsSerializer(serializers.Serializer[Any]):
    provider = provider_field()
    min = serializers.IntegerField(help_text="The least it takes at once, in minor units.")
    max = serializers.IntegerField(help_text="The most it takes at once, in minor units.")
    saves = serializers.BooleanField(help_text="Whether `save_method` of a top-up may be true.")
    saves_alone = serializers.BooleanField(
        help_text="Whether a payment method can be saved without paying."
    )


class BalanceSerializer(serializers.Serializer[Any]):
    currency = serializers.CharField()
    available = serializers.IntegerField(help_text="What can be spent, in minor units.")
    held = serializers.IntegerField(help_text="Kept back for a refund or a dispute.")
    debt = serializers.IntegerField(help_text="What is owed; the next top-up pays it back first.")
    earned = serializers.IntegerField(help_text="From sales, not paid out yet.")
    status = serializers.ChoiceField(
        choices=[str(status) for status in WalletStatus],
        help_text="`restricted`: money comes in, none can be spent.",
    )


class SettingsSerializer(serializers.Serializer[Any]):
    default_payment_method = serializers.CharField(
        allow_blank=True, help_text="Its id; empty while there is none."
    )
    currency = serializers.CharField()
    top_up_min = serializers.IntegerField(help_text="In minor units.")
    top_up_max = serializers.IntegerField(help_text="In minor units.")
    top_up_daily_max = serializers.IntegerField(help_text="Of a day in UTC, in minor units.")
    top_up_left_today = serializers.IntegerField(help_text="What is left of that today.")
    top_up_presets = serializers.ListField(
        child=serializers.IntegerField(),
        help_text="Sums to offer, in minor units; a provider may take less.",
    )
    providers = serializers.ListField(
        child=serializers.CharField(), help_text="Those that are switched on."
    )
    provider_terms = ProviderTermsSerializer(many=True, help_text="Of each of them.")
    sandbox = serializers.BooleanField(help_text="Whether no real money is moved.")


class SettingsChangeSerializer(StrictSerializer):
    default_payment_method = serializers.CharField(
        max_length=ID_LENGTH, help_text="The id of a saved payment method."
    )


class PaymentMethodSerializer(serializers.Serializer[Any]):
    payment_method_id = serializers.CharField()
    provider = provider_field()
    type = serializers.CharField(help_text="What it is, such as `card`.")
    brand = serializers.CharField(allow_blank=True)
    last4 = serializers.CharField(
        allow_blank=True, help_text="The last four digits; empty for what is no card."
    )
    exp_month = serializers.IntegerField(help_text="0 where nothing expires.")
    exp_year = serializers.IntegerField(help_text="0 where nothing expires.")
    is_default = serializers.BooleanField()
    created_at = serializers.DateTimeField()


class PaymentMethodListSerializer(serializers.Serializer[Any]):
    results = PaymentMethodSerializer(many=True)


class SaveMethodSerializer(StrictSerializer):
    provider = provider_field()


class RedirectSerializer(serializers.Serializer[Any]):
    url = serializers.CharField(help_text="The provider's page; open it in the person's browser.")


class PaymentSerializer(serializers.Serializer[Any]):
    payment_intent_id = serializers.CharField()
    provider = provider_field()
    kind = serializers.ChoiceField(choices=[str(kind) for kind in PaymentKind])
    amount = serializers.IntegerField(help_text="In minor units.")
    currency = serializers.CharField()
    status = serializers.ChoiceField(choices=[str(status) for status in PaymentStatus])
    failure_code = serializers.CharField(
        allow_blank=True,
        help_text="The provider's code; empty unless it failed, or was declined on the provider's"
        " page where it can still be paid. `authentication_required` while it waits for the person"
        " there.",
    )
    payment_method_id = serializers.CharField(
        allow_blank=True, help_text="The saved method that was charged; empty for a top-up."
    )
    refunded = serializers.IntegerField(help_text="What went back, in minor units.")
    disputed = serializers.IntegerField(help_text="What disputes took, in minor units.")
    livemode = serializers.BooleanField(help_text="Whether the money is real.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    settled_at = serializers.DateTimeField(
        allow_null=True, help_text="When the money was in the wallet."
    )


class RefundSerializer(serializers.Serializer[Any]):
    refund_id = serializers.CharField()
    amount = serializers.IntegerField(help_text="In minor units.")
    currency = serializers.CharField()
    status = serializers.ChoiceField(choices=[str(status) for status in RefundStatus])
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class DisputeSerializer(serializers.Serializer[Any]):
    dispute_id = serializers.CharField()
    amount = serializers.IntegerField(help_text="In minor units.")
    currency = serializers.CharField()
    status = serializers.ChoiceField(choices=[str(status) for status in DisputeStatus])
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class PaymentHistorySerializer(serializers.Serializer[Any]):
    payment = PaymentSerializer()
    refunds = RefundSerializer(many=True, help_text="Oldest first.")
    disputes = DisputeSerializer(many=True, help_text="Oldest first.")


class PaymentListSerializer(serializers.Serializer[Any]):
    results = PaymentSerializer(many=True)
    next = next_field()


class TopUpSerializer(StrictSerializer):
    amount = serializers.IntegerField(min_value=1, help_text="In minor units.")
    provider = provider_field()
    save_method = serializers.BooleanField(
        default=False, help_text="Whether the provider keeps it for next time."
    )
    next = serializers.CharField(
        default="",
        allow_blank=True,
        max_length=NEXT_LENGTH,
        help_text="The path on this site to go on to afterwards.",
    )


class TopUpStartedSerializer(serializers.Serializer[Any]):
    payment = PaymentSerializer()
    url = serializers.CharField(help_text="The provider's page; open it in the person's browser.")


class ChargeSerializer(StrictSerializer):
    amount = serializers.IntegerField(min_value=1, help_text="In minor units.")
    payment_method = serializers.CharField(
        max_length=ID_LENGTH, help_text="The id of a saved payment method."
    )


class ChargedSerializer(serializers.Serializer[Any]):
    payment = PaymentSerializer()
    url = serializers.CharField(
        allow_blank=True,
        help_text="The provider's page where the person confirms it; empty when there is no need.",
    )


class LedgerEntrySerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    ts = serializers.DateTimeField()
    txn = serializers.CharField(help_text="The movement this is one side of.")
    bucket = serializers.ChoiceField(choices=[str(bucket) for bucket in Bucket])
    type = serializers.ChoiceField(choices=[str(kind) for kind in EntryType])
    amount = serializers.IntegerField(help_text="Signed, in minor units.")
    after = serializers.IntegerField(
        allow_null=True, help_text="The bucket's balance right after it; null for earnings."
    )
    currency = serializers.CharField()
    ref = serializers.CharField(allow_blank=True, help_text="A payment's id, or what was bought.")


class LedgerSerializer(serializers.Serializer[Any]):
    results = LedgerEntrySerializer(many=True)
    next = next_field()


class BalancesSerializer(serializers.Serializer[Any]):
    """Signed: a debt is negative."""

    available = serializers.IntegerField()
    held = serializers.IntegerField()
    debt = serializers.IntegerField()
    earn = serializers.IntegerField()


class ClosingSerializer(serializers.Serializer[Any]):
    month = serializers.DateField(format="%Y-%m", help_text="Such as 2026-11, in UTC.")
    closing = BalancesSerializer(source="balances")


class StatementListSerializer(serializers.Serializer[Any]):
    results = ClosingSerializer(many=True)


class MovedSerializer(serializers.Serializer[Any]):
    bucket = serializers.ChoiceField(choices=[str(bucket) for bucket in Bucket])
    type = serializers.ChoiceField(choices=[str(kind) for kind in EntryType])
    amount = serializers.IntegerField(help_text="Signed, in minor units.")


class StatementSerializer(serializers.Serializer[Any]):
    month = serializers.DateField(format="%Y-%m")
    currency = serializers.CharField()
    opening = BalancesSerializer()
    closing = BalancesSerializer()
    moved = MovedSerializer(many=True, help_text="The lines, added up by bucket and type.")
    lines = serializers.IntegerField(help_text="How many there are.")
    is_final = serializers.BooleanField(help_text="Whether no line can come any more.")
    is_verified = serializers.BooleanField(
        help_text="Whether each line's balance is the sum of those before it."
    )
    results = LedgerEntrySerializer(many=True, help_text="The lines, oldest first.")
    next = next_field()


class SellerSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    address = serializers.ListField(child=serializers.CharField(), help_text="Line by line.")
    tax_id = serializers.CharField(allow_blank=True)
    email = serializers.CharField(allow_blank=True)


class TopUpReceiptSerializer(serializers.Serializer[Any]):
    number = serializers.CharField(source="payment.payment_intent_id")
    paid_at = serializers.DateTimeField()
    amount = serializers.IntegerField(source="payment.amount", help_text="In minor units.")
    currency = serializers.CharField(source="payment.currency")
    provider = provider_field(source="payment.provider")
    livemode = serializers.BooleanField(source="payment.livemode")
    refunds = RefundSerializer(many=True, help_text="Credit notes, oldest first.")
    total = serializers.IntegerField(help_text="`amount` less what went back.")
    seller = SellerSerializer()


class PurchaseReceiptSerializer(serializers.Serializer[Any]):
    number = serializers.CharField(source="txn")
    reference = serializers.CharField(help_text="What was bought.")
    price = serializers.IntegerField(help_text="In minor units.")
    currency = serializers.CharField()
    bought_at = serializers.DateTimeField(source="created_at")
    reversed_at = serializers.DateTimeField(
        allow_null=True, help_text="When it was undone and the money came back."
    )
    seller = SellerSerializer()
