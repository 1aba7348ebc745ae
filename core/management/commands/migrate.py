from core.management.without_sql import WithoutSql


class Command(WithoutSql):
    instead = "`manage.py create_tables` makes the tables, and items need no migration."
