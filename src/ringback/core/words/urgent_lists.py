"""The lists that the phrases of danger name with `@`, and the numbers that people read off a meter."""

from __future__ import annotations

from typing import Final

from ringback.core.words.lists import either

LISTS: Final[dict[str, frozenset[str]]] = {
    name: frozenset(words.split())
    for name, words in {
        "cant": "cannot barely hardly unable trouble difficulty difficult hard struggling struggles struggle labored fighting",
        "breathe": "breathe breathing breath air",
        "chest": "chest sternum breastbone",
        "hurt": "pain pains hurts hurt hurting tight tightness tightening pressure squeezing crushing heavy heaviness burning "
        "stabbing aching ache discomfort clenching cramping elephant",
        "face": "face mouth smile eyelid lip cheek",
        "droop": "droop drooping droopy droops drooped sagging lopsided crooked slumped",
        "limb": "arm arms leg legs hand side half",
        "numb": "numb numbness weak weakness paralyzed paralysed tingling tingly dead",
        "blood": "blood bleeding bleed bleeds bled hemorrhaging hemorrhage clots gushing",
        "baby": "baby newborn infant babys month week weeks months old daughter son kid child toddler",
        "infant": "baby newborn infant babys preemie",
        "who": "i he she they we dad mom mother father husband wife son daughter baby grandma grandpa kid child she's patient "
        "friend roommate brother sister him her me partner boyfriend girlfriend toddler uncle aunt neighbor",
        "them": "him her them me us dad mom mother father husband wife son daughter baby grandma grandpa kid child partner",
        "pills": "pills pill tylenol medication medicine meds tablets tablet bottle ibuprofen insulin opioids oxy xanax bleach "
        "ambien benadryl acetaminophen fentanyl heroin doses capsules battery magnet detergent poison chemicals antifreeze",
        "swell": "huge enormous ballooning swelling swollen swells swelled puffy closing closed tight tightening",
        "throat": "throat tongue lips airway windpipe",
        "bad": "severe severely excruciating unbearable worst intense horrible terrible agonizing insane extreme awful bad",
        "organ": "stomach abdomen abdominal belly head back side groin testicle testicles neck headache migraine pain",
        "gone": "gone lost losing loss disappeared black blurry blind dark double curtain",
        "wake": "wake waking awaken rouse respond responding arouse responsive",
        "dead": "dead die dying alive live living exist existing",
    }.items()
}
# Numbers that people read off a meter, as they type them.
LISTS["body"] = either(
    """
stomach abdomen belly head back side groin neck kidney kidneys headache migraine pain tooth ear ears throat chest leg legs arm
foot feet knee hip shoulder ribs eye eyes gallbladder stone stones cramps contractions incision wound hand jaw pelvis
"""
)
LISTS["child"] = either(
    "baby newborn infant toddler child kid son daughter kids boy girl preemie grandson granddaughter"
)
LISTS["sugar"] = frozenset(str(n) for n in (*range(20, 56), *range(300, 1000)))
LISTS["low"] = frozenset(f"{n}{sign}" for n in range(60, 91) for sign in ("", "%", "s"))
LISTS["hot"] = frozenset(f"{n}{part}" for n in range(103, 109) for part in ("", *(f".{i}" for i in range(10))))
LISTS["warm"] = LISTS["hot"] | {
    f"{n}{part}" for n in (100, 101, 102) for part in ("", *(f".{i}" for i in range(4, 10)))
}
LISTS["many"] = frozenset(str(n) for n in range(8, 101))
LISTS["celsius"] = frozenset(
    f"{n}{part}" for n in (38, 39, 40, 41) for part in ("", *(f"{p}{i}" for p in ".," for i in range(10)))
)
LISTS["rate"] = frozenset(str(n) for n in (*range(20, 40), *range(130, 260)))
LISTS["high"] = frozenset(str(n) for n in range(180, 280))
