"""Danger in patients' own words, and the words that only sound like it."""

from __future__ import annotations

import pytest

from ringback.core.words import read

DANGER = """
I think im having a heart attack
my chest feels really tight and my left arm is tingling
chest pains for an hour
theres like a weight sitting on my chest
cant breath
cannot catch my breath
my daughter is wheezing and her inhaler isnt helping
having a hard time getting air in
dad's face is droopy on one side
one side of my husbands face looks off and his words are slurred
my mom cant lift her right arm
he is talking gibberish all of a sudden
worst headache of my life
bleeding and it wont stop
i've soaked through 3 pads in an hour
there is blood everywhere from the cut
my incision opened up and is gushing
coughing up blood
I took the whole bottle of tylenol
my son swallowed a battery
my toddler got into my pills
i took too many of my sleeping pills
i dont want to be here anymore
thinking about ending it
i just want it all to be over
whats the point of living anymore
my son says he wants to kill himself
I have been cutting myself
everyone would be better off without me
she wont wake up
he passed out and isnt responding
grandma is unresponsive
found my wife on the floor
my daughter is having a seizure
he is shaking all over and his eyes rolled back
my throat is closing up
lips are swelling after eating peanuts
tongue is swollen, ate shrimp
used epipen
im 32 weeks and bleeding
havent felt the baby move today
baby isnt kicking
water broke
contractions every 4 minutes
my newborn has a fever of 101
3 week old wont eat and is limp
my 2 month old has 102 temp
baby turned blue
my boyfriend hit me and im scared
i was raped
he threatened to kill me
i dont feel safe at home
my husband is choking me
pain is 10/10
the pain is unbearable
excruciating stomach pain
I can't see out of my left eye
suddenly lost my vision
sudden blurry vision and numbness
URGENT
this is an emergency
need an ambulance
on our way to the ER
i feel like im dying
hes not breathing
my sugar is 480 and im throwing up
sugar 38 and shaky
i feel suicidal
i have a plan to hurt myself
tengo dolor de pecho
me duele mucho el pecho
mi bebe no respira
no puedo respirar bien
mi mama se desmayo
mi hijo esta convulsionando
me quiero morir
quiero matarme
estoy sangrando mucho
estoy embarazada y sangrando
no siento al bebe moverse
mi bebe de 2 meses tiene fiebre
se tomo muchas pastillas
mi esposo me pega
se le durmio la mitad de la cara
no puede hablar bien y tiene la cara caida
dolor insoportable
es una emergencia
ya no veo del ojo derecho
chest hurts when i breathe
pressure in my chest since this morning
my heart is racing and i feel faint
my heart keeps skipping and i feel lightheaded
i fainted twice today
stiff neck and high fever
fell and hit her head, now she is vomiting
my leg is swollen hot and painful and im short of breath
cant feel my legs
he drank bleach
my ex broke in and beat me up
having chst pain
can't breeth
bleedng wont stop
thinking of suicde
i overdosd
she's been seizing for 5 min
hubby collapsed in the kitchen
dad is confused and doesnt know where he is
cant keep anything down for 2 days and fainted
my wrist is slit
i swallowed a bunch of pills
goodbye, i cant do this anymore
vomiting blood
stool is black and tarry and i'm dizzy
i cut my finger off
my baby is lethargic and not feeding
my kids lips are blue
throat feels like its swelling shut
bee sting and now hives all over and trouble breathing
my stitches burst and blood is pouring out
i have a gun and im going to use it
lost consciousness for a minute
feels like an elephant is on my chest
arm went numb and my speech is funny
vision went black in one eye
stop texting me i cant breathe
1 also i have chest pain
cancel my appointment im in the er with chest pain
need refill asap im having seizures without it
my water just broke at 30 weeks
no fetal movement
he's bleeding out
I wish I was dead
nobody would miss me if i was gone
i can't go on
dont want to live
ive got the pills lined up in front of me
she stopped breathing for a few seconds
her skin looks gray and clammy
my insulin pump failed and my sugar is over 500
i cant pee at all and my belly is huge and painful
testicle pain that came on suddenly
snake bit me
burned my face with hot oil
im going to shoot up the clinic
someone is trying to kill me
Dad cant talk right and his smile is lopsided
my husband is clutching his chest and sweating
i think my appendix burst
not able to breathe well since last nite
so much blood in the toilet
he fell off the ladder and isnt moving
my mother is acting strange and her speech doesnt make sense
baby is breathing really fast and grunting
my 5 week old is burning up
toddler drank cleaning fluid
my daughter ate a bunch of my xanax
she took 20 benadryl
i have been drinking and took all my ativan
life isnt worth it anymore
i keep thinking about driving into a tree
voices are telling me to hurt people
my teenager left a note saying goodbye
i dont see a way forward, i want out
im bleeding through everything im 8 weeks pregnant
leaking fluid 34 wks
baby's been quiet all day no kicks
i see flashing lights and have a terrible headache im 36 weeks
eye went dark like a curtain
I woke up and cant see
one pupil is bigger than the other
cant move my left side
left side of my body feels weird and numb
heart beating out of my chest and dizzy
crushing pressure chest
bp 210/120 and headache
blood sugar reads HI
my son is blue and cold
he had a fit and now wont wake
she keeps passing out
almost passed out in the shower
i feel faint and sweaty
lump in throat cant swallow drooling
hives everywhere and lips tingling after antibiotic
ate a cashew and my mouth is itchy and swelling
face blew up like a balloon
stabbed in the leg
partner threw me down the stairs
he wont let me leave the house and i am scared
someone put something in my drink and i think i was assaulted
pain so bad i cant stand up
worst pain ive ever felt
kidney stone pain is killing me
my stomach is killing me
this migraine is killing me i cant see straight
my wound is oozing pus and i have 103 fever
red streaks going up my arm
calf swollen and hurts after flight
short of breath after surgery
post op bleeding a lot
bleeding wont quit after tooth extraction
tooth infection my whole face and neck are swollen
can barely breathe
wheezing bad
oxygen at 84
trouble swallowing and breathing
hit by a car
car accident and my neck hurts
she drank antifreeze
gas leak and we all have headaches
i cant stop shaking and im burning up
chills and fever during chemo
fever 101 and im on chemo
confused and hallucinating
she's not making any sense and has a fever
not urinated in 24 hours
vomiting nonstop can't keep water down
green vomit newborn
baby fell off the bed and is vomiting
kid hit his head and is sleepy
dog bit my sons face
amputated my toe by accident
me duele el pecho y el brazo
mi papa no puede mover el brazo
mi esposo se cayo y no despierta
mi niña se trago una pila
tengo ganas de morirme
ya no quiero vivir
no aguanto el dolor
vomito sangre
tengo mucho sangrado y estoy embarazada
mi bebe tiene 40 de fiebre
se me hincho la garganta
mi hijo no puede respirar por el asma
me violaron
mi mama habla raro y se le cae la cara
se me rompio la fuente
me siento muy mal del corazon
necesito una ambulancia
I need help right now please hurry
please someone call me right now its bad
should I go to the ER?
Should i call 911
Do i need to go to the hospital my arm is numb
my implant incision split open
fainted at work
my pacemaker is beeping and i feel weak
defibrillator went off
insulin overdose
gave my kid the wrong dose
doubled my blood thinner by mistake
on blood thinners and hit my head
gun shot wound
i hurt myself last night
cutting again
feeling hopeless and have pills
i want to sleep and never wake up
I cant go on like this
no one will miss me
done with life
panic attack cant breathe
chest tight anxiety maybe
chets pain
sucicidal thoughts
cant breath nd chest hurt
shes unconcious
hart attack
strok symptoms
siezure lasting 10 min
"""
NONE = """
dying to get in this week
your hold music is killing me
my phone died, what did you say?
i have a question about my er bill
got a bill from urgent care
urgent care bill question
not urgent, just need a refill
no chest pain, just following up
no emergency just want to reschedule
i had a stroke in 2015 and need a physical
need a refill on my seizure meds
stroke follow up appointment
follow up after my heart attack last year
my dad had a heart attack in 2010, does that matter
can i get my heart attack bill explained
i almost had a heart attack when i saw the bill
this price is killing me
i'm bleeding money on copays
laughed so hard i almost died
i am dead lol
my car died so i'll be late
battery died sorry
emergency contact needs updating
need to change my emergency contact
shot records for my kid
flu shot appointment
covid shot available?
my baby needs her 2 month checkup
im pregnant and need first appointment
blood work results
blood pressure check appointment
need my blood test results
book me for a blood draw
kill two birds with one stone and book both kids
i could kill for an earlier slot
worried sick about the cost
headache of a billing system
pain in the neck to reach you guys
stop by at 5?
stop taking the medication?
end of month works
can't stop by today
shooting for tuesday
hit me up when you have openings
break a leg
im on my way
what time do you close
is there blood work needed before
my chest xray results
need cpr class?
allergic to penicillin please update chart
seasonal allergies refill zyrtec
my allergy shot appointment
can you breathe test me? pulmonary function test
sleep apnea mask order
stroke of luck you had an opening
please dont stop texting reminders
i'd die for a saturday slot
suicide prevention walk info
do you treat anxiety
depression screening appointment
my son's autism evaluation
i need a mammogram
colonoscopy prep question
refill my epipen
epipen refill please
can i get narcan prescription
need more inhalers
asthma inhaler refill
nothing urgent, call when you can
no rush
ER discharge papers need follow up
was in the ER last week need follow up appt
hospital follow up
is this the heart clinic
back pain appointment
mild headache, want appt next week
sore throat since yesterday
slight cough
my knee has been achy for a month
rash on my arm not urgent
toothache want to come in
ear infection maybe
question about side effects
confused about my bill
i am confused about my appointment time
sudden change of plans, need to reschedule
lost my job so insurance changed
my mom passed away please cancel her appointment
he died last year please remove from reminders
cant make it tomorrow
stuck in traffic running late
the line went dead
the call dropped
your website crashed
i'm bored to death waiting
hard to get an appointment with you guys
difficult to reach you
my breath smells bad, dentist appt
can i bring my newborn with me
newborn first visit
baby due for shots at 2 months
when can i stop antibiotic
wake up call please
i passed out flyers for you guys
need vision exam
blind in right eye since birth, need exam
glasses prescription
cut my finger last week, stitches out when
nose bleed guard
cita para vacunas
me muero por una cita
no es urgente
no es emergencia
factura de la sala de emergencias
tengo gripe y quiero cita
receta para la presion
llamar mañana
I passed the test!
do you do stroke rehab referrals
need a note that i was in er
my insurance denied the er visit
my daughter swallowed her pride and will apologize lol
the parking fee is a heart attack
i need shots for travel
the baby is due in may, when should i schedule
my husband needs a cardiologist
is dr lee the heart doctor
can i eat before my blood test
i quit smoking
had a seizure last year, need a license form
what does severe weather mean for office hours
my neck pain is much better
no more pain, thank you!
my chest cold is better
im feeling better no fever
fever is gone
bleeding stopped thanks
pain free now
what's the address of the emergency dept
is the urgent care open sunday
do you have urgent care hours
emergency dental hours?
lost my glasses
cant see my appointment in the portal
i cant see the link you sent
cannot open the link
cant hear you
cant reach anyone
cant get through on the phone
cant find my bill
i cannot take that time
i cant take off work friday
i cant do tuesdays
can't keep my appointment
it wont let me log in
he wont take his pills, question for nurse
when can i drive after surgery
can I fly while pregnant
my son needs a sports physical
my arm cast removal appointment
broke my phone
my tooth broke
i chipped a tooth
lost a crown
braces wire poking
mild cramps
period is late
itchy eyes
pink eye
runny nose
constipated
can i get tested for strep
std test
birth control refill
viagra refill
insulin refill
need my blood thinner refilled
running low on insulin
i'm out of my heart meds
my inhaler is empty need refill
is the doctor in the office today
i will be 10 min late
im in the parking lot
im outside
on my way
here
where do i park
thank you you saved my life
you guys are killing it
you're a lifesaver
drop dead date for the form is friday
deadline for form
this is killing my schedule
over my head with bills
my head is spinning from these bills
sick of waiting
tired of calling
im so mad i could scream
crying over this bill
shocked by the price
knocked out by the cost
i'm beat, can we do later
hit a snag
stuck at work
caught in traffic
the wait is brutal
heart to heart with doctor
can you squeeze me in
crushing it
burned through my refills
burning question about billing
on fire lol
is it dangerous to skip a dose
urgent: need a work note today
its urgent i get my records
i urgently need my records sent
need appointment asap
asap please
mi seguro cambio
me muero de hambre jaja
cuanto cuesta la ambulancia
cita con el cardiologo
dolor de espalda leve
"""
HELD = """
no chest pain, just following up
i had a stroke in 2015 and need a physical
my dad had a heart attack in 2010, does that matter
need a refill on my seizure meds
urgent refill request
no chest pain or shortness of breath, just a refill
i am not having a seizure
she has not fainted
no tiene dolor de pecho
"""
NO_DENIAL = """
No, she has chest pain
no, chest pain is worse
no - chest pain
not sure if its a heart attack
no chest pain but i cant breathe
i had a stroke last year and my face is drooping now
not only chest pain, also numb arm
"""


@pytest.mark.parametrize("text", DANGER.strip().splitlines())
def test_danger_pages(text: str) -> None:
    reading = read(text)
    assert reading.urgent and reading.attention == "page" and "urgent" in reading.intents
    marked = [span for span in reading.spans if span.kind == "urgent"]
    assert marked and reading.quote == text[reading.spans[0].start : reading.spans[0].end]


@pytest.mark.parametrize("text", NONE.strip().splitlines())
def test_a_figure_of_speech_a_bill_or_an_old_story_pages_nobody(text: str) -> None:
    assert not read(text).urgent


@pytest.mark.parametrize("text", HELD.strip().splitlines())
def test_danger_denied_or_past_is_read_by_a_person(text: str) -> None:
    reading = read(text)
    assert not reading.urgent and reading.attention == "person"


@pytest.mark.parametrize("text", DANGER.strip().splitlines()[::7])
def test_a_stop_in_the_same_message_hides_no_danger(text: str) -> None:
    reading = read(f"STOP. {text}")
    assert reading.urgent and reading.opt_out


@pytest.mark.parametrize("text", DANGER.strip().splitlines()[::7])
def test_danger_is_heard_in_a_voicemail_after_small_talk(text: str) -> None:
    spoken = f"hi good morning this is maria calling um i wanted to tell you {text} so please call me back thank you"
    assert read(spoken, voicemail=True).urgent


def test_a_figure_of_speech_hides_no_danger_beside_it() -> None:
    assert read("your hold music is killing me and I have chest pain").urgent
    assert read("dying to get in. also my baby is not breathing").urgent


@pytest.mark.parametrize(
    "text", ["I want to kill myself", "quiero morir", "overdose", "i took the whole bottle of tylenol"]
)
def test_a_crisis_is_known_as_one(text: str) -> None:
    assert read(text).crisis


def test_the_why_names_the_rule_and_not_the_words() -> None:
    reading = read("my husband Xavier has crushing chest pain")
    assert "heart signs" in reading.why and "avier" not in reading.why


@pytest.mark.parametrize("text", NO_DENIAL.strip().splitlines())
def test_a_no_that_denies_nothing_hides_nothing(text: str) -> None:
    assert read(text).urgent
