from core.management.without_sql import WithoutSql


class Command(WithoutSql):
    instead = "restore a backup of the DynamoDB tables."
