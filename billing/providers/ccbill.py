from billing.items import ProviderName
from billing.providers.off import Off


class CCBill(Off):
    name = ProviderName.CCBILL
    label = "CCBill"
    variables = ("CCBILL_ACCOUNT", "CCBILL_SUBACCOUNT", "CCBILL_FLEX_ID", "CCBILL_SALT")
