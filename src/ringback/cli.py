"""The command line. Each command is one function in its own module, loaded only when it is asked for."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable

USAGE = """usage: ringback COMMAND [options]

  demo [--port 8000] [--data DIR] [--json]   try it: embedded database, a made-up practice, a phone to ring it with
  serve [--port 8000] [--host ADDRESS]       the web server: hooks and pages
  work                                       a worker: decides, sends, pages
  migrate                                    bring the database up to date (RINGBACK_OWNER_URL)
  practice create FILE                       set a practice up from a file
  keys create|status|rotate                  make a key file, see how old keys are, rotate them online
  people invite|list|leave                   accounts: the first owner's invitation, who is here, ending access
  backup | restore | drill                   a copy of everything, the way back, the proof that it works
  crypto inventory|attest                    which cryptography is used where, and its state
  integrity scan                             find what was changed past the product
  audit verify|report|export|check           prove the audit log; who did what
  consent prove|check|key                    everything said and sent for one number, as a file that proves itself
  doctor [--prod] [--json] [--ntp HOST]      what is unsafe or missing here, and how to mend it
  compliance status|pack FILE.zip            how every duty stands (exit 1: late); the evidence as a bundle
  inventory [--keep] [--diff FILE]           hosts, processes, tables, vendors, data flows, packages
  export practice|person|accounting PLACE    everything of a practice; one patient's copy; their disclosures
  import practice PLACE                      a practice from such an export, into a place that does not have it
  erase person RECORD --yes                  destroy a patient's keys, with a certificate
  retention show|run                         how long records are kept; remove what is over
  hold list|ask                              legal holds (placed and lifted by two people on the page)
  directory import FILE [--dry-run]          bring the patient list in from CSV
  calls --system NAME FILE...                read a phone system's own records, a verdict a call
  replay --system NAME FILE...               what Ringback would have done with this log
  intent [--voicemail]                       read texts, one JSON object a line
  lint                                       check wordings, one JSON object a line
  bench [--rate N] [--seconds S]             load through the real hook to a real carrier stand-in
  version                                    print the version
"""


def _serve(argv: list[str]) -> int:
    import argparse

    import uvicorn

    parser = argparse.ArgumentParser(prog="ringback serve")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--host", default="127.0.0.1")
    options = parser.parse_args(argv)
    from ringback import doctor, logs
    from ringback.web.wire import options as wire

    if not doctor.may_start(os.environ, _complain):
        return 2
    logs.begin()
    _steady()
    uvicorn.run("ringback.web.asgi:application", **wire(host=options.host, port=options.port, loop="uvloop"))
    return 0


def _complain(words: str) -> None:
    print(words, file=sys.stderr)


def _steady() -> None:
    """Set what lives as long as the process aside, and collect rarely: a batch makes many short-lived values."""
    import gc

    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _work(argv: list[str]) -> int:
    import uvloop

    from ringback import doctor, logs
    from ringback.engine.loop import run
    from ringback.engine.node import from_environment

    if not doctor.may_start(os.environ, _complain):
        return 2
    logs.begin()
    node = from_environment()
    _steady()

    async def main() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        await run(node.dsn, node.book, node.public_url, stop)

    uvloop.run(main())
    return 0


def _migrate(argv: list[str]) -> int:
    from ringback.store.migrate import migrate

    owner = os.environ.get("RINGBACK_OWNER_URL", "")
    if not owner:
        print("RINGBACK_OWNER_URL is not set; give it the address of the database as its owner", file=sys.stderr)
        return 2
    migrate(owner)
    return 0


def _keys(argv: list[str]) -> int:
    from ringback.keys_cli import keys_main

    return keys_main(argv, sys.stdout)


def _version(argv: list[str]) -> int:
    from ringback import __version__

    print(__version__)
    return 0


def _intent(argv: list[str]) -> int:
    from ringback.words_cli import intent_main

    return intent_main(argv, sys.stdin, sys.stdout)


def _lint(argv: list[str]) -> int:
    from ringback.words_cli import lint_main

    return lint_main(argv, sys.stdin, sys.stdout)


def _calls(argv: list[str]) -> int:
    from ringback.calls_cli import calls_main

    return calls_main(argv, sys.stdout)


def _replay(argv: list[str]) -> int:
    from ringback.replay_cli import replay_main

    return replay_main(argv, sys.stdout)


def _demo(argv: list[str]) -> int:
    from ringback.demo import demo_main

    return demo_main(argv)


def _directory(argv: list[str]) -> int:
    from ringback.directory_cli import directory_main

    return directory_main(argv, sys.stdout)


def _bench(argv: list[str]) -> int:
    from ringback.bench import bench_main

    return bench_main(argv)


def _doctor(argv: list[str]) -> int:
    from ringback.doctor import doctor_main

    return doctor_main(argv)


def _people(argv: list[str]) -> int:
    from ringback.people_cli import people_main

    return people_main(argv, sys.stdout)


def _backup(argv: list[str]) -> int:
    from ringback.backup_cli import backup_main

    return backup_main(argv, sys.stdout)


def _restore(argv: list[str]) -> int:
    from ringback.backup_cli import restore_main

    return restore_main(argv, sys.stdout)


def _drill(argv: list[str]) -> int:
    from ringback.backup_cli import drill_main

    return drill_main(argv, sys.stdout)


def _crypto(argv: list[str]) -> int:
    from ringback.crypto_cli import crypto_main

    return crypto_main(argv, sys.stdout)


def _integrity(argv: list[str]) -> int:
    from ringback.integrity_cli import integrity_main

    return integrity_main(argv, sys.stdout)


def _audit(argv: list[str]) -> int:
    from ringback.audit_cli import audit_main

    return audit_main(argv, sys.stdout)


def _consent(argv: list[str]) -> int:
    from ringback.consent_cli import consent_main

    return consent_main(argv, sys.stdout)


def _compliance(argv: list[str]) -> int:
    from ringback.compliance_cli import compliance_main

    return compliance_main(argv, sys.stdout)


def _inventory(argv: list[str]) -> int:
    from ringback.compliance_cli import inventory_main

    return inventory_main(argv, sys.stdout)


def _practice(argv: list[str]) -> int:
    from ringback.practice_cli import practice_main

    return practice_main(argv)


def _records(verb: str) -> Callable[[list[str]], int]:
    def run(argv: list[str]) -> int:
        from ringback.records_cli import records_main

        return records_main([verb, *argv], sys.stdout)

    return run


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "demo": _demo,
    "serve": _serve,
    "work": _work,
    "migrate": _migrate,
    "practice": _practice,
    "compliance": _compliance,
    "inventory": _inventory,
    "keys": _keys,
    "people": _people,
    "backup": _backup,
    "restore": _restore,
    "drill": _drill,
    "crypto": _crypto,
    "integrity": _integrity,
    "audit": _audit,
    "consent": _consent,
    "doctor": _doctor,
    **{verb: _records(verb) for verb in ("export", "import", "erase", "retention", "hold")},
    "directory": _directory,
    "calls": _calls,
    "replay": _replay,
    "intent": _intent,
    "lint": _lint,
    "bench": _bench,
    "version": _version,
}


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns its exit code (2: the command line or the set-up is wrong)."""
    words = sys.argv[1:] if argv is None else argv
    if not words or words[0] in ("-h", "--help", "help"):
        print(USAGE, end="")
        return 0 if words else 2
    command = COMMANDS.get(words[0])
    if command is None:
        print(f"ringback: no command {words[0]!r}\n\n{USAGE}", file=sys.stderr, end="")
        return 2
    try:
        return command(words[1:])
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as wrong:
        if type(wrong).__name__ in ("NotConfigured", "BadKey"):
            print(f"ringback: {wrong}", file=sys.stderr)
            return 2
        raise


if __name__ == "__main__":
    sys.exit(main())
