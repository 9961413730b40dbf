"""Where an area code lives and what its law says of texting hours, as plain tables with a version.

The rule: a table here may only make the sending window smaller. FL, OK, MD and TX were read in the statutes;
the other rows come from lists that disagree, so the stricter reading stands (`sure=False`) until counsel has
read them. The laws speak of sales messages; ours are not, and keep to them all the same. A mobile number
moves with its owner, so an area code is only one of the places that count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time

VERSION = "2026-11-22"

Window = tuple[time, time] | None
"""From (included) and to (excluded) in local time; None means not at all that day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """The hours of one jurisdiction. `sure` says whether the statute itself was read."""

    weekday: Window
    saturday: Window
    sunday: Window
    holiday: Window
    sure: bool = False


def _same(start: int, end: int, *, sunday: bool = True, holiday: bool = True, sure: bool = False) -> Law:
    day = (time(start), time(end))
    return Law(weekday=day, saturday=day, sunday=day if sunday else None, holiday=day if holiday else None, sure=sure)


OURS = Law(
    weekday=(time(9), time(20)),
    saturday=(time(9), time(20)),
    sunday=(time(12), time(20)),
    holiday=(time(12), time(20)),
    sure=True,
)
"""The default of C38, within every federal limit (8 to 21)."""

LAWS: Mapping[str, Law] = {
    "FL": _same(8, 20, sure=True),
    "MD": _same(8, 20, sure=True),
    "OK": _same(8, 20, sure=True),
    "TX": Law(
        weekday=(time(9), time(21)),
        saturday=(time(9), time(21)),
        sunday=(time(12), time(21)),
        holiday=(time(9), time(21)),
        sure=True,
    ),
    "AL": _same(8, 20, sunday=False, holiday=False),
    "CT": _same(9, 20),
    "KY": _same(10, 21),
    "LA": _same(8, 20, sunday=False, holiday=False),
    "MA": _same(8, 20),
    "MS": _same(8, 20, sunday=False),
    "NV": _same(9, 20),
    "RI": Law(weekday=(time(9), time(18)), saturday=(time(10), time(17)), sunday=None, holiday=None),
    "SD": _same(9, 21, sunday=False),
    "UT": _same(9, 21, sunday=False, holiday=False),
    "WA": _same(8, 20),
}

AREA_CODES: Mapping[str, str] = {
    "AK": "907",
    "AL": "205 251 256 334 659 938",
    "AR": "327 479 501 870",
    "AS": "684",
    "AZ": "480 520 602 623 928",
    "CA": (
        "209 213 279 310 323 341 350 369 408 415 424 442 510 530 559 562 619 626 628 650 657 661 "
        "669 707 714 738 747 760 805 818 820 831 840 858 909 916 925 949 951"
    ),
    "CO": "303 719 720 748 970 983",
    "CT": "203 475 860 959",
    "DC": "202 771",
    "DE": "302",
    "FL": ("239 305 321 324 352 386 407 448 561 645 656 689 727 728 754 772 786 813 850 863 904 941 954"),
    "GA": "229 404 470 478 678 706 762 770 912 943",
    "GU": "671",
    "HI": "808",
    "IA": "319 515 563 641 712",
    "ID": "208 986",
    "IL": "217 224 309 312 331 447 464 618 630 708 730 773 779 815 847 872",
    "IN": "219 260 317 463 574 765 812 930",
    "KS": "316 620 785 913",
    "KY": "270 364 502 606 859",
    "LA": "225 318 337 504 985",
    "MA": "339 351 413 508 617 774 781 857 978",
    "MD": "227 240 301 410 443 667",
    "ME": "207",
    "MI": "231 248 269 313 517 586 616 734 810 906 947 989",
    "MN": "218 320 507 612 651 763 952",
    "MO": "235 314 417 557 573 636 660 816 975",
    "MP": "670",
    "MS": "228 601 662 769",
    "MT": "406",
    "NC": "252 336 472 704 743 828 910 919 980 984",
    "ND": "701",
    "NE": "308 402 531",
    "NH": "603",
    "NJ": "201 551 609 640 732 848 856 862 908 973",
    "NM": "505 575",
    "NV": "702 725 775",
    "NY": "212 315 329 332 347 363 516 518 585 607 631 646 680 716 718 838 845 914 917 929 934",
    "OH": "216 220 234 283 326 330 380 419 440 513 567 614 740 937",
    "OK": "405 539 572 580 918",
    "OR": "458 503 541 971",
    "PA": "215 223 267 272 412 445 484 570 582 610 717 724 814 835 878",
    "PR": "787 939",
    "RI": "401",
    "SC": "803 821 839 843 854 864",
    "SD": "605",
    "TN": "423 615 629 731 865 901 931",
    "TX": (
        "210 214 254 281 325 346 361 409 430 432 469 512 682 713 726 737 806 817 830 832 903 915 "
        "936 940 945 956 972 979"
    ),
    "UT": "385 435 801",
    "VA": "276 434 540 571 686 703 757 804 826 948",
    "VI": "340",
    "VT": "802",
    "WA": "206 253 360 425 509 564",
    "WI": "262 274 353 414 534 608 715 920",
    "WV": "304 681",
    "WY": "307",
}
"""Area codes of each state and territory (from the public numbering plan data that the phonenumbers package
ships)."""

STATE_OF: Mapping[str, str] = {code: state for state, codes in AREA_CODES.items() for code in codes.split()}

STRADDLING: Mapping[str, tuple[str, ...]] = {
    "208": ("America/Denver", "America/Los_Angeles"),
    "219": ("America/Chicago", "America/New_York"),
    "270": ("America/Chicago", "America/New_York"),
    "308": ("America/Chicago", "America/Denver"),
    "334": ("America/Chicago", "America/New_York"),
    "364": ("America/Chicago", "America/New_York"),
    "402": ("America/Chicago", "America/Denver"),
    "423": ("America/Chicago", "America/New_York"),
    "432": ("America/Chicago", "America/Denver"),
    "448": ("America/Chicago", "America/New_York"),
    "458": ("America/Denver", "America/Los_Angeles"),
    "502": ("America/Chicago", "America/New_York"),
    "531": ("America/Chicago", "America/Denver"),
    "541": ("America/Denver", "America/Los_Angeles"),
    "574": ("America/Chicago", "America/New_York"),
    "605": ("America/Chicago", "America/Denver"),
    "606": ("America/Chicago", "America/New_York"),
    "620": ("America/Chicago", "America/Denver"),
    "701": ("America/Chicago", "America/Denver"),
    "765": ("America/Chicago", "America/New_York"),
    "775": ("America/Denver", "America/Los_Angeles"),
    "785": ("America/Chicago", "America/Denver"),
    "812": ("America/Chicago", "America/New_York"),
    "850": ("America/Chicago", "America/New_York"),
    "865": ("America/Chicago", "America/New_York"),
    "906": ("America/Chicago", "America/New_York"),
    "907": ("America/Adak", "America/Anchorage"),
    "915": ("America/Chicago", "America/Denver"),
    "928": ("America/Denver", "America/Phoenix"),
    "930": ("America/Chicago", "America/New_York"),
    "931": ("America/Chicago", "America/New_York"),
    "986": ("America/Denver", "America/Los_Angeles"),
}
"""Area codes with people in two zones: a number of such an area counts in both, whatever its exchange says.
"""
