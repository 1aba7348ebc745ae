from core.management.without_sql import WithoutSql


class Command(WithoutSql):
    instead = "an administrator never chooses a password; its owner does, in the browser."
