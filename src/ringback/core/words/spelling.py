"""Shorthand, pairs and near misses of the words that matter.

The rule: a word is put right only when it is one letter away (added, dropped, changed or two swapped) from
exactly one word that a rule needs, has five letters or more and the same first letter, and is no word in its
own right.
"""

from __future__ import annotations

from typing import Final

from ringback.core.words.lists import either

SHORTHAND: Final[dict[str, tuple[str, ...]]] = {
    short: tuple(full.split())
    for short, full in (
        line.split("=")
        for line in """
u=you
ur=your
r=are
pls=please
plz=please
plse=please
appt=appointment
appts=appointments
apt=appointment
apts=appointments
appmt=appointment
apptmt=appointment
apoint=appointment
apointment=appointment
appoinment=appointment
appointmnt=appointment
resched=reschedule
resch=reschedule
rescedule=reschedule
reschdule=reschedule
tmrw=tomorrow
tmr=tomorrow
tmw=tomorrow
tmrrw=tomorrow
tom=tomorrow
2moro=tomorrow
2morrow=tomorrow
rx=prescription
rxs=prescriptions
perscription=prescription
perscriptions=prescriptions
med=medication
meds=medications
msg=message
msgs=messages
txt=text
txts=texts
txting=texting
dr=doctor
doc=doctor
docs=doctors
w=with
b4=before
thx=thanks
tx=thanks
ty=thanks
tks=thanks
thnx=thanks
thanx=thanks
ya=you
gonna=going to
wanna=want to
gotta=got to
dont=do not
doesnt=does not
didnt=did not
wont=will not
isnt=is not
arent=are not
wasnt=was not
havent=have not
hasnt=has not
cant=cannot
couldnt=cannot
cudnt=cannot
carnt=cannot
im=i am
ive=i have
hes=he is
shes=she is
theyre=they are
whos=who is
whats=what is
thats=that is
theres=there is
aint=is not
breth=breathe
breathin=breathing
breething=breathing
brething=breathing
braething=breathing
siezure=seizure
seisure=seizure
siezures=seizures
seezure=seizure
sucide=suicide
suside=suicide
sucidal=suicidal
suicidle=suicidal
unconcious=unconscious
unconsious=unconscious
uncounscious=unconscious
unresponsive=unresponsive
anaphalaxis=anaphylaxis
anaphylactic=anaphylaxis
anafilaxia=anafilaxia
chst=chest
chets=chest
brth=breathe
breeth=breathe
breate=breathe
breah=breathe
blod=blood
bood=blood
bledding=bleeding
stroak=stroke
emergancy=emergency
urgant=urgent
refil=refill
refils=refills
cancle=cancel
cancal=cancel
cansel=cancel
canel=cancel
reults=results
bleding=bleeding
bleedin=bleeding
nosebleed=nose bleeding
nosebleeds=nose bleeding
heartattack=heart attack
chestpain=chest pain
chestpains=chest pain
cheast=chest
pian=pain
paine=pain
preg=pregnant
pregnat=pregnant
pregnent=pregnant
pregant=pregnant
xq=porque
pq=porque
tmb=tambien
""".strip().splitlines()
    )
}

PAIRS: Final[dict[tuple[str, str], str]] = {
    ("can", "not"): "cannot",
    ("could", "not"): "cannot",
    ("un", "subscribe"): "unsubscribe",
    ("no", "body"): "nobody",
    ("re", "schedule"): "reschedule",
    ("wake", "ing"): "waking",
    ("some", "one"): "someone",
    ("over", "dose"): "overdose",
    ("over", "dosed"): "overdosed",
    ("black", "out"): "blackout",
    ("passed", "out"): "fainted",
    ("passing", "out"): "fainting",
    ("pass", "out"): "faint",
    ("passes", "out"): "faints",
    ("blacked", "out"): "fainted",
    ("blacking", "out"): "fainting",
    ("throwing", "up"): "vomiting",
    ("threw", "up"): "vomited",
    ("throw", "up"): "vomit",
}

MEND: Final = either(
    """
appointment appointments reschedule rescheduled rescheduling cancel canceled cancelled cancelling
prescription prescriptions refill refills billing invoice insurance balance payment referral records
results medication medications pharmacy schedule available availability unsubscribe texting messages
message number chest breathe breathing bleeding overdose overdosed suicide suicidal unconscious
unresponsive seizure seizures stroke anaphylaxis allergic pregnant pregnancy swelling swollen
numbness droopy drooping slurred speech choking fainted fainting collapsed collapse emergency urgent
hemorrhage hemorrhaging assaulted attacked stabbed severe vomiting dizzy fever throat tongue
contractions miscarriage poisoned swallowed respirar sangrando sangre emergencia urgente embarazada
sobredosis suicidarme matarme desmayo desmayado inconsciente convulsion convulsiones pecho cancelar
cambiar receta factura please doctor infection antibiotic ambulance weakness confused vision
headache cannot asleep waking
"""
)

REAL: Final = either(
    """
cancer cancers strike stroked stroll strokes chess cheat cheap chert crest breath breathed breather
breathes breeding bleedin feeder fever never fewer number numbers numbered lumber massage massages
passage massaged result record refilled filling railing fainter painted feinted visions mission bill
pilling willing filing tongues through threat thread throat throats reverse server several sever
sangra sangre sangro urgency urgencia urgencias emergencias emergencies attached attack stable
scheduled schedules scheduler schedule availably speeches species waiting walking making taking
wakings waning cannon cannot canoe choosing chocking choking cooking chopping bleeding pleading
please pleased pleases pleasure lease swallow swallows swelling spelling smelling dwelling recent
receta recetas secreta respirara pagar facturas cambio cambia cambiara cambian cancela cancelo
cancelan cancelara cancelada pechos hecho derecho becho dizzily doctors doctored vomited vomits
serve seven fevers payments referrals referred referral billings balances balanced dilling
infections inflection messaged messenger texts testing tasting resting nesting insurances invoices
invoiced stressed stroked pregnancy severed severely confuse confuses headaches weakens numb
resulting suspicion mentions mention collapses collapsing
"""
)

_ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz"


def _near(word: str) -> set[str]:
    cuts = [(word[:i], word[i:]) for i in range(1, len(word) + 1)]
    near = {a + b[1:] for a, b in cuts if b}
    near |= {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    near |= {a + c + b[1:] for a, b in cuts if b for c in _ALPHABET}
    near |= {a + c + b for a, b in cuts for c in _ALPHABET}
    return near


def _table() -> dict[str, str]:
    table: dict[str, str] = {}
    clash: set[str] = set()
    for word in sorted(MEND):
        for miss in _near(word):
            other = table.setdefault(miss, word)
            if other[:5] != word[:5]:
                clash.add(miss)
    for miss in clash | MEND | REAL:
        table.pop(miss, None)
    return table


_NEAR: Final = _table()


def mend(word: str) -> str:
    """The word that was meant, or the word itself."""
    return _NEAR.get(word, word) if len(word) > 4 else word
