from billing.items import ProviderName
from billing.providers.off import Off


class PayPal(Off):
    name = ProviderName.PAYPAL
    label = "PayPal"
    variables = ("PAYPAL_CLIENT_ID", "PAYPAL_CLIENT_SECRET", "PAYPAL_WEBHOOK_ID")
