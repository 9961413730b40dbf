"""Figures of speech that sound like danger and are none, and words of danger in scripts that are not read.

The rule: a figure of speech takes only its own words out of the reading; what stands beside it still counts.
"""

from __future__ import annotations

from typing import Final

FIGURES: Final = """
dying to get/see/know/hear/try/meet/have/come/be/schedule/book/find
dying for a/an/to
dying of boredom/laughter/curiosity
killing me with/on
kills/killing me * hold/music/wait/waiting/prices/bill/bills/paperwork/phone/copay/schedule/forms
hold/music/wait/waiting/paperwork/forms/bill/prices/phone/copay/this/website/portal * killing me
waited/waiting/hold/holding * killing/dying/die
bored to death
scared to death of needles/dentist/dentists/shots
worried to death
laughed/laughing/laugh * die/dying/choking/choked
sick to death of
tired to death
die/died laughing
heart attack * bill/price/cost/charge/invoice/balance/copay/amount
bill/price/cost/charge/invoice/balance/copay/amount * heart attack/stroke/faint/fainted
choked/choking/choke * bill/price/cost
er/emergency/ambulance/hospital/overdose ?room/department/visit/ride/care/transport bill/bills/billing/charge/charges/invoice/copay/statement/claim/balance/records/record/report/visit/paperwork/discharge/followup/follow/contact/contacts/payment
bill/bills/billing/charge/charges/charged/invoice/copay/statement/claim/balance/records/payment/pay * er/emergency/ambulance/hospital/911
emergency contact/contacts/number/fund/savings
die for a/an/the
almost/nearly had a heart attack
near heart attack
have/had/having/give/gave ?me ?you ?him ?her a heart attack when/over/seeing/at
passed/passing out flyers/cards/forms/candy
fainted flyers
muero/muriendo por ?una/un/ver/saber/entrar
muero/muriendo de ganas/risa/hambre/sueno/frio
mata/matando la/el espera/musica/precio
cannot talk right ?now
cannot talk now
factura/cuenta/cobro ** emergencias/emergencia/urgencias/ambulancia
no es ?una ?muy emergencia/urgente
sin urgencia
headache/headaches of/to/with/dealing a/your/the/deal/billing/insurance
worried sick
sick and tired
sick of waiting/calling/this
urgent care
not urgent/emergency
not an/a urgent/emergency
no/non emergency/urgent/rush
nothing urgent
stroke of luck/genius
different strokes
breast/swim/back/golf stroke
bleeding money/me/edge/heart/hearts/dry
over my dead
breath of fresh
save your breath
take/took/taking my breath away
holding my breath
catch my breath after
waste my breath
out of breath trying/calling/dialing/climbing/running/after
drop dead gorgeous
dead battery/phone/line/end
phone * died/dead/dying
battery * died/dead/dying
car * died/dead/dying/battery
hit * head on the nail
hit * nail on the head
heart set on
by heart
bite/bit the bullet
shot in the arm/dark
flu/covid/allergy/tetanus/shingles/booster shot
shoot me/you/us a/an/over
shoot you
call/calls/phone/line/connection/internet/app/website/page/portal/link/it/got/kept/keeps * dropped/collapsed/choked
beat me to
hit me up/with/back
hit * head start
killed/killing it/time
kill time
kill two
could/would/i kill for
if looks could
broke the bank
blind spot
blind date
choking hazard
could just die
almost/nearly died when/of/at
i am dead
lol * dead/dying/died
lol
dying over
died of/from laughing
fee/fees/parking/cost/price/wait ?is ?a heart attack
emergency dental/dept/department/hours/exam/slot/visit/appointment
bleeding ?has stopped
stopped bleeding
passed out of
cuanto cuesta/cobran ?la ambulancia
wait/waiting/traffic/work/school/boss/kids killing me
swallowed/swallow pride/my/her/his pride
sick and tired
urgent/urgently ?need/request/for ?a ?my records/note/form/letter
its urgent i get/need
wrong/stop beating
beating around
suicide squad/prevention/awareness/training/drinks
stroke/seizure/heart/bleeding awareness/walk/fundraiser/prevention
heart racing movie
poison/poisoned ivy/oak
my life is over if
at my wits end
pain in the/my ?@organ neck/butt/ass/rear
a pain to/getting/trying
be a pain
growing pains
painful/pain * hold/website/portal/phone/process/paperwork
"""

SCRIPTS: Final = (
    ("胸痛", "heart signs"),
    ("胸口", "heart signs"),
    ("呼吸困难", "trouble breathing"),
    ("呼吸困難", "trouble breathing"),
    ("不能呼吸", "trouble breathing"),
    ("救命", "says it is urgent"),
    ("自杀", "suicide or self-harm"),
    ("自殺", "suicide or self-harm"),
    ("想死", "suicide or self-harm"),
    ("大出血", "heavy bleeding"),
    ("昏迷", "fainted or not responding"),
    ("急救", "says it is urgent"),
    ("не могу дышать", "trouble breathing"),
    ("боль в груди", "heart signs"),
    ("самоуби", "suicide or self-harm"),
    ("хочу умереть", "suicide or self-harm"),
    ("가슴", "heart signs"),
    ("숨을", "trouble breathing"),
    ("자살", "suicide or self-harm"),
    ("انتحار", "suicide or self-harm"),
    ("ألم في الصدر", "heart signs"),
    ("khó thở", "trouble breathing"),
    ("đau ngực", "heart signs"),
    ("tự tử", "suicide or self-harm"),
    ("cấp cứu", "says it is urgent"),
)
