"""boto3's errors become ours, once and here."""

from collections.abc import Iterable, Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
from botocore.parsers import ResponseParserError

from dynamo import errors
from dynamo.codec import decode_item

_CONFLICTS = {
    "TransactionConflict",
    "TransactionConflictException",
    "TransactionInProgressException",
    "ReplicatedWriteConflictException",
}
_THROTTLES = {
    "ContinuousBackupsUnavailableException",
    "ProvisionedThroughputExceeded",
    "ProvisionedThroughputExceededException",
    "ThrottlingError",
    "Throttling",
    "ThrottlingException",
    "RequestLimitExceeded",
    "LimitExceededException",
}
_OUTAGES = {"InternalServerError", "InternalFailure", "ServiceUnavailable", "RequestTimeout"}
_CREDENTIALS = {
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignature",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationToken",
    "UnrecognizedClientException",
}
_TOO_LARGE = ("Item size has exceeded", "Item size to update has exceeded")
SDK_ERRORS = (ClientError, BotoCoreError, ResponseParserError)


def translate(error: Exception, operation: str, params: Mapping[str, Any]) -> errors.StorageError:
    """The StorageError for an error of the SDK, with cause, table and request id."""
    if isinstance(error, ClientError):
        translated = _service_error(error)
        metadata = error.response.get("ResponseMetadata", {})
        translated.request_id = metadata.get("RequestId", "")
        translated.retries = metadata.get("RetryAttempts", 0)
    elif isinstance(error, ParamValidationError):
        translated = errors.StorageError(str(error))
    else:
        translated = errors.Unavailable(f"Storage does not answer: {error}")
    translated.cause = error
    translated.operation = operation
    translated.table = ", ".join(sorted(tables_of(params)))
    return translated


def tables_of(params: Mapping[str, Any]) -> set[str]:
    """The tables a request names, whatever the operation."""
    if "TableName" in params:
        return {params["TableName"]}
    actions: Iterable[Any] = params.get("TransactItems", ())
    named = {detail["TableName"] for action in actions for detail in action.values()}
    return named | set(params.get("RequestItems", ()))


def _service_error(error: ClientError) -> errors.StorageError:
    response: Mapping[str, Any] = error.response
    code = response["Error"].get("Code", "")
    message = f"{code}: {response['Error'].get('Message', '')}"
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code == "ConditionalCheckFailedException":
        failed = errors.ConditionFailed()
        failed.item = _item(response)
        return failed
    if code == "TransactionCanceledException":
        return _cancelled(response, message)
    if code == "ResourceNotFoundException":
        return errors.TableMissing(f"{message} Run `manage.py create_tables`.")
    if code == "IdempotentParameterMismatchException":
        return errors.TokenReused()
    if code in _CONFLICTS:
        return errors.TransactionConflict(message)
    if code in _THROTTLES:
        return errors.Throttled(message)
    if code == "AccessDeniedException":
        return errors.AccessDenied(message)
    if code in _OUTAGES or code in _CREDENTIALS or status >= 500:
        return errors.Unavailable(message)
    if any(text in message for text in _TOO_LARGE):
        return errors.ItemTooLarge(message)
    return errors.StorageError(message)


def _cancelled(response: Mapping[str, Any], message: str) -> errors.StorageError:
    reasons = tuple(
        errors.Reason(
            label="",
            code=reason.get("Code", "None"),
            message=reason.get("Message") or "",
            item=_item(reason),
        )
        for reason in response.get("CancellationReasons", ())
    )
    codes = {reason.code for reason in reasons} - {"None"}
    if codes and codes <= _CONFLICTS:
        return errors.TransactionConflict(message)
    if codes and codes <= _CONFLICTS | _THROTTLES:
        return errors.Throttled(message)
    if any(text in reason.message for reason in reasons for text in _TOO_LARGE):
        return errors.ItemTooLarge(message)
    cancelled = errors.TransactionCancelled(message)
    cancelled.reasons = reasons
    return cancelled


def _item(holder: Mapping[str, Any]) -> dict[str, Any] | None:
    return decode_item(holder["Item"]) if holder.get("Item") else None
