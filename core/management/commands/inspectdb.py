from core.management.without_sql import WithoutSql


class Command(WithoutSql):
    instead = "`manage.py check_tables` compares the tables with their schema."
