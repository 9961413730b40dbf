"""C19: which cryptography is used where is written down and true, and the state of its modules is reported, not promised.

Not here: a validated build; whether OpenSSL on a machine is one is for whoever runs it to record.
"""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

from ringback.crypto_cli import USES, crypto_main

SOURCE = Path(__file__).resolve().parents[2] / "src" / "ringback"
MENTIONS = re.compile(r"^\s*(?:from|import) (?:cryptography|hashlib|hmac|secrets|argon2)\b", re.MULTILINE)


def test_the_register_names_every_file_that_uses_cryptography_and_none_that_does_not() -> None:
    named = {file for use in USES for file in use.files}
    using = {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        if MENTIONS.search(path.read_text(encoding="utf-8"))
    } - {"crypto_cli.py"}
    assert using - named == set(), "these use cryptography and are not in the register of crypto_cli.py"
    assert {file for file in named if not (SOURCE / file).exists()} == set()


def test_no_weak_algorithm_is_chosen_by_us() -> None:
    for path in SOURCE.rglob("*.py"):
        if path.name == "crypto_cli.py":
            continue
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\bmd5\b|\bMD5\b|MODE_ECB|modes\.ECB|\bRC4\b|\bDES\b|PKCS1v15", text), path
        if re.search(r"\bsha1\b", text):
            assert path.name in ("twilio_signature.py", "wire.py"), f"{path}: SHA-1 only where a vendor signs with it"


def test_attest_says_the_modules_and_claims_nothing() -> None:
    out = io.StringIO()
    assert crypto_main(["attest"], out) == 0
    told = json.loads(out.getvalue())
    assert told["at_rest"]["version"].startswith("OpenSSL") and told["in_transit"]["version"].startswith("OpenSSL")
    assert told["validated"] is False and told["warning"]
    assert crypto_main(["attest", "--strict"], out) == 1


def test_the_inventory_is_json() -> None:
    out = io.StringIO()
    assert crypto_main(["inventory"], out) == 0
    assert any("AES-256-GCM" in use["algorithm"] for use in json.loads(out.getvalue()))
