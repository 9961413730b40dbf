"""The phrases behind each intent, English and Spanish, as tables that a front desk can read and correct.

The rule: what is on a line is one way of saying it (see `match` for the signs). Accents are already gone.
"""

from __future__ import annotations

from typing import Final

_VISIT = "appointment/appointments/visit/visits/slot/opening/openings/time/checkup/physical/consult/consultation/cleaning/exam/telehealth/spot/session"
_CITA = "cita/citas/consulta/turno/hora/visita/chequeo"
_ANY = "?a/an/the/my/our/his/her/any/your/next/new"

PHRASES: Final[dict[str, str]] = {
    "book": f"""
book/schedule/make/set/get/need/want/have/request/arrange/find/like/looking ?up ?for ?in ?me ?us {_ANY} * {_VISIT}
book/schedule * appointment/visit
need/want/like/trying/love/hoping * to be seen
need/want/like/trying/love/hoping/can/could * see/seeing ?a/the/my/dr doctor/provider/someone/dentist/specialist/nurse
to/can/could/i/we/need * get/come in
be/get seen
can/could/will/would you/u ?please see/squeeze/fit me/us/him/her
can/could/may i/we/you/he/she ?please/possibly * come in/by/see/seen
any/what/first/earliest/next/soonest/have/got ?the ?any ?you ?do ?is ?your ?next/earliest/soonest/available available/availability/opening/openings/slot/slots/appointment/appointments
availability
have/got/is ?there anything/something ?open/available ?on/for/this/next/in open/available/tomorrow/today/monday/tuesday/wednesday/thursday/friday/week
book/schedule/squeeze/fit/put me/us/him/her
put me/us down
next/first/earliest/soonest available
new patient
accepting/taking/take ?any ?new patients
establish care
sign up as/for
get/set ?me/us/him/her scheduled/booked
teeth/hair/eyes/ears cleaned/checked/examined
book/schedule my/our
set/put me/us/him/her up for/on/with
quiero/kiero ?una sita
sita
fit/squeeze/get/work me/us/him/her/them in
set up ?an appointment
to schedule $
to book $
schedule ?my/an/a/the annual/yearly/physical/cleaning/checkup/mammogram/surgery/procedure/visit/appointment
due for * {_VISIT}/annual
annual/yearly physical/checkup/exam/visit
walk ins
do you take/accept walk
quiero/quisiera/necesito/deseo/puedo/podria/gustaria/hacer/sacar/agendar/pedir/programar/reservar * {_CITA}
agendar/programar/reservar/sacar/pedir ?una/la/mi cita
una cita
hay/tienen/tiene * {_CITA}/disponible/disponibles/espacio
ver al/a/un ?la ?mi doctor/doctora/medico/dentista
que me vea/vean/atienda/atiendan
paciente nuevo/nueva
nuevo/nueva paciente
""",
    "reschedule": f"""
reschedule/rescheduling/rescheduled/rebook/reset
change/changing/move/moving/switch/switching/push/bump/shift/swap/adjust ?back ?up * {_VISIT}
change/move/switch/push/bump * to ?another ?a ?different ?next day/date/time/week/month/monday/tuesday/wednesday/thursday/friday/morning/afternoon
change/move/push/switch it ?back/up to
different/another/new/later/earlier/sooner/better/other day/date/time/slot/appointment
{_VISIT} * different/another/later/earlier/sooner day/date/time/week
come/see in/me later/earlier/sooner
cannot make/keep/do/attend/come ?it/to/my/the/in/tomorrow/today * {_VISIT}/today/tomorrow/monday/tuesday/wednesday/thursday/friday/it/then
cannot make ?it
not going to make * {_VISIT}/it
will/would not make/be ?able ?to ?make * {_VISIT}/it
will not be able to make/come/attend
not able to make/come/attend/keep * {_VISIT}/it/in
running late
going to be late
be/am/running ?a ?few/about/like * minutes late
missed my/our/his/her/the/today * {_VISIT}
i missed ?my/the appointment
something came up
conflict * {_VISIT}
{_VISIT} * conflict/does/will not ?work
does not work for me ?anymore
push/move it/that
do next/another/a week/day/time/different
can we do * instead
instead of * monday/tuesday/wednesday/thursday/friday/today/tomorrow
come/be/see at/in/me * instead
conflict on/with/that/for
postpone/postponed/postponing
cambiar/mover/reprogramar/reagendar/posponer/cambio ?mi/la/de/una/para * {_CITA}/dia/fecha/horario
reprogramar/reagendar/posponer
otro/otra/diferente dia/hora/fecha/horario
no puedo ir/llegar/asistir/venir
no voy a poder ir/llegar/asistir
no podre ir/llegar/asistir
perdi mi/la cita
voy a llegar tarde
llego tarde
""",
    "cancel": f"""
cancel/canceling/cancelling/canceled/cancelled * {_VISIT}/it/surgery/procedure
cancel/canceling/cancelling ?for ?my/our/the/his/her ?on today/tomorrow/tonight/monday/tuesday/wednesday/thursday/friday/saturday/sunday/am/pm/3pm/morning/afternoon/visit
need/want/have/like/going ?to to cancel
cancel my/our/his/her/the
{_VISIT} * cancel/cancelled/canceled
do not need * {_VISIT} ?anymore
no longer need/want * {_VISIT}
will not need * {_VISIT}
not coming ?in ?to
please cancel $
cancel please $
there/coming/it/tomorrow/today/in cancel $
take me/us/him/her off ?of ?the/your schedule/calendar/books
will not be there/coming/attending
call off
cancelar/cancele/cancelen/cancelo/anular ?mi/la/una/de * {_CITA}/manana/hoy
cancelar mi/la
quiero/necesito/tengo que/cancelar cancelar
quiero/necesito cancelar
no voy a ir
ya no necesito la/mi cita
""",
    "rebook": """
cancel * and/or/to/but * reschedule/rebook/move/change/another/new/later/different
cancel * reschedule
cancelar * y/o * reprogramar/cambiar/otra/otro/nueva
""",
    "confirm": f"""
confirm/confirming/confirmed/confirmo/confirmar/confirmada
will/i ?will ?see you/u then/there/tomorrow/monday/tuesday/wednesday/thursday/friday/today
see you/u then/there/tomorrow/at/monday/tuesday/wednesday/thursday/friday
we/i will be there
ill be there
i/we already booked
i booked ?it/online/my/a/the
booked it
already/just booked/scheduled/made
ahi/alli estare/estaremos
ya hice/saque/tengo ?la/mi/una cita
nos vemos
what/when/verify/check/remind/remember/forgot/is ?time ?day ?me ?is/was/of/what * my/our/his/her/the {_VISIT}
do i have * {_VISIT}
is my ?appointment {_VISIT} still
a que hora * {_CITA}
cuando es mi {_CITA}
""",
    "not booking": f"""
my/our/his/her/the ?last/previous/recent {_VISIT} was
have/had ?an/a/my {_VISIT} on/at/tomorrow/today/monday/tuesday/wednesday/thursday/friday/with/this/next/coming/scheduled/already
already have ?an/a appointment
i missed
tengo ?una cita manana/hoy/el/a/con
cancel
not/do ?to need/want an/to appointment/schedule
""",
    "billing": """
bill/bills/billing/billed/invoice/invoices/statement/statements/copay/copays/copayment/deductible/overcharged/charged/charge/charges
pay/paying/paid/payment/payments * ?my/the/on/for/online/off balance/bill/account/plan/online/card/invoice/over/phone
pay/payment/payments/refund/refunded/reimbursement/balance/collections/superbill/eob/financial
owe/owed/owing
how much * cost/be/is/charge/owe/pay/visit/it
how much does/do/is/will/would
cost/costs/price/prices/pricing/fee/fees/estimate
insurance/insurances/medicare/medicaid/aetna/cigna/humana/blue/bcbs/unitedhealthcare/kaiser/deductibles/coverage/covered
self/cash pay/price
credit/debit card
receipt
factura/facturas/cuenta/pago/pagos/pagar/pague/cobro/cobraron/cobros/deuda/saldo/seguro/aseguranza/medicaid/recibo/reembolso/costo
cuanto cuesta/debo/es/cobran/vale
""",
    "refill": """
refill/refills/refilled/refilling
renew/renewal/renewed ?my/the/of/a * prescription/medication/medicine/script/pills/inhaler
need/want/get/out/low/running/ran/send/called/call/sent/fill/filled/waiting/status/new/more/where/pick/ready * prescription/prescriptions/script/scripts
prescription/prescriptions/script * ready/sent/called/filled/pharmacy/renew/renewed/expired/ran/out/status/to
out/low ?of/on ?my/his/her/all * medication/medications/medicine/pills/inhaler/insulin/metformin/lisinopril/adderall/cream/drops/birth/meds/tablets/patches
run/running/ran/almost/nearly/all/completely out ?of ?my/his/her * medication/medications/medicine/pills/inhaler/insulin/control/drops/tablets
running/ran/run/getting low on
more ?of ?my/his/her medication/medicine/pills/insulin/inhaler/inhalers
need ?my/more/his/her/some * medication/medications/medicine/pills/inhaler
last/left/two/three/one/few * pill/pills/dose/doses/tablets left
pharmacy
cvs/walgreens/riteaid
prior auth/authorization
90/30 day supply
transfer * prescription
^ prescription
medication/medications/pills are/is/ran out
doctor/nurse/you/u/please/need/can renew/refill
terminaron/acabaron/acabo/termino mis/mi/la/las/el
have/got/only/just/with 1/2/3/4/5 ?more pills/pill/days/doses/tablets
1/2/3/4/5 pills/pill/doses/tablets left
receta/recetas/resurtir/resurtido/rellenar/relleno/refil/surtir/surtan
se me acabo/acabaron/terminaron/termino/acaba/acaban * medicina/medicinas/pastillas/medicamento/insulina/inhalador
necesito/quiero * medicina/medicinas/medicamento/medicamentos/pastillas/insulina
mas medicina/pastillas/medicamento
farmacia
""",
    "records": """
medical/health/dental/my/his/her/our/vaccine/vaccination/immunization/shot/the/send/copy/copies/get/release/transfer/request ?of ?my/the/his/her ?medical record/records
records/chart * sent/faxed/emailed/transferred/copy/release/request/to
immunization/vaccination/vaccine/shot record/records/history/card
copy/copies * records/chart/file/immunization/xrays/images/notes/visit
doctors/work/school/sick note/excuse/letter
note for work/school/gym
fmla/disability/school/physical/sports/camp/insurance/dmv paperwork/form/forms/papers
forms/form/paperwork * filled/signed/completed/fill/sign
fmla
release of information
after visit summary
expediente/historial/expedientes/historia medico/medicos/medica
expediente
registros medicos/de
carta/justificante/nota/constancia ?medica para/de/del ?el/la/mi trabajo/escuela/medica
cartilla/registro de vacunas
""",
    "referral": """
referral/referrals/referred
refer me/him/her/us
need * specialist
recommend ?a/me/another * specialist/doctor/therapist
second opinion
order/orders * mri/xray/ct/mammogram/ultrasound/labs/therapy/imaging
referido/referencia/referir/referencias/especialista/derivacion
""",
    "results": """
result/results
labs/lab/test/bloodwork/biopsy/scan/xray/mri/mammogram/ultrasound/pathology/culture ?work/test/result * back/in/ready/come/came/say/show/normal/results
did/have/are/is/get/check * labs/bloodwork/biopsy/xray/mri/scan * back/in/ready/come/came
any/hear ?word/news on/about ?my/the/his/her biopsy/labs/test/tests/mri/scan/bloodwork/xray
hear/heard back * test/labs/bloodwork/biopsy/mri
blood work
lab/labs
resultado/resultados
analisis/examenes/laboratorio/laboratorios
""",
    "clinical": """
sick/fever/feverish/cough/coughing/rash/vomit/vomiting/vomited/nausea/nauseous/diarrhea/infection/infected/swollen/swelling/sore
dizzy/dizziness/lightheaded/headache/headaches/migraine/migraines/hurts/hurt/hurting/pain/pains/painful/ache/aches/aching
symptom/symptoms/bleeding/itchy/itching/itches/hives/bump/lump/bruise/bruised/cramps/cramping/chills/congestion/congested
earache/toothache/uti/strep/flu/covid/pneumonia/constipated/constipation/pus/oozing/discharge/numb/tingling/anxiety/anxious/panic/depressed/depression
worse/worsening/side effect/effects/reaction
side effects
not feeling ?very/so/too good/well/right
feel/feeling/feels * worse/bad/terrible/awful/horrible/off/weird/weak/sick/unwell/crappy/lousy
temp/temperature ?of 99/100/101/102
blood pressure/sugar ?is ?was ?has ?been ?so high/low/up/down/spiking/over/reading
allergic/allergy/allergies
stitches/incision/wound/bandage
should i/he/she/we ?still/keep/stop/be * take/taking/worried/concerned/medication/dose
can i take/mix/drink/eat/use
stop/start/keep taking
how much/many ?of ?the * take/dose/tylenol/medication/medicine
dose/dosage/dosing
question/questions ?about/for ?my/the/a * medication/medicine/doctor/nurse/prescription/dose/surgery/procedure
talk/speak * nurse/doctor/provider
nurse
pregnant/pregnancy
stomach/bladder * bug/hurts/upset/issue/issues/problem/problems
throwing up
lost ?a/my tooth/filling/crown
chipped/broken/cracked tooth
sprained/twisted/sprain
bug bite
pink eye
doctor/medicine/medication * not working/helping
duele/dolor/dolores/fiebre/calentura/tos/vomito/vomitando/nausea/nauseas/mareo/mareado/mareada/enfermo/enferma/gripe/gripa/infeccion
sintomas/sangrado/hinchado/hinchada/ronchas/comezon/diarrea/alergia/ardor/ansiedad/deprimida/deprimido/herida
me siento ?muy mal/peor/debil/enfermo/enferma
me arde/pica
efectos secundarios
enfermera
embarazada
""",
    "call": """
call/phone/ring ?me ?us ?him ?her ?please back
call/phone/ring me/us
give me/us ?a ?quick call/ring
have/get someone/somebody/doctor/nurse/anyone/them * call/phone/contact
can/could/would/will someone/somebody/anyone/you/u ?please * call
want/need/like/prefer/expecting/waiting ?for ?to ?have/get/a * call/callback ?back ?from
return my call
returning your/a call
talk/speak ?to ?with ?a ?real ?live person/human/someone/somebody/receptionist/representative/operator
llamenme/llameme/llamame/llamarme/marquenme/marqueme
me pueden/puede/podrian/podria llamar/marcar
necesito/quiero ?que ?me hablar/llamen/llame
devuelvan/regresen/devolver ?la/mi llamada
""",
}
