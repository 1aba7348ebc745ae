from core.management.without_sql import WithoutSql


class Command(WithoutSql):
    instead = "use an export or a backup of the DynamoDB tables."
