from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from billing import services
from billing.pages.doors import billing_page, show
from billing.pages.rows import entry_row
from billing.pages.top_up import new_form
from billing.ways import ways_of
from dynamo.gather import gather

RECENT = 6


@require_safe
@billing_page
def wallet(request: HttpRequest) -> HttpResponse:
    who = str(request.user.pk)
    found, earnings, activity, methods = gather(
        lambda: services.get_wallet(who),
        lambda: services.earnings_of(who),
        lambda: services.list_ledger(who),
        lambda: services.list_methods(who),
    )
    shown = {
        "wallet": found,
        "earnings": earnings,
        "rows": [entry_row(entry) for entry in activity.items[:RECENT]],
        "form": new_form(request, ways_of(methods)),
    }
    return show(request, "billing/wallet.html", shown)
