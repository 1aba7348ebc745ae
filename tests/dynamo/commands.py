"""Running the commands, and seeing what they left."""

from io import StringIO

from django.core.management import call_command

from dynamo import provisioning
from dynamo.client import call
from dynamo.schema import configured_schemas

COMMANDS = ["create_tables", "check_tables", "delete_tables"]


def run(*arguments):
    output = StringIO()
    call_command(*arguments, stdout=output)
    return output.getvalue()


def standing():
    return [s.logical for s in configured_schemas() if provisioning.read_state(s)]


def unprotect(schema):
    call("UpdateTable", TableName=schema.table_name, DeletionProtectionEnabled=False)
