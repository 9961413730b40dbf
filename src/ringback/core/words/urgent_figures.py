"""Words that sound like danger and are none, as tables that a front desk can read and correct.

The rule: a line names its own words closely and takes only these out of the search, so that danger said beside
them is still found; no line has a gap. What is plainly office talk (`OFFICE`) leaves nothing behind; a figure of speech (`IDIOMS`)
still goes to a person, because it may be meant.
"""

from __future__ import annotations

from typing import Final

_ER = "er/emergency/ambulance/hospital/911"
_PAPER = "bill/bills/billing/charge/charges/invoice/invoices/copay/statement/statements/claim/claims/balance/records/report/paperwork/discharge"

OFFICE: Final = f"""
{_ER}/overdose ?room/department ?visit/ride/care/transport/stay {_PAPER}/followup
{_ER} follow up
bill/bills/billed/charge/charges/charged/invoice/copay/statement/claim/balance/records/payment ?from/for/of ?my/the/an/last/his/her {_ER}
emergency contact/contacts/number/fund/savings
not urgent
not an/a urgent/emergency
no/non emergency/urgent/rush
nothing urgent
if this is urgent reply urgent
urgent care ?visit {_PAPER}/bill/hours/location/address
flu/covid/allergy/tetanus/shingles/booster shot/shots
stroke/seizure/heart/bleeding awareness/walk/fundraiser/prevention
breast/swim/back/golf stroke
stroke of luck/genius
different strokes
suicide squad/prevention/awareness/training
choking hazard
blind spot/date/dates
by heart
heart set on
passed/passing out flyers/cards/forms/candy
fainted flyers
poison/poisoned ivy/oak
broke the bank
hit the nail on the head
killed/killing ?some time
kill ?some time
kill two birds
bite/bit the bullet
shot in the dark
dead battery/end/zone
phone/battery/car/laptop/computer ?just ?is ?has ?battery died/dead/dying
call/line/connection ?just ?was ?got ?kept ?keeps dropped
app/website/page/portal/link ?just ?has ?keeps collapsed/crashed/dead/died/dying
cannot see the/a/my doctor/dentist/provider/link/page/bill/invoice/website/form/portal/appointment/appointments/message/messages/results/anyone/anybody/times
cannot see any/anything ?open/available appointments/openings/slots/available/online/times
^ ?sorry ?i cannot talk right now
^ ?sorry ?i cannot talk now
phone/hold/portal/booking/scheduling/billing system
cut my/the/our visit/trip/stay/appointment/vacation short
shoot me/you/us a/an text/email/message/line/call/note
hit me up
beat me to it/the
blood work/test/tests/draw/drawn
refill/refills/renew/renewal ?of ?for ?on ?my ?his ?her ?the ?an epipen
epipen refill/prescription/expired/expires
factura/facturas/cuenta/cobro/cobros ?de ?la ?del ?por ?sala ?de emergencias/emergencia/urgencias/ambulancia/hospital
no es ?una ?muy emergencia/urgente
sin urgencia
emergency dental/dept/department/hours/exam/slot/visit/appointment
cuanto cuesta/cobran ?la ambulancia
urgent/urgently ?need/request/for ?a ?my records/note/form/letter
its urgent i get/need
"""

IDIOMS: Final = """
dying to get/see/know/hear/try/meet/have/come/be/schedule/book/find/go
dying for a/an
dying of boredom/laughter/curiosity
dying here/over
hold/wait/waiting/queue ?is ?and dying
kills/killing me with/on
killing me ?on ?with ?the ?this hold/music/wait/waiting/prices/bill/bills/paperwork/phone/copay/schedule/forms
hold/music/wait/waiting/paperwork/forms/bill/prices/copay/website/portal ?is ?time ?times ?are killing me
waited/waiting/hold to death
bored/worried/tired to death
scared to death of needles/dentist/dentists/shots
laughed/laughing/laugh ?so hard die/dying/choking/choked/died
sick to death of
die/died/dying ?from ?of laughing
lol dead/dying/died
gave/give/giving me a heart attack
had/have/having ?almost ?a heart attack when ?i saw/seeing/opened/got ?the/my/your/this bill/price/invoice/statement
heart attack over/seeing/at/looking ?at ?the/my/this/your bill/price/cost/charge/invoice/balance
choked/choking on/at/when ?i ?saw ?seeing ?the/my/this/your bill/price/cost
die for a/an
bleeding money/me/edge/heart/hearts/dry
over my dead body
breath of fresh
save/waste/wasting/saving your/my breath
out of breath calling/dialing
drop dead gorgeous
could/would kill for
if looks could kill
could just die
fee/fees/parking/cost/price/wait ?is ?a heart attack
bleeding ?has stopped
stopped bleeding
wait/waiting/traffic/work/school/boss/kids ?is ?are killing me
swallowed/swallow his/her/my/our/their pride
hurt/hurting/kills my wallet/feelings/pocket
wrong stop beating around
stop beating around
beating around
at my wits end
pain in the neck/butt/ass/rear
a pain to get/deal/reach/schedule/use/do/book
a pain trying/dealing/scheduling
not/to/such ?a be a pain
growing pains
painful/pain ?to ?be ?on hold/website/portal/process/paperwork
headache of a
headache to/dealing deal/with/get
headache with billing/insurance
worried sick
sick and tired
allergic reaction to ?the/my/your/this bill/price/prices/paperwork/mondays/math
cannot do/take this anymore with/because/about ?your ?the ?this phone/system/hold/portal/website/billing/insurance
keep/keeps killing me $
muero/muriendo por ?una/un/ver/saber/entrar
muero/muriendo de ganas/risa/hambre/sueno/frio/calor
mata/matando la/el espera/musica/precio
"""
