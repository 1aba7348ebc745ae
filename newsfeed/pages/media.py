from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from newsfeed import media_responses
from newsfeed.pages.doors import viewer_of
from newsfeed.services import serving


@require_safe
def media(request: HttpRequest, media_id: str, variant: str) -> HttpResponseBase:
    """Raises MediaNotFound."""
    viewer = viewer_of(request)
    served = serving.find_served(viewer_sub=viewer, media_id=media_id, variant=variant)
    return media_responses.answer(request, served)
