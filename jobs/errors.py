from django.utils.translation import gettext_lazy as _

from core.errors import NotFound


class JobNotFound(NotFound):
    code = "job_not_found"
    message = _("No dead job has this id.")


class InvalidJob(ValueError):
    """A caller's mistake: the job as asked for may not be stored. Nothing was written."""


class LeaseLost(Exception):
    """The job is somebody else's by now, or done; whatever was to be written was not."""
