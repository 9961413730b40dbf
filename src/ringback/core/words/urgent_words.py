"""The English words of danger, as tables that a nurse can read and correct.

The rule: one line is one way of saying it (see `match` for the signs). What it is called is shown to the
person who is paged.
"""

from __future__ import annotations

from typing import Final

CRISIS: Final = frozenset({"suicide or self-harm", "an overdose"})

ENGLISH: Final[dict[str, str]] = {
    "suicide or self-harm": """
keep/keeping myself/himself/herself safe
talking/talks/talked/talk/said/says/saying/texted/wants/want ?that ?she ?he ?about ?of ?wants ?to end/ending/killing it/everything/himself/herself/myself/themselves/life
want/wants/wanted to end it/everything/things
goodbye forever
goodbye & pills/gun/forever
gun/pills/knife/blade/rope/noose next/beside/near ?to me
thinking/thought/think/thoughts * driving/jumping/drowning/hanging/shooting/overdosing
note/letter * goodbye
said/saying/say/says goodbye $
cannot/not see * way forward/out
no way forward
^ ?i want out $
cutting again
started cutting
done with ?this/my life
no/nobody one/would/will will/miss ?miss me
hopeless & pills/gun/die/live/life/anymore
hopeless/worthless ?and
cannot stop crying
rather/better ?be/off dead
unalive
kms
not want to exist
do not wish to live/be
ready to die/go/end
want the pain/it to end
tired of fighting/everything/all
bought a gun/rope
bottle/pills in my hand
suicide/suicidal/suicidality
kill/killing/killed/hurt/hurting/harm/harming/cutting/cut/shoot/hang/hanging/drown/end myself
kill/hurt/harm/hurting/harming/cutting himself/herself/themself/themselves/hisself
self harm/harming/harmed
want/wants/wanting/wish/wishing/wanted/ready/going/rather * die/dead $
want/wants/wanting/wish/wishing/wanted/ready ?to ?just die
want/wish/wished i was/were dead
want/wish ?to ?be dead
wish i was/were never/not born/here
better off dead/without me/gone
better off if i were/was dead/gone
do/does not want * @dead
do/does not want to be here/around anymore/any/today
do/does not want to wake up
not want * be here anymore
no reason/point to/in live/living/go/going/on
nothing * live for
point * living/life/anymore/trying/going
want it ?all to be over/end/stop
it all to be over
nobody/no would/will ?even miss/notice/care ?me
would not/nobody miss me
pills * lined up
rather be dead
rather not be alive/here
do not care if i live/die/wake
hope i do not wake
ready to go be with/meet my/god/jesus/him/her
cannot live like/with/without/anymore
cannot keep living/going/doing this
cannot face another/tomorrow
had enough of life/living
wrist/wrists & slit/cut/cutting/blade/razor
urge/urges/urges to cut/hurt/die/self
relapsed & cutting
i have a plan $
i have a plan to end/kill/do/hurt/die
planning to end/kill/die
drive/drove/driving * off a/the bridge/cliff/road
razor/blade/noose/rope * tonight/ready/neck
hate/hating my life
burden to everyone/my/them
i am a burden
no way out
cannot go on ?like/anymore/any
cannot do this anymore
cannot take it/this anymore
do not see * point/reason ?in/of/to living/anymore/live/going
tired of living/life/existing/being alive
end/ending/take/taking/took my/his/her/their ?own life
end/ending it all
end it tonight/all/now/today
going to end it
slit/slitting/cut/cutting my/his/her wrist/wrists/arms
jump/jumping off/from ?a/the bridge/roof/building
thinking/thoughts/think * dying/death/suicide
thinking/thoughts/think * ending/hurting/killing/harming
wrote/writing/left ?a goodbye/suicide note/letter/letters
gun * head/mouth/end
say/saying goodbye to everyone/everybody/family
life * not worth
not worth living
want it to be over
want it all to stop
want to disappear forever
give/giving away * my things/stuff/belongings
hear/hearing voices
voices * tell/telling
everyone/everybody/family/kids/they would/will/be * better ?off without me
do not/cannot trust myself
not safe with myself
not feel safe ?with/by/being ?myself/alone
do not/cannot feel like living
want to go to sleep and/forever ?not/never ?wake
never wake up
""",
    "trouble breathing": """
cannot breathe
lungs * closing/filling/hurt/burning
breathing * worse/bad/trouble
blue & cold/lips/face
asthma attack
croup
drowned/drowning/underwater
stridor
croupy & breathe/breathing
@cant ?to ?get/catch/taking/take/getting/catching/draw/in/with/even/really/time * breathe/breathing/breath/air
trouble/difficulty/hard/struggling/problems/problem/issue/issues * breathe/breathing
not breathing
not able to * breathe/breath
stopped/stops/stop/quit breathing
short/shortness of breath
shortness breath
out of breath
gasping
gasp for
suffocating/suffocate
choking/choked/chokes
wheezing & bad/badly/worse/severe/cannot/inhaler/lips/blue
wheezing
turning/turned/turns/going/went/is/are/looks/look/lips/face blue
lips/nails/fingers/fingernails/skin * blue/purple/gray/grey
inhaler * not working/helping/work/help
blue lips
breathing * funny/fast/weird/hard/heavy/shallow/strange/bad/worse/rapid/wrong/grunting
breathing is ?really/so/very/getting bad/hard/worse/difficult
oxygen/o2/sats/spo2/sat/ox * low/dropping/dropped/@low
ribs * sucking
chest/ribs * sucking/caving/pulling in
""",
    "heart signs": """
@chest & arm/jaw/weird/funny/tingling/numb/sweating/sweaty/dizzy/faint
heart/pulse/hr * @rate
hart attack
pacemaker & beeping/weak/dizzy/faint/shock/shocked/fluttering
defibrillator/icd * off/fired/shocked/shock
heart & stopping/stopped/weird/funny
heart * hurts/hurting/pain
pain * chest
@chest & @hurt
@chest * hurts/hurting/tight/heavy/pounding/crushing
elephant * chest
on my chest
heart attack
heart * skipping/fluttering & lightheaded/dizzy/faint/chest/breath
heart * racing/pounding/stopping/stopped/stop/fluttering/skipping/beating ?so/really/out/too fast
heart * racing/pounding/stopped/fluttering/palpitations
heart ?is beating out of
heart rate * 140/150/160/170/180/190/200/30/35
palpitations
pain * left arm/jaw/shoulder
left arm * hurts/hurting/pain/aches/aching/heavy/numb
jaw * pain/hurts/hurting/aches & arm/sweating/sweaty/chest
clutching/grabbing/holding ?at ?his/her/their/my chest
cardiac arrest
cold sweat/sweats
clammy & jaw/arm/chest/pain/hurts/pale/faint/dizzy
sweating * nauseous/chest/arm
""",
    "stroke signs": """
seeing/sees/see/hearing things/bugs/people/shadows/faces * not/wall/walls/there
seeing/hearing things $
@limb ?just stopped working
cannot find ?the/my/his/her words
hallucinating/hallucinations/hallucinates/delirious
pupil/pupils * bigger/different/uneven/blown/size/dilated
smile/mouth/face * lopsided/crooked/uneven/weird
strok symptoms
acting strange/weird/drunk/confused/odd/funny
not acting ?right ?like himself/herself/right/normal
stroke
mini stroke
tia
@face & @droop
@face/side & @numb
half/side/one * face/body/mouth & @numb/droop/drooping/droopy/move/feel/hanging/dropped/fell/slack
face * not right/even/symmetrical
cannot feel/move/lift/raise/use * @limb/face/fingers/body
@limb * numb/paralyzed/limp/dead
@limb & went/gone/going/goes/suddenly/sudden limp/numb/weak/dead
slurring/slurred/slurs
speech * slurred/garbled/funny/weird/wrong/off/strange/sense
talking/speaking/words * funny/gibberish/jumbled/garbled/nonsense/jibberish/sense/slurred/drunk/weird
cannot/not * speak/talk ?right/clearly/properly/straight $
cannot get * words out
words * not/will * out/right
cannot speak/talk ?right/clearly/properly
not making * sense
suddenly/sudden/very/really/so/all confused/confusion/disoriented
does not know/recognize where/who/me/what
confused & sudden/suddenly/fever/fell/today/now/does/name
worst headache
headache * worst/thunderclap/of my life/ever
sudden/thunderclap * headache
cannot walk/stand ?straight & suddenly/sudden/numb/dizzy
sudden/suddenly * weak/weakness/dizzy/numb/dizziness
""",
    "heavy bleeding": """
coffee grounds
bright red blood
@blood & toilet/filling/puddle/bowl
cut too/so/really/very deep
finger/fingers/toe/thumb/hand/ear ?got ?was ?is cut/chopped/torn/ripped/bitten off
bleeding a lot
bleeding & lot/clots/heavily/heavy
amputated/severed
red streaks/streak/lines
@blood & @cant/stop/stopping/everywhere/nonstop/lot/lots/heavily/heavy/much/soaking/soaked/pouring/gushing/profusely/through
will/does/did/do not/cannot ?not ?seem ?to stop/quit/slow ?the bleeding
cannot stop ?the bleeding
bleeding ?and ?it ?will/does/is not stop/stopping
bleeding/blood * hour/hours/minutes
coughing/coughed/cough/vomiting/vomited/vomit/throwing/puking/spitting/puke/puked * blood/bloody
blood/bloody * vomit/puke/stool/poop/urine/cough
stool/stools/poop * black/tarry/bloody/blood
black/tarry/maroon stool/stools/poop
pooping/peeing/pissing/passing * blood/clots
soaking/soaked/soak * pad/pads/towel/towels/gauze/bandage/bandages/dressing
pad/pads * hour
stitches/incision/wound * open/opened/busted/gushing/popped/split/burst
bled through
bleeding/hemorrhaging/hemorrhage ?out ?to ?death
spurting/gushing
artery
deep cut/gash/wound
cut/sliced/chopped * finger/hand/leg/arm/thumb/toe & off/bone/deep/bad/blood
see/seeing * bone
nose bleeding * stop/hour/minutes/still
internal bleeding
""",
    "an overdose": """
took/taken/swallowed * more ** than * supposed/should/prescribed/label/meant
empty ?pill/pills/medication/medicine bottles
found * empty ?pill/pills/medication/medicine bottle
took/taken/swallowed/ate/gave ?him ?her @many ?mg ?of ?my @pills
overdose/overdosed/overdosing/od/oded
took/taken/take/swallowed/swallow/ate/drank/drink/ingested/had/gave ?a * too many/much
too many @pills
too much @pills
took/taken/swallowed/ate/eaten/drank/ingested * whole/entire/all/bunch/handful/bottle/double/twice/extra/hundred/20/30/40/50 * @pills
took/swallowed/drank/ate/ingested ?the/a/my/some whole/entire/all
""",
    "a poisoning": """
drank/drinks/ate/swallowed/licked ?some ?a ?my ?the drano/windex/lysol/gasoline/perfume/sanitizer/cleaner/pesticide/clorox/lighter/nicotine
swallowed/ingested/drank/ate ?a/an/some/the/my * fluid/cleaner/cleaning/coin/button/toy/nail/pin/screw/glass/soap/perfume/gas/gasoline/paint/mushroom/mushrooms/berries/rat/pods/alcohol/sanitizer/vape/nicotine/gummies/gummy/edible/edibles
@child * swallowed
gas leak
fumes
gave/got/took/taken/given * wrong dose/pill/pills/meds/medication
doubled/double/doubling/twice * medication/dose/thinner/insulin/pills/warfarin by/mistake/accident/accidentally
double dose/dosed
accidentally took/gave/drank/swallowed/ate/doubled
took/gave/drank/ate * by mistake/accident
swallowed/drank/ingested/eating/ate/drinking * battery/bleach/magnet/magnets/coin/detergent/pod/poison/antifreeze/pills/medication
@infant/toddler/child/son/daughter/kid/old/he/she/dog * got/gotten into * pills/medication/medicine/cabinet
poison/poisoned/poisoning
carbon monoxide
narcan/naloxone
took/gave * double/twice * dose/insulin
wrong dose/amount of insulin
gave/took * wrong medication/medicine/pills/pill/insulin
""",
}
