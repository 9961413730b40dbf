"""More English words of danger.

The rule is that of `urgent_words`.
"""

from __future__ import annotations

from typing import Final

MORE: Final[dict[str, str]] = {
    "fainted or not responding": """
fell ** vomiting/unconscious/bleeding/confused
hit/struck/run ?over by ?a/my car/truck/bike/bus/motorcycle
car/bike/motorcycle/auto accident/crash/wreck & hurts/hurt/pain/head/neck/back/bleeding/dizzy
was in/had a/an car/bad accident/wreck/crash
fell off/down/from ?the/a/his/her ladder/roof/stairs/bed/horse/balcony/table
@child * fell & vomiting/head/sleepy/crying/blood/bump
fell & broken/bleeding/moving/move/hit/bad/badly/confused
concussion
not moving
unconscious/unresponsive/comatose
will/does/did not wake ?up
cannot wake ?up ?@them
cannot/could/not/hard/difficult * wake/rouse/waking @them ?up
cannot/not get * up/awake/wake
not/barely/hardly waking/responding/responsive/conscious/moving/reacting
will/does not respond/move/react
stopped responding
fainted/fainting/faint/faints
blackout/blackouts
lost consciousness
losing consciousness
collapsed/collapse/collapses
passed out
on the floor & not/cannot/fell/found
found ?@who ?@who on the floor/ground/bathroom
fell & head/cannot/hip/stairs/unconscious
hit/hitting/banged/bumped/cracked * head
head injury/trauma
limp
so/too/very/extremely/really/unusually lethargic/drowsy/sleepy/listless
lethargic
cannot stay/keep * awake
no pulse
cpr
""",
    "a seizure": """
seizure/seizures/seizing/convulsing/convulsion/convulsions
having ?a fit/fits
eyes rolled/rolling ?back/up
shaking/jerking/twitching * uncontrollably/control/all over/stop/violently
cannot stop/control shaking/jerking/twitching
body/whole * jerking/convulsing/stiff
foaming * mouth
""",
    "an allergic reaction": """
face/eyes/lips/tongue/throat * blew/blown/puffing/puffed up
swelling & face/tongue/lips/throat/mouth
anaphylaxis/anaphylactic
epipen
epi pen
@throat & @swell
@face/eyes & swelling/swollen/swelled/puffed/ballooned
throat * itchy/scratchy & hives/swelling/bee/peanut/nuts/shellfish
allergic reaction
allergic/allergy & breathe/throat/swelling/hives/tongue/swollen
hives & breathe/throat/face/swelling/spreading/body/all/over/lips
stung * swelling/swollen/allergic/breathe/throat
cannot swallow
""",
    "pregnancy in danger": """
pain/pains/cramping/bleeding ** pregnancy/pregnant
leaking fluid
wks/weeks/trimester & leaking/fluid/gush
pregnant/pregnancy/trimester/expecting/weeks/miscarriage & @blood/spotting/cramping/cramps/headache/contractions/fell/leaking/blurry/swelling/pain/fluid/hemorrhage
baby * not/stopped/stop/less/barely/hardly/quit ?been ?been moving/kicking/moved/kicked/move/kick
have/has not felt * baby/kicks/kick/movement/move/him/her
have not felt * move/kick/moving
cannot feel * baby/kicks/moving/move
no/less/decreased/reduced ?fetal/baby movement/movements/kicks/kicking/moving
water ?just ?has broke/broken/breaking
waters broke/broken
water has broken
miscarriage/miscarrying
contractions
in labor
going into labor
baby is coming
cord * out/hanging
postpartum & bleeding/blood/fever/headache/hurt/sad/clots
ectopic
""",
    "a young child in danger": """
week/weeks/wk old & yellow/jaundice/nurse/feeding/eat/eating/sleepy/breathing
@child * burning up
week/weeks/month/months old * burning up/sick
burning up & fever/shaking/baby/confused
green/bloody vomit/vomiting/diaper/poop & @infant
not urinated/peed/pooped/eaten/drank
has/have not peed/urinated/peeing/eaten/drunk * day/hours/days/today/since
sunken eyes/soft/fontanelle
@infant & fever/temp/temperature/@warm/feverish/limp/wake/waking/feeding/eating/breathing/blue/crying/vomiting/floppy
week/weeks/month/months/wk/mo old & fever/temp/temperature/feverish/@warm/limp/wake/breathing/vomiting/lethargic
fever/temp/temperature * @hot
@hot ?degree/degrees/f fever/temp/temperature
fever & stiff neck/rash/seizure/confused
stiff neck
soft spot
no wet diaper/diapers
not had/wet * diaper/wet/pee
inconsolable
shaken
dropped * baby/newborn/infant
""",
    "violence": """
want/wants/going/might/afraid/scared/urge/thoughts ** hurt/hurting/kill/killing/shake/shaking/drown/smother my/the/our/this baby/newborn/kid/kids/child/children/son/daughter/family/wife/husband
gun/knife/weapon & outside/door/house/here/inside/front
holding/waving/pulled/grabbed ?a/the/his/her gun/knife/weapon
withdrawing/withdrawal/withdrawals & alcohol/drinking/shaking/seeing/seizure
threw/throws/pushed/shoved/dragged/locked/held me/her/him/us
will/does not let me leave/go/out/eat/see
put something/drugs in my drink
drugged/roofied
following/stalking me
gun shot
dog/cat/animal/human/bat/raccoon bit/bite
bit ?by ?a ?my @child/face/dog/hand/me/him/her
assaulted/assault/raped/rape/molested/molesting
beat/beats/beating/beaten/hit/hits/hitting/choked/chokes/strangled/strangling/punched/kicked/attacked/abused/abusing/abuses @them/me/up
hit/hits/hurts/hurting/beats/beating/abuses/chokes/strangles/pushed/threatens/threatened/attacked me
being abused/beaten/attacked/followed/hurt/held/trafficked
afraid/scared/terrified * husband/boyfriend/partner/ex/go/home/him/kill/life
not safe at/here/home/with
do not feel safe
unsafe at/with/here
going/threatened/threatening/wants/want/trying/tried to kill/hurt/shoot/stab me/him/her/us/them/someone/somebody/people
kill/shoot/stab/hurt/strangle you/him/her/them/someone/somebody/people/everyone
homicidal
shot in/by
been/got/was/gotten shot/stabbed/jumped/robbed
gunshot
stabbed
domestic violence/abuse
has/have a gun/knife
shoot up
shoot ?the/this/your/all place/clinic/up/everyone/you
blow up the/your/this
bomb
come/came/bring/bringing * gun
""",
    "severe pain": """
port/picc/chemo ** fever/chills
snakebite/snakebites
@body * killing me/him/her
@body * is/are killing
pain/fever/chills/temp/temperature/infection & chemo/transplant/port/immunosuppressed
fever & surgery/wound/incision/oozing/pus
sugar/glucose/meter * reads/reading/says/showing hi/lo/high/low
sugar/glucose/meter * hi/lo/high/low $
lo/hi on ?my/the meter
sugar/sugars/glucose/meter read/reads/reading/says/shows hi/lo/high/low
right now & bad/hurry/help/quick
hurry & please/help/bad/call
cannot wait ?it ?this is/hurts
@body * exploding/ripping/tearing/burst
feel/feels like * ripping/tearing/exploding/dying/knife/knives
worse and worse
getting worse fast/quickly/rapidly
@bad ?and/sharp/sudden/abdominal/stomach/chest/lower/back/pelvic/belly/tooth/side/head/leg/neck/ear/eye pain/pains/cramps/headache/migraine/pressure
worst pain ?of/ever
pain * severe/excruciating/unbearable/intense/agonizing/10/worst/insane/terrible/horrible/agony/awful
pain ?is ?so ?really ?very bad
hurts/hurting ?so ?really/very/so bad/badly ?i
9/10 out of 10
pain/hurts/hurting ?is ?a 10 10
agony/excruciating
screaming/crying/writhing/doubled/curled * pain
doubled over
cannot take/stand/bear/handle/tolerate * pain
pain * cannot walk/stand/move/sleep/breathe
cannot walk/stand/move ?because ?of/from/the pain
testicle/testicles & pain/swollen/hurts/twisted
stomach/belly/abdomen * hard/rigid/distended & pain
cannot/not/unable pee/urinate
cannot * pee/urinate
calf/leg * swollen/swelling/red/hot & pain/hurts/painful/breath/red/hot
blood clot
clot in
sepsis/septic
appendicitis/appendix
meningitis
broken/broke * bone/arm/leg/wrist/ankle/hip/neck/back
bone * sticking/out/showing
burned/burnt/burn & badly/bad/degree/face/boiling/chemical/blisters
electrocuted
shocked by ?an/a/the outlet/wire/electric/socket/cord/electricity
snake/spider bite/bit
bitten by
sugar/sugars/glucose * low/dropping/crashing/@sugar
sugar/sugars/glucose ?is ?reading ?very/so/too/really high
insulin & failed/stopped/ran/vomiting
blood/insulin sugar & shaky/sweaty/sweating/passed/faint/vomiting/confused
blood pressure/bp * @high
bp ?is @high
blood pressure ?is ?so ?really ?very ?super/through high/roof
dka
cannot keep * down
cannot stop vomiting
suicidal
""",
    "sight suddenly lost": """
eye/eyes & bleach/chemical/acid/splashed/lye/ammonia
cannot see ?out/anything/from/at/well/my/in $
woke ?up ?and ?i cannot see
cannot see out/anything/from/with/straight
lost/losing/lose/loss ?all ?of ?my/his/her/the ?partial ?sight vision/sight/eyesight
vision * @gone
went/gone/going blind
suddenly/sudden blind/blurry/dark
curtain * eye/vision
see/seeing double
double vision
woke * cannot see
eye * went black/dark/blind
flashes & floaters
flashing lights
chemical/bleach/acid * eye/eyes
metal/glass/something * in my/his/her eye
eye * popped/bleeding/punctured
""",
    "says it is urgent": """
^ urgent $
^ its/it/this is/its ?a ?very/really/so/super/extremely urgent/emergency $
this is ?an/a/very urgent/emergency
it is ?an/a/very urgent/emergency
its ?an/a/very urgent/emergency
have/having an emergency
emergency $
medical emergency
^ emergency
need/needs/want/call/calling/send/called/get ?an/a/the/for ambulance/paramedics/911
ambulance
call/calling/called/dial 911
should i/we go to the er/hospital/emergency
should i/we/he/she * er/emergency/911/ambulance
going/heading/headed/driving/taking/rushing/way * to ?the er/emergency/hospital
at the er/emergency
dying
going to die
feel/feels like i/he/she/am ?is ?am dying
life or death
very/really/extremely/super/so urgent
urgent * help/please/call/now/asap
urgently please/call/help
need help/someone/doctor urgently
need help now/immediately/right
please help/hurry ?me $
help me please
sos
mayday
""",
}
