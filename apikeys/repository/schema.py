from django.conf import settings

from dynamo.schema import Index, TableSchema, register
from dynamo.table import Key

API_KEYS = register(
    TableSchema(
        logical="api_keys",
        variable="API_KEYS_TABLE_NAME",
        purpose="API keys",
        partition_key="key_id",
        indexes=(
            Index(
                name=settings.API_KEYS_USER_INDEX,
                partition_key="user_sub",
                sort_key="created_at",
            ),
        ),
        ttl="purge_at",
    )
)


def key_of(key_id: str) -> Key:
    return {"key_id": key_id}
