"""The account as Django sees it: a shape without a database table.

Storage goes through users.services; Django's own save paths refuse, so that no write can miss
its condition (docs/adr/0004).
"""

from typing import Any, ClassVar, NoReturn

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from core.ids import sha256_hex

REFUSAL = "users.User has no SQL table: use users.services."


class UserManager(BaseUserManager["User"]):
    def get(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError(REFUSAL)

    def get_by_natural_key(self, username: str | None) -> NoReturn:
        raise TypeError(REFUSAL)


class User(AbstractBaseUser):
    user_sub = models.CharField(primary_key=True, max_length=26)
    email = models.EmailField(max_length=254, unique=True)
    handle = models.CharField(max_length=30, unique=True)
    display_name = models.CharField(max_length=80, blank=True)
    avatar = models.CharField(max_length=32, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    session_epoch = models.IntegerField(default=0)
    trust_epoch = models.IntegerField(default=0)
    email_verified_at = models.DateTimeField(null=True)
    password_changed_at = models.DateTimeField(null=True)  # None = the one of the sign-up
    created_at = models.DateTimeField()
    delete_after = models.DateTimeField(null=True)  # None = nobody asked for a deletion
    mfa_due_at = models.DateTimeField(null=True)  # None = no day is fixed
    factor_names = models.CharField(max_length=80, blank=True)  # "sms totp"
    preferred_factor = models.CharField(max_length=40, blank=True)  # "sms:<device_id>"
    mfa_reset_due = models.DateTimeField(null=True)  # None = nobody lost every factor
    factors_reset_at = models.DateTimeField(null=True)  # until a factor is on again

    last_login = None  # the sign-in history keeps it

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["handle"]
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        managed = False
        default_permissions = ()

    @property
    def is_superuser(self) -> bool:
        return self.is_staff

    @property
    def name(self) -> str:
        return self.display_name or self.handle

    @property
    def factors(self) -> frozenset[str]:
        """The kinds of second factor that are on; none = the password is enough."""
        return frozenset(self.factor_names.split())

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return False

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        """Constant for an account, whatever the keys: a raised hashing cost and a new SECRET_KEY
        sign nobody out. Who may write sessions is the table's business; epochs revoke."""
        return sha256_hex("session-auth", self.user_sub)

    def save(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError(REFUSAL)

    async def asave(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError(REFUSAL)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError(REFUSAL)

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError(REFUSAL)
