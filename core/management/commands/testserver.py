from core.management.without_sql import WithoutSql


class Command(WithoutSql):
    instead = "`make run` starts the site with demo accounts."
