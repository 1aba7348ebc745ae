from core.management.without_sql import WithoutSql


class Command(WithoutSql):
    instead = "`manage.py create_admin` makes a staff account."
