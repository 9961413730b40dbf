"""Danger in oblique words pages; the same words in ordinary business do not.

Both lists were written as fresh messages and read before any rule was changed for them; since then they are known to
the rules, so they guard against losing ground and measure nothing.
"""

from __future__ import annotations

import pytest

from ringback.core.words import read

DANGER = """
my left side went numb about ten minutes ago
husband is sweating and says theres pressure in his chest
I feel like theres an elephant sitting on me and i cant get air
grandma is talking but its all nonsense
she woke up and half her face isnt moving
my son ate peanut butter and his lips are huge
bee sting and now my throat feels tight
i took way more of my pain pills than im supposed to
my brother isn't answering and there are empty pill bottles
i dont think i can keep myself safe tonight
id rather not be alive
nobody would care if i was gone
i have the gun next to me
bled through two towels since this morning
nose has been bleeding for 45 minutes
14 weeks pregnant and bleeding bright red
32 weeks and i havent felt him move since last night
my water broke and im only 30 weeks
newborn is not eating and feels really hot
6 week old temp 101.2
our 2 month old is limp and wont wake to feed
daughter is having a fit and its been 6 minutes
dad fell and is not making sense, hes on warfarin
mom fell down stairs cant move her legs
my boyfriend choked me and i can't swallow
he is outside my door with a knife
i was assaulted last night and need help
coughing up blood since this am
throwing up stuff that looks like coffee grounds
stool is black like tar and im dizzy
sugar is 38 and she is confused
my blood sugar is 540 and im throwing up
bp 220 over 120 with a bad headache
worst headache ever came on all at once
lost vision in my right eye suddenly
my leg is swollen and now i cant catch my breath
can't stop throwing up and i passed out twice
i blacked out while driving
heart is going 180 and wont slow down
chest feels weird and my arm is tingling
she is turning blue
hes choking please help
toddler swallowed a button battery
my kid drank some bleach
carbon monoxide alarm is going off and were all dizzy
testicle pain came on suddenly really bad
fever 104.5 wont come down
stiff neck fever and light hurts her eyes
my incision is open and i can see inside
im having contractions every 3 minutes at 33 weeks
i cant feel my legs and cant pee
he keeps seeing things that arent there and hes talking about ending it
i think im having a stroke
her inhaler isnt helping and shes working hard to breathe
he is gasping
burned her arm with boiling water skin is peeling
he was stabbed
she hung up saying goodbye forever and took pills
can barely talk cause im so short of breath
wont stop shaking eyes rolled back
mi esposo tiene un dolor fuerte en el pecho
mi mama no me responde
no siento la mitad de mi cara
mi bebe de 3 semanas tiene calentura
estoy sangrando mucho y tengo 20 semanas
ya no quiero seguir viviendo
mi hijo se tomo unas pastillas de la abuela
no puedo respirar bien
se desmayo y no despierta
mi hermano se quiere matar
se le hincho la lengua y no puede tragar
me duele mucho el pecho y el brazo izquierdo
esta convulsionando
mi papa se cayo y se pego en la cabeza
el bebe no se ha movido hoy
me pega mi esposo y tengo miedo
se me durmio la mitad del cuerpo
vomito con sangre
mi nina no puede respirar
tiene los labios morados
something is wrong my right hand stopped working and i cant find words
my husbands jaw hurts and hes clammy
feels like a brick on my chest
i keep waking up unable to breathe
my throat is swelling after shrimp
she broke out in hives and is wheezing
accidentally gave my son adult dose of benadryl x3
took 15 ambien
my sister texted that she wants to end everything
i cut too deep this time
i don't want to wake up tomorrow
whats the point anymore im done
stabbing pain in my lower belly and positive pregnancy test
passing clots the size of golf balls
the baby stopped kicking
bright red blood filling the toilet
after my tonsil surgery i'm spitting blood
kid fell from the top bunk and is throwing up
two week old won't nurse and is yellow and sleepy
my 1 month old has 100.9
grandpa is unresponsive
mom is diabetic and not waking
glucose meter says LO
dialysis patient missed 3 sessions and cant breathe lying flat
my face is drooping
arm went dead and im slurring
my vision went black for a minute
eye hurts after bleach splashed
i cant pee for 20 hours and belly is huge
hit by a car now my stomach is hard
i think i broke my hip
he drank drano
my ex is threatening to kill me
someone raped me
my son says voices tell him to hurt us
withdrawing from alcohol and seeing bugs on the wall
i'm shaking sweating and my heart is racing
passed out in the shower
seizure again this morning, third one
port site is red and i have chills and fever
chest discomfort when i walk
cant swallow my own spit
burn on my face from grease
snakebite on ankle
finger cut off
hurry my wife isnt breathing
need an ambulance
suicidal thoughts are back
pain in my calf and short of breath after flight
my water just broke at 25 wks
me falta el aire
mi esposa se desmayo en el bano
dolor de pecho desde anoche
mi hijo trago una moneda y no respira bien
quiero acabar con todo
mi abuela tiene la boca chueca
sangro mucho por la nariz y no para
me tome todas las pastillas
mi bebe tiene 39.5
mi novio me quiere matar
i want to hurt my baby
"""
ORDINARY = """
can i get the first slot friday morning
need to move my 2pm to next week
what's the copay for a new patient visit
do you take united healthcare
i need my lisinopril refilled at cvs on main
please send my records to dr patel
did my bloodwork come back
can you fax the referral to the specialist
im running 10 minutes late
is parking free at your office
my insurance changed who do i tell
i left my umbrella in the waiting room
thanks so much see you monday
i'd kill for an appointment this week
been on hold forever, i'm dying here
that bill nearly gave me a heart attack
ER visit bill from last march
i was told to follow up after my er visit
had a heart attack in 2015, need to schedule my yearly check
history of seizures and need a medication refill
need a note for work
what time do you open
my daughter needs a school physical
can my wife come with me to the visit
the website crashed when i tried to book
my phone died sorry, can you resend the link
need to cancel thursday, kids have a recital
i no longer need the appointment
can the nurse call me about my prescription dose
how do i pay online
flu shot availability?
does dr lee do telehealth
i missed your call what's up
is this the clinic on 5th
we moved, new address is 12 oak st
i want to change doctors
can i bring my dog lol
stop by tomorrow to pick up forms ok?
my son has a mild cold, can he still get his vaccine
no pain anymore, feeling great, do i still need the follow up
not urgent just wondering about my bill
it's not an emergency, i need a physical
blood pressure check appointment please
pressure washing crew blocked your driveway
heartburn question for the doctor
my chest xray was ordered, where do i go
need chest x-ray results
stroke rehab paperwork needs a signature
suicide prevention flyer, who do i give it to
my back hurts after gardening, can i come in next week
sore throat since yesterday
kid has pink eye
allergic to penicillin, please update chart
do you treat migraines
pregnant and looking for a new ob
schedule 20 week ultrasound
my baby is due for shots at 4 months
i need to see someone about my knee
can i get a breast exam scheduled
overdue for a mammogram
quiero cambiar mi cita para el viernes
cuanto debo de mi cuenta
necesito una receta nueva
mis resultados ya estan
a que hora abren
necesito una carta para la escuela
me muero por saber los resultados
perdon voy a llegar tarde
mi hija necesita sus vacunas
gracias muy amable
can i be seen before noon thursday
do you have saturday hours
please resend the form link
i paid my bill last week why another one
my pharmacy says they never got the script
reschedule us to the 14th
need copies of my mri
is dr gomez back from vacation
i am outside the building which door
please put me on the waitlist
can you see me at 4 instead of 3
my husband will drive me home after the procedure
i said 4pm not 3pm
do i need to fast before labs
you guys are killing it thanks
i died when i saw the price lol
need a ride to my visit
our house burned down last year so address changed
heart doctor referral please
lung cancer screening appointment
blood draw tomorrow at 8?
how long is the wait
i need my gun permit medical form signed
my arm cast comes off when
physical therapy for my shoulder
my daughter has a rash can we come in
can i take tylenol with my cold medicine
i took my last pill today need refill
my heart rate monitor order status
chest cold for 3 days
ran out of inhaler need refill
talked to nurse and she said hurting is normal
my mom said ending appointments at 5 works
seeing things clearer with new glasses thanks
my kid goes to school on the left side of 5th
he takes more than one medication can you list them
empty pill bottle, need a refill
i have to keep my appointment
keep me posted
do you have anything next to me near zip 30301
what is the latest time tuesday
sorry wrong date i meant friday
confirming tomorrow 9am
can you mail the receipt
my copay was $30 not 50
need paperwork for fmla
do you treat kids
who is calling please
no rush whenever
necesito cambiar la fecha
tienen cita el lunes
cuanto cuesta la consulta
quiero hablar con la recepcionista
mi medicina se termino
ya pague
necesito mis documentos
donde estan ubicados
mi hijo necesita examen fisico
no siento que sea urgente gracias
"""


@pytest.mark.parametrize("text", DANGER.strip().splitlines())
def test_oblique_danger_pages(text: str) -> None:
    assert read(text).attention == "page"


@pytest.mark.parametrize("text", ORDINARY.strip().splitlines())
def test_ordinary_business_pages_nobody(text: str) -> None:
    assert not read(text).urgent
