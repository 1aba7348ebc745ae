"""The tables of alerts and of who wants which alert where."""

from dynamo.schema import Index, TableSchema, register

ALERTS = register(
    TableSchema(
        logical="alerts",
        variable="ALERTS_TABLE_NAME",
        purpose="Alerts",
        partition_key="user_sub",
        sort_key="alert_id",
        indexes=(Index(name="unread-index", partition_key="user_sub", sort_key="unread_id"),),
        ttl="expires_at",
    )
)
ALERT_PREFS = register(
    TableSchema(
        logical="alert_prefs",
        variable="ALERT_PREFS_TABLE_NAME",
        purpose="Alert preferences",
        partition_key="user_sub",
    )
)
