from accounts.errors import WrongSignIn
from core.actor import Actor
from core.client_ip import limit_subject
from core.ratelimit import Limit, give_back, hit
from users import services as users
from users.models import User

# django-allauth's numbers: 30 a minute per address of origin, 5 failures in 5 minutes per name.
PER_IP = Limit(name="sign_in_ip", times=30, seconds=60)
PER_NAME = Limit(name="sign_in_name", times=5, seconds=300)


def check_sign_in(*, login: str, password: str, actor: Actor) -> User:
    """The person, or WrongSignIn for whatever reason; RateLimited after too many tries.

    The try is counted before the password is looked at, so parallel guesses cannot pass the
    limit. A good sign-in gives its own try back, and never those of the address it came from.
    """
    hit(PER_IP, limit_subject(actor.ip))
    subject = users.login_key(login)
    hit(PER_NAME, subject)
    user = users.find_by_login(login)
    matches = users.check_user_password(user, password)
    if user is None or not matches or not user.is_active:
        raise WrongSignIn
    give_back(PER_NAME, subject)
    return user
