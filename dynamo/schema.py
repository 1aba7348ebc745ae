"""What a table looks like, declared once in each app's `repository.py`.

Commands create, compare, export and document tables from these declarations; nothing else
knows a table's keys. All key attributes are strings.
"""

from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

KEYS_ONLY = "KEYS_ONLY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """A sparse global secondary index; `projection` is KEYS_ONLY or the attributes to INCLUDE."""

    name: str
    partition_key: str
    sort_key: str | None = None
    projection: str | tuple[str, ...] = KEYS_ONLY

    def __post_init__(self) -> None:
        if isinstance(self.projection, str) and self.projection != KEYS_ONLY:
            raise ImproperlyConfigured(f"{self.name}: project KEYS_ONLY or named attributes.")

    @property
    def keys(self) -> tuple[str, ...]:
        return _keys(self.partition_key, self.sort_key)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSchema:
    """`logical` is the name in settings.DYNAMODB_TABLES, `variable` the environment's.

    `restorable`: point-in-time recovery; off where a restore must not revive rows.
    `required`: the variable has no default and the product does not start without it.
    `ttl`: the attribute with the expiry in epoch seconds.
    """

    logical: str
    variable: str
    purpose: str
    partition_key: str
    sort_key: str | None = None
    indexes: tuple[Index, ...] = ()
    ttl: str | None = None
    restorable: bool = True
    required: bool = False

    @property
    def table_name(self) -> str:
        """The name in the account; empty when the variable is, and the table is not used."""
        name: str = settings.DYNAMODB_TABLES.get(self.logical, "")
        return name

    @property
    def keys(self) -> tuple[str, ...]:
        return _keys(self.partition_key, self.sort_key)

    @property
    def index_keys(self) -> frozenset[str]:
        return frozenset(name for index in self.indexes for name in index.keys)

    def index(self, name: str) -> Index:
        for index in self.indexes:
            if index.name == name:
                return index
        known = ", ".join(index.name for index in self.indexes) or "none"
        raise ValueError(f"{self.logical} has no index {name!r}; it has: {known}.")


_registry: dict[str, TableSchema] = {}


def register(schema: TableSchema) -> TableSchema:
    """Add a declaration. Raises ImproperlyConfigured when another one has its logical name."""
    if _registry.setdefault(schema.logical, schema) != schema:
        raise ImproperlyConfigured(f"Two different schemas are registered as {schema.logical!r}.")
    return schema


def all_schemas() -> tuple[TableSchema, ...]:
    """Every declared table, by logical name."""
    return tuple(schema for _, schema in sorted(_registry.items()))


def schema_named(logical: str) -> TableSchema:
    """A declaration of a lower app's table, for rows that a higher app keeps in it."""
    return _registry[logical]


def configured_schemas() -> tuple[TableSchema, ...]:
    """The tables that have a name."""
    return tuple(schema for schema in all_schemas() if schema.table_name)


def find_schema(table_name: str) -> TableSchema | None:
    """The declaration of a table by its name in the account."""
    return next((s for s in _registry.values() if s.table_name == table_name), None)


def _keys(partition_key: str, sort_key: str | None) -> tuple[str, ...]:
    return (partition_key,) if sort_key is None else (partition_key, sort_key)
