"""Shredding: a person, or a whole practice, is made unreadable by destroying keys; what was sealed with them stays where
it is and says '(erased)' from then on (C18).

A person's key goes, and with it the keys of the numbers that are theirs alone. A number they share with somebody keeps
its key, and the certificate says so. Blocks survive, for they hold a keyed digest only; the audit log holds ids and
verifies as before. Key rows are wiped and stay as empty marks. A copy of them lives on in key files for 35 days at most
and in the database's own dead pages and log until these are written over, which is why the disks are to be encrypted.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

import rfc8785
from uuid_utils.compat import uuid7

from ringback.store import audit, callers, crypt, search_index
from ringback.store.access import Row, Rows

FORM = "ringback/shred/1"
KEY_FILES = timedelta(days=35)
# Where a caller's words lie: how many values a destroyed key made unreadable is counted here.
SEALED = (
    ("call", "number"),
    ("cases", "number"),
    ("message", "sealed"),
    ("message", "played_from"),
    ("outgoing", "number"),
    ("outgoing", "body"),
)
LEDGERS = ("consent_entry", "preference_entry", "suppression_entry")
OPEN_CASE = "open_case"


class Holds(Protocol):
    """What stands against erasing now: terms such as `legal_hold` and `retention`, none when nothing does.

    `person` is None and `numbers` empty when the whole practice is meant; `numbers` are keyed digests.
    """

    def __call__(self, rows: Rows, person: UUID | None, numbers: Collection[bytes]) -> Sequence[str]: ...


class Held(Exception):
    """Nothing was erased: `reasons` stand against it."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__("not erased: " + ", ".join(reasons))
        self.reasons = tuple(reasons)


def digest(id_: bytes) -> str:
    """How a certificate names a key or a person."""
    return hashlib.sha256(id_).hexdigest()


def person(rows: Rows, who: UUID, by: str, now: datetime, *, holds: Holds, role: str = "", source: str = "page") -> Row:
    """Erase a person of the directory; the certificate. Raises LookupError when there is no such person, `Held`."""
    known = rows.one("select 1 as x from person where practice = %s and id = %s", (rows.practice, who))
    keys = rows.all(
        "select id from person_key where practice = %s and person = %s and destroyed_at is null", (rows.practice, who)
    )
    if known is None and not keys:
        raise LookupError("there is no such person")
    # The directory stands still, and so does everybody who calls from these numbers.
    rows.run("select pg_advisory_xact_lock(hashtext('directory'), %s)", (rows.practice,))
    listed = _indexes(rows, who)
    for key in sorted(int.from_bytes(index[:8], "big", signed=True) for index in listed):
        rows.run("select pg_advisory_xact_lock(%s)", (key,))
    owners = _owners(rows, listed)
    callers.settle(rows.connection, rows.ring, rows.practice, owners, now)
    own = rows.all(
        "select k.id, k.number_index from caller_key k join person_key p on p.practice = k.practice and p.id = k.person_key "
        "where k.practice = %s and p.person = %s and k.destroyed_at is null",
        (rows.practice, who),
    )
    alone = {index for index, them in owners.items() if them <= {who}}
    numbers = sorted(alone | {bytes(row["number_index"]) for row in own})
    reasons = [*holds(rows, who, numbers)]
    if _open_cases(rows, sorted(alone)):
        reasons.append(OPEN_CASE)
    if reasons:
        raise Held(reasons)
    ids = [row["id"] for row in own] + [row["id"] for row in keys]
    counts = _count(rows, numbers, ids)
    counts["arrivals_removed"] = _arrivals(rows, who, alone)
    counts["texts_cancelled"] = _cancel(rows, sorted(alone))
    rows.run(
        "update person_key set wrapped = '', destroyed_at = %s where practice = %s and person = %s and destroyed_at is null",
        (now, rows.practice, who),
    )
    rows.destroyed(id_.bytes for id_ in ids)
    counts["phones_removed"] = rows.run("delete from phone where practice = %s and person = %s", (rows.practice, who))
    counts["people_removed"] = rows.run("delete from person where practice = %s and id = %s", (rows.practice, who))
    rows.run("update cases set person = null where practice = %s and person = %s", (rows.practice, who))
    search_index.forget(rows, who, numbers)
    counts["blocks_kept"] = len(
        rows.all(
            "select id from suppression where practice = %s and number_index = any(%s) and lifted_at is null",
            (rows.practice, numbers),
        )
    )
    told = {
        "subject": digest(who.bytes),
        "keys": sorted(digest(id_.bytes) for id_ in ids),
        "counts": counts,
        "shared_numbers_kept": len(listed) - len(alone),
    }
    return _certify(rows, "person", told, f"person:{who}", by, now, role, source)


def practice(rows: Rows, by: str, now: datetime, *, holds: Holds, role: str = "", source: str = "page") -> Row:
    """Erase a whole practice: all its keys go, nothing of it opens again, and no work of it is left. Raises `Held`.

    Take a signed checkpoint of its audit log before: the key that signs is one of those that go.
    """
    reasons = [*holds(rows, None, ())]
    if reasons:
        raise Held(reasons)
    rows.run("select pg_advisory_xact_lock(hashtext('directory'), %s)", (rows.practice,))
    found = rows.all(
        "select id from caller_key where practice = %s and destroyed_at is null union all "
        "select id from person_key where practice = %s and destroyed_at is null",
        (rows.practice, rows.practice),
    )
    counts = {"phones_removed": rows.run("delete from phone where practice = %s", (rows.practice,))}
    counts["people_removed"] = rows.run("delete from person where practice = %s", (rows.practice,))
    search_index.forget_all(rows)
    counts["work_removed"] = rows.run("delete from work where practice = %s", (rows.practice,))
    for table, more in (
        ("person_key", ""),
        ("caller_key", ", ended_at = coalesce(ended_at, %(now)s)"),
        ("data_key", ""),
    ):
        with rows.connection.cursor() as cursor:
            cursor.execute(
                f"update {table} set wrapped = '', destroyed_at = %(now)s{more} "
                "where practice = %(practice)s and destroyed_at is null",
                {"now": now, "practice": rows.practice},
            )
            counts[f"{table}s"] = cursor.rowcount
    rows.run(
        "update practice set live = false, kill = true, version = version + 1 where practice = %s", (rows.practice,)
    )
    rows.ring.forget(rows.practice)
    told = {
        "subject": digest(b"practice %d" % rows.practice),
        "keys": sorted(digest(row["id"].bytes) for row in found),
        "counts": counts,
    }
    return _certify(rows, "practice", told, f"practice:{rows.practice}", by, now, role, source)


def again(rows: Rows, certificates: Sequence[Mapping[str, Any]], now: datetime) -> int:
    """After keys came back with an old key file: destroy anew what these certificates name. How many keys that were."""
    names = sorted({name for one in certificates for name in one["keys"]})
    done = rows.run(
        "update person_key set wrapped = '', destroyed_at = %s where practice = %s and destroyed_at is null "
        "and encode(sha256(uuid_send(id)), 'hex') = any(%s)",
        (now, rows.practice, names),
    )
    done += rows.run(
        "update caller_key set wrapped = '', destroyed_at = %s, ended_at = coalesce(ended_at, %s) where practice = %s "
        "and destroyed_at is null and encode(sha256(uuid_send(id)), 'hex') = any(%s)",
        (now, now, rows.practice, names),
    )
    return done


def certificates(rows: Rows) -> list[Row]:
    """Every certificate of the practice, the newest first, as it was given."""
    found = rows.all(
        "select told, sha256 from shred_certificate where practice = %s order by at desc, id desc", (rows.practice,)
    )
    return [{**json.loads(row["told"]), "sha256": row["sha256"]} for row in found]


def genuine(certificate: Mapping[str, Any]) -> bool:
    """Whether a certificate's digest is that of what it says."""
    told = {name: value for name, value in certificate.items() if name != "sha256"}
    return hashlib.sha256(rfc8785.dumps(told)).hexdigest() == certificate.get("sha256")


# ---- the parts -------------------------------------------------------------------------------------------------------


def _indexes(rows: Rows, who: UUID) -> list[bytes]:
    found = rows.all("select number_index from phone where practice = %s and person = %s", (rows.practice, who))
    return sorted({bytes(row["number_index"]) for row in found})


def _owners(rows: Rows, indexes: Collection[bytes]) -> dict[bytes, set[UUID]]:
    owners: dict[bytes, set[UUID]] = {index: set() for index in indexes}
    for row in rows.all(
        "select number_index, person from phone where practice = %s and number_index = any(%s)",
        (rows.practice, list(indexes)),
    ):
        owners[bytes(row["number_index"])].add(row["person"])
    return owners


def _open_cases(rows: Rows, indexes: Sequence[bytes]) -> bool:
    return (
        rows.one(
            "select 1 as x from cases where practice = %s and number_index = any(%s) and phase <> 'closed' limit 1",
            (rows.practice, indexes),
        )
        is not None
    )


def _count(rows: Rows, numbers: Sequence[bytes], ids: Sequence[UUID]) -> dict[str, int]:
    """How many values these keys open, by table and column."""
    counts: dict[str, int] = {"keys": len(ids)}
    for table, column in (*SEALED, *((ledger, "sealed") for ledger in LEDGERS)):
        # A note hangs on a case only.
        noted = "or case_id in (select id from cases where practice = %(p)s and number_index = any(%(n)s))"
        found = rows.one(
            f"select count(*) as n from {table} where practice = %(p)s and (number_index = any(%(n)s) "
            f"{noted if table == 'message' else ''}) "
            f"and get_byte({column}, 0) = {crypt.OF_CALLER} and substring({column} from 2 for 16) = any(%(k)s)",
            {"p": rows.practice, "n": list(numbers), "k": [id_.bytes for id_ in ids]},  # type: ignore[arg-type]
        )
        counts[f"{table}.{column}"] = found["n"] if found else 0
    return counts


def _arrivals(rows: Rows, who: UUID, indexes: Collection[bytes]) -> int:
    """Remove the raw messages that name a number of theirs. They are sealed with the practice's key and live for 72 hours;
    one that has not been read yet stays, for it is not known yet what it says."""
    numbers = [
        rows.text("phone", "sealed", f"{who}:{bytes(row['number_index']).hex()}", row["sealed"])
        for row in rows.all(
            "select number_index, sealed from phone where practice = %s and person = %s", (rows.practice, who)
        )
        if bytes(row["number_index"]) in indexes
    ]
    tails = [number[-10:].encode() for number in numbers if len(number) >= 10]
    if not tails:
        return 0
    gone = []
    with rows.connection.cursor(name="arrivals_of_one") as cursor:
        cursor.execute(
            "select id, sealed from arrival a where practice = %s and not exists "
            "(select 1 from work w where w.kind = 1 and w.id = a.id)",
            (rows.practice,),
        )
        for id_, sealed in cursor:
            try:
                plain = crypt.open_(rows.ring, rows.practice, "arrival", "sealed", id_, bytes(sealed))
            except crypt.Unreadable:
                continue
            if any(tail in plain for tail in tails):
                gone.append(id_)
    return rows.run("delete from arrival where practice = %s and id = any(%s)", (rows.practice, gone))


def _cancel(rows: Rows, numbers: Sequence[bytes]) -> int:
    """Texts that still wait for one of these numbers are not sent."""
    rows.run(
        "delete from work where kind = 4 and practice = %s and id in (select id from outgoing where practice = %s "
        "and number_index = any(%s) and state in ('queued', 'held'))",
        (rows.practice, rows.practice, numbers),
    )
    return rows.run(
        "update outgoing set state = 'cancelled', verdict = 'erased', verdict_why = 'The person was erased.' "
        "where practice = %s and number_index = any(%s) and state in ('queued', 'held')",
        (rows.practice, numbers),
    )


def _certify(
    rows: Rows, kind: str, told: Mapping[str, Any], subject: str, by: str, now: datetime, role: str, source: str
) -> Row:
    id_ = uuid7()
    body = {
        "form": FORM,
        "id": str(id_),
        "kind": kind,
        "practice": rows.practice,
        "at": now.isoformat(),
        "by": by,
        "key_files_until": (now + KEY_FILES).isoformat(),
        **told,
    }
    plain = rfc8785.dumps(body)
    sha = hashlib.sha256(plain).hexdigest()
    rows.run(
        'insert into shred_certificate (practice, id, kind, at, "by", told, sha256) values (%s, %s, %s, %s, %s, %s, %s)',
        (rows.practice, id_, kind, now, by, plain.decode(), sha),
    )
    audit.write(
        rows, act="change", what=f"{kind}.erased", object=subject, by=by, role=role, source=source,
        detail={"certificate": str(id_), "sha256": sha, "keys": len(told["keys"])},
    )  # fmt: skip
    return {**body, "sha256": sha}
