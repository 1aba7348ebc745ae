from core.management.without_sql import WithoutSql


class Command(WithoutSql):
    instead = "look at the tables with `aws dynamodb` or in the AWS console."
