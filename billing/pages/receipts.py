from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from billing import services, wording
from billing.pages.doors import billing_page, show
from billing.pages.rows import page_of
from users import services as users


@require_safe
@billing_page
def of_payment(request: HttpRequest, payment_id: str) -> HttpResponse:
    """Raises PaymentNotFound, NoReceipt (404)."""
    receipt = services.top_up_receipt(str(request.user.pk), payment_id)
    shown = {
        "receipt": receipt,
        "payment": receipt.payment,
        "provider": wording.provider_label(receipt.payment.provider),
        "seller": services.seller(),
        "buyer": users.contact(str(request.user.pk)),
    }
    return show(request, "billing/receipt_top_up.html", shown)


@require_safe
@billing_page
def of_purchase(request: HttpRequest, reference: str) -> HttpResponse:
    """Raises PurchaseNotFound (404)."""
    purchase = services.purchase_receipt(str(request.user.pk), reference)
    shown = {
        "purchase": purchase,
        "page": page_of(purchase.reference),
        "seller": services.seller(),
        "buyer": users.contact(str(request.user.pk)),
    }
    return show(request, "billing/receipt_purchase.html", shown)
