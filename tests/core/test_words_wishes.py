"""Messages as patients write them, by what the front desk must understand of them."""

from __future__ import annotations

import pytest

from ringback.core.words import read


def lines(table: str) -> list[str]:
    return [line for line in table.strip().splitlines() if line]


WISHES = {
    "book": """
I need an appointment
can i schedule a visit for next week
do you have anything open tomorrow
I'd like to be seen
looking to get in with dr smith
new patient looking for pcp
want to make appt for my son
when is your next opening
can I come in today
book me for friday please
any availability this week?
need to see the doctor
quiero una cita
necesito una cita para mi hija
me gustaria agendar una cita
tienen espacio mañana
id like to set up a time to come in
1 please
schedule a physical
are you taking new patients
whens the soonest i can get in
wanna get my teeth cleaned
need an appt asap
My son needs a checkup
could i see someone this week
id like an appointment w dr patel on thurs
hoping to schedule my annual
Can you book my daughter in for her 6 month visit
hi i was calling to make an appointment
I called earlier to schedule
do u have anything sooner or any openings mon
set me up for next tues
need 2 come in
cita por favor
busco una cita para el lunes
kiero una sita
i want to come see the dr
""",
    "reschedule": """
need to reschedule
can i move my appointment to friday
i cant make it tomorrow
something came up, can we do another day
change my appt
can we push it back an hour
running late
need a different time
quiero cambiar mi cita
no puedo ir mañana
can I get an earlier appointment
I missed my appointment
won't be able to make it today
switch me to thursday
can we do next week instead
2
can't come tomorrow can we change
i have to work, need another day
move my appt pls
is there a later time i can come
i need to switch my time
can i come at 4 instead of 3
I have a conflict on the 5th
need to push my appointment to next week
rescheduling please
necesito cambiar la cita del lunes
im gonna be late
""",
    "cancel": """
cancel my appointment
please cancel tomorrow
I wont be coming in
need to cancel my son's visit
cancelar mi cita
I no longer need the appointment
cancel my 3pm
i have to cancel
I have to cancel for tomorrow
cant come please cancel
cancel tuesdays appt
please take me off the schedule for friday
not going to be there tomorrow, cancel
quiero cancelar mi cita del martes
""",
    "billing": """
question about my bill
how much do i owe
do you take aetna
can i set up a payment plan
i was charged twice
what's my copay
cuanto debo
tengo una pregunta de mi factura
my insurance changed
why did i get this statement
i want to pay my balance
how much is a visit without insurance
got a bill i dont understand
do you accept medicaid
can i pay over the phone
my card was charged wrong
insurance says you never sent the claim
i need an itemized statement
me llego una factura
aceptan mi seguro
""",
    "refill": """
need a refill
im out of my meds
my pharmacy hasnt received the script
can you send my prescription to cvs
refill lisinopril please
running low on insulin
necesito mi receta
se me acabo la medicina
need my blood pressure pills
is my prescription ready
renew my rx
almost out of metformin
my pharmacy says they need your approval
meds are out
please send in my rx
can dr renew my lisinopril
walgreens is waiting on you
i have 2 pills left
im out of inhaler
se terminaron mis pastillas
puede mandar mi receta a la farmacia
""",
    "records": """
need my medical records
can you fax my records to dr jones
copy of my immunization record
need a work note
can you fill out fmla forms
school physical form
send my records to my new doctor
i need a doctors note for work
need my shot records for school
copy of my chart
necesito una carta para el trabajo
""",
    "referral": """
need a referral to cardiology
did you send my referral
can you refer me to a dermatologist
necesito un referido
i need to be referred to ortho
has the referral gone through
""",
    "results": """
are my results in
calling about my lab results
did my labs come back
mis resultados
any word on my biopsy
was my mri normal
did you get my test results
are my labs back yet
when will i hear about my xray
bloodwork results pls
""",
    "clinical": """
I have a sore throat
my knee hurts
rash getting worse
can i take tylenol with this
feeling dizzy
tengo fiebre y tos
question for the nurse
side effects from new med
should i be worried about this bump
my ear hurts
i have a fever
baby has a rash
can i take ibuprofen
i think i have the flu
my incision is red
throwing up since last night
is it normal to be dizzy on this med
me duele la cabeza
""",
    "other": """
what are your hours
where are you located
hello
hi
do you have parking
i left my jacket there
call me back
CALL
?
asdf
who is this
Dr smith told me to ask
its me again
5
other
where is your office
are you open saturday
whats your fax number
who called me
i have a question
can someone help
hello?
is anyone there
test
what is this about
""",
    "language": """
do you speak spanish
necesito interprete
hablan espanol
i need an asl interpreter
我需要预约
Мне нужна запись
""",
    "confirm": """
confirm
yes
C
I confirm my appointment
I'll be there
see you tomorrow
what time is my appointment
si confirmo
already booked online
""",
}
STOPS = """
please stop texting me
remove me from your list
no more texts
lose my number
Stop messaging me please
do not text me again
don't contact me by text
I no longer wish to receive these messages
quit texting me
unsubscribe me from this
leave me alone
take my number off your list
I do not consent to text messages
stop sending me these
please delete my number
can you not text me
enough with the texts
I revoke my consent
cease all communication
stop w the texts
no quiero recibir mensajes
dejen de mandarme mensajes
borren mi numero
quitenme de la lista
no me escriban mas
STOP!!!!!
stop please
Please STOP
Unsubscribe.
ok stop
stopp
opt me out
Never text me again
stop bothering me
Don't ever text this number
got the wrong person, stop texting
please remove my phone number from your system
stop it already
I said stop
STOP STOP STOP
STOP.
stop!!! who is this
please discontinue these messages
end these messages
discontinue
go away
not interested remove me
take us off this list please
delete me from your contacts
why do you keep texting me stop
Do not send any more messages
no me manden mas textos
alto!
basta de mensajes
eliminen mi numero de su lista
I'd like to opt out
please opt-out
can you remove my cell number
stop texting this phone its my work phone
I want out of these texts
I didn't sign up for this, stop
fuck off
stop sending texts thx
Stop texting. I'm not a patient
"""

STRANGERS = """
wrong number
you have the wrong number
i think you have the wrong person
not my doctor
I never called you
who is this? i didnt call you
no one here by that name
numero equivocado
se equivoco de numero
this isnt maria's number
sorry wrong #
you must have the wrong number
"""

NO_STOPS = """
stop by at 5?
can I stop by the office
end of the month works
should i stop taking my pills
the bleeding did stop
my pain won't stop
cancel my 3pm
I want to cancel my appointment
quit smoking program?
is parking at the end of the building
text me when you're ready
please text me the address
can you text me instead
at the end of the day
I had to stop working
need to end my treatment plan question
dont call, text me
can't talk, just text
bus stop near you?
my insurance was cancelled
you have the wrong insurance on file
wrong dose was called in
pare que tengo que llevar a la cita?
remove stitches appointment
remove my ex from my chart
please stop my auto refill
not interested in thursday, friday works
alto dolor
change my number on file
I no longer have that insurance
do you still text reminders
cancel and reschedule for monday
cancel the refill
I need to stop by and pick up forms
can we stop the metformin
when should I stop eating before surgery
the end of my prescription is friday
I'd like to cancel tuesday's visit
please cancel it
quit drinking should i still come
ok text me the link
please dont remove me from the waitlist
you can text me anytime
i got your text
sorry i missed your text
text is fine
did you text me
I start my new job monday
yes please send texts
my messages arent going through on the portal
bleeding won't stop by itself?
no end in sight
i want to opt out of the vaccine
cancel my subscription to the newsletter?
I want to unsubscribe from the paper bills
"""
NOTHING = """
thanks
thank you so much!
ok
👍👍
Loved “Your appointment request”
gracias
great thanks
Emphasized "hi there"
Reacted 😂 to "hello"
Laughed at an image
ok thanks bye
no problem
you too
np
have a great day
thank u
ty
Perfect, thank you!
ok sounds good
👌🏽
❤️
Liked “Elm Street: sorry we missed”
Disliked "abc"
thx
cool
muchas gracias
ok
will do
appreciate it
"""
MACHINES = """
I'm driving right now with Do Not Disturb
Sorry, can't talk right now
I'm driving and will reply later
I am out of the office until Monday
auto-reply: away
"""


@pytest.mark.parametrize(("wish", "text"), [(wish, text) for wish in WISHES for text in lines(WISHES[wish])])
def test_the_wish_is_read_from_the_words(wish: str, text: str) -> None:
    reading = read(text)
    assert reading.intents == (wish,)
    assert not reading.urgent and not reading.opt_out


@pytest.mark.parametrize("text", lines(STOPS))
def test_a_stop_in_any_words_is_a_stop(text: str) -> None:
    assert read(text).opt_out


@pytest.mark.parametrize("text", lines(STRANGERS))
def test_a_wrong_number_is_a_stop_and_unlinks_the_person(text: str) -> None:
    reading = read(text)
    assert reading.wrong_number and reading.opt_out
    assert reading.intents[:2] == ("wrong_number", "opt_out")


@pytest.mark.parametrize("text", lines(NO_STOPS))
def test_what_only_sounds_like_a_stop_is_none(text: str) -> None:
    reading = read(text)
    assert not reading.opt_out and not reading.opt_out_unsure


@pytest.mark.parametrize("text", lines(NOTHING))
def test_thanks_and_reactions_get_no_answer(text: str) -> None:
    reading = read(text)
    assert reading.ignore and reading.intents == () and reading.attention == "routine"


@pytest.mark.parametrize("text", lines(MACHINES))
def test_an_automatic_reply_is_known_as_one(text: str) -> None:
    reading = read(text)
    assert reading.auto_reply and reading.intents == ()


@pytest.mark.parametrize(
    ("text", "wishes"),
    [
        ("I need a refill and also to move my appointment", ("reschedule", "refill")),
        ("question about my bill and need an appointment", ("book", "billing")),
        ("need my lab results and a referral", ("referral", "results")),
        ("cancel my appointment and send my records to dr lee", ("cancel", "records")),
        ("quiero una cita y una receta", ("book", "refill")),
        ("I have a fever can I come in today", ("book", "clinical")),
        ("my kid is sick need to change our visit", ("reschedule", "clinical")),
    ],
)
def test_each_of_two_wishes_is_kept(text: str, wishes: tuple[str, ...]) -> None:
    assert read(text).intents == wishes
