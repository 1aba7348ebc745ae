from accounts.errors import WrongCode
from accounts.repository import SIGN_UP_LABEL
from dynamo.errors import TransactionCancelled
from dynamo.table import Write, transact
from users import services as users
from users.items import NewAccount
from users.models import User


def create_account(
    *, email: str, handle: str, password: str, display_name: str = "", is_staff: bool = False
) -> User:
    """An account whose address counts as verified: for commands and demo data.

    Raises Invalid (naming each field), EmailTaken or HandleTaken.
    """
    email, handle = users.clean_new_account(email=email, handle=handle, password=password)
    account = users.new_account(
        email=email,
        handle=handle,
        password_hash=users.hash_password(password),
        display_name=display_name,
        is_staff=is_staff,
    )
    return write_account(account)


def write_account(account: NewAccount, *, joined: tuple[Write, ...] = ()) -> User:
    """The account and what joins it, all or nothing.

    Raises EmailTaken or HandleTaken; WrongCode when the joined sign-up was used already.
    """
    try:
        transact([*joined, *users.create_account_writes(account)])
    except TransactionCancelled as error:
        if error.failed(SIGN_UP_LABEL):
            raise WrongCode from error
        if error.failed(users.EMAIL_LABEL):
            raise users.EmailTaken from error
        if error.failed(users.HANDLE_LABEL):
            raise users.HandleTaken from error
        raise
    return users.get_user(account.user_sub)
