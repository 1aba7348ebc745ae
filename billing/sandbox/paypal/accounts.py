"""The test accounts, as choices of somebody who is at PayPal's page."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TestAccount:
    """`declines`: its captures; `unattended`: its payer must confirm later charges.

    `ends`: "completed" or "declined" some time after a capture that is pending first. `refunds`:
    "later" for one that is pending first, "failed" for one that fails then. `disputed`:
    "chargeback" or "inquiry", as soon as it has paid. `vaults_late`: it is saved a while later.
    """

    name: str
    label: str
    declines: bool = False
    unattended: bool = False
    ends: str = ""
    refunds: str = ""
    disputed: str = ""
    vaults_late: bool = False

    @property
    def email(self) -> str:
        return f"{self.name}@buyer.example"

    @property
    def payer_id(self) -> str:
        """13 letters, the same for the same account."""
        return f"SANDBOX{self.name.replace('-', '').upper():X<6}"[:13]


ACCOUNTS = {
    account.name: account
    for account in (
        TestAccount(name="pays", label="Pays"),
        TestAccount(name="declined", label="Its bank declines", declines=True),
        TestAccount(name="echeck", label="Pays by eCheck: pending, then paid", ends="completed"),
        TestAccount(name="bounces", label="Pays by eCheck that bounces", ends="declined"),
        TestAccount(name="slow-refund", label="Pays; a refund takes a while", refunds="later"),
        TestAccount(name="bad-refund", label="Pays; a refund fails", refunds="failed"),
        TestAccount(name="asks", label="Pays, and asks about it", disputed="inquiry"),
        TestAccount(name="charges-back", label="Pays, and is charged back", disputed="chargeback"),
        TestAccount(
            name="confirms",
            label="Pays here; when it is charged later it must confirm",
            unattended=True,
        ),
        TestAccount(name="saves-late", label="Pays; is saved only a while later", vaults_late=True),
    )
}
