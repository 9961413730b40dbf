"""AWS KMS wraps practice keys: the key never leaves KMS, the practice is its encryption context.

Credentials and region come from where boto3 looks for them. Tried against a stand-in only: unverified against AWS.
"""

from __future__ import annotations

from typing import Any

from ringback.store.keys import BadKey


class Kms:
    """One key of AWS KMS, by id, ARN or alias."""

    name = "aws kms"

    def __init__(self, key: str, client: Any = None) -> None:
        if client is None:
            try:
                import boto3  # type: ignore[import-untyped]
            except ImportError:
                raise BadKey("AWS KMS needs a package more: pip install 'ringback[keys]'") from None
            client = boto3.client("kms")
        self._client, self._key = client, key

    def wrap(self, practice: int, key: bytes) -> bytes:
        """The practice's key as KMS encrypted it."""
        return bytes(self._ask("encrypt", practice, KeyId=self._key, Plaintext=key)["CiphertextBlob"])

    def unwrap(self, practice: int, wrapped: bytes) -> bytes:
        """Undo `wrap`; raises `BadKey`."""
        return bytes(self._ask("decrypt", practice, KeyId=self._key, CiphertextBlob=wrapped)["Plaintext"])

    def _ask(self, what: str, practice: int, **more: Any) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = getattr(self._client, what)(
                EncryptionContext={"ringback-practice": str(practice)}, **more
            )
        except Exception as wrong:  # botocore makes its errors at run time
            raise BadKey(f"KMS did not {what} practice {practice}'s key: {type(wrong).__name__}") from None
        return answer
