"""Print the tables for other tools."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from typing_extensions import override

from dynamo import exports
from dynamo.management import targets

FORMATS = ("cloudformation", "iam-policy", "markdown")


class Command(BaseCommand):
    help = "Print the tables as a CloudFormation template, an IAM policy or a Markdown table."

    @override
    def add_arguments(self, parser: CommandParser) -> None:
        targets.add_only(parser)
        parser.add_argument("--format", choices=FORMATS, required=True)
        parser.add_argument("--role", choices=sorted(exports.ROLES), default="web")
        parser.add_argument("--region", default="*", help="in the policy's ARNs; default: any")
        parser.add_argument("--account", default="*", help="in the policy's ARNs; default: any")

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        schemas = targets.chosen_tables(self.stderr, options["only"])
        if options["format"] == "markdown":
            self.stdout.write(exports.markdown(schemas), ending="")
            return
        if options["format"] == "cloudformation":
            document = exports.cloudformation(schemas)
        else:
            named = {name: options[name] for name in ("role", "region", "account")}
            document = exports.iam_policy(schemas, **named)
        self.stdout.write(json.dumps(document, indent=2))
