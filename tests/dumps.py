"""What a thief of the storage would read: every attribute of every row."""


def dump_tables(*logical):
    """All rows of the tables so named (none named: of all tables) as one comparable text."""
    from dynamo.schema import all_schemas
    from dynamo.table import Table

    rows = [
        f"{schema.logical} {sorted(item.items(), key=lambda pair: pair[0])!r}"
        for schema in all_schemas()
        if schema.table_name and (not logical or schema.logical in logical)
        for item in Table(schema).scan()
    ]
    return "\n".join(sorted(rows))
