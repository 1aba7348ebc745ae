from core.management.without_sql import WithoutSql


class Command(WithoutSql):
    instead = "`manage.py delete_tables`, then `manage.py create_tables`, empties it."
