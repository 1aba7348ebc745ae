from core.management.without_sql import WithoutSql


class Command(WithoutSql):
    instead = "there are no content types to remove."
