"""The billing table: balances, payments, ledger, references and the webhook inbox."""

from dynamo.schema import Index, TableSchema, register

BILLING = register(
    TableSchema(
        logical="billing",
        variable="BILLING_TABLE_NAME",
        purpose="Billing",
        partition_key="pk",
        sort_key="sk",
        indexes=(Index(name="gsi1", partition_key="gsi1pk", sort_key="gsi1sk"),),
        ttl="ttl",
    )
)
