from core.management.without_sql import WithoutSql


class Command(WithoutSql):
    instead = "identifiers are ULIDs, and nothing counts them."
