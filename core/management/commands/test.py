from core.management.without_sql import WithoutSql


class Command(WithoutSql):
    instead = "run the tests with `make test`, or with pytest."
