"""The Spanish words of danger. The same rule and the same names as the English ones; accents are already gone."""

from __future__ import annotations

from typing import Final

SPANISH: Final[dict[str, str]] = {
    "suicide or self-harm": """
acabar/terminar con todo
se quiere/quiso/va ?a matar/morir/suicidar
suicidio/suicidarme/suicida/suicidarse/suicidar/suicide
quiero/quisiera/quiere/ganas morir/morirme/morirse
quiero/quisiera/quiere/ganas de morir/morirme/morirse/matarme/suicidarme
matarme/matarse/lastimarme/cortarme/colgarme/ahorcarme
me quiero/voy morir/a/matar matar/$
me quiero matar/morir
quitarme/quitarse la vida
acabar/terminar con mi/su vida/todo
no quiero ?seguir vivir/viviendo
no quiero estar viva/vivo/aqui/mas
ya no quiero vivir/estar/seguir ?aqui/viviendo/viva/vivo
no vale la pena vivir
no tengo ganas/razones de/para vivir
estarian mejor sin mi
mejor muerta/muerto
hacerme dano
oigo/escucho voces
ya no puedo mas
""",
    "trouble breathing": """
no/apenas/dificil ?puedo/puede/podia/puedo/logro respirar/respira/respiro
no * respirar/respira
cuesta/dificultad/trabajo/problemas * respirar/respiracion
falta/falta el/de aire
falta * aire
me/se ahogo/ahoga/ahogando/asfixia/asfixiando
ahogando/asfixiando/atragantado/atragantando/atraganto
labios * azules/morados
morado/morada/azul & bebe/labios/cara
dejo de respirar
""",
    "heart signs": """
mal del corazon
corazon * duele/dolor/mal
dolor/duele/presion/opresion/aprieta/punzada & pecho/corazon
ataque/paro ?al/de/del cardiaco/corazon
infarto
brazo izquierdo
palpitaciones
corazon * acelerado/rapido/saltando
""",
    "stroke signs": """
mitad/lado de/del ?la ?mi ?su cara/cuerpo
no siente/siento ?el/la/mi/su ?la mitad/lado/brazo/pierna/cara/mano
derrame cerebral
derrame
embolia
mitad de la/del cara/cuerpo
cara/boca & caida/torcida/chueca/dormida/entumida/paralizada
brazo/pierna/lado/mano & dormido/dormida/entumecido/entumecida/debil/paralizado/paralizada/adormecido
no * mover/sentir * brazo/pierna/lado/cara
no puede/puedo hablar ?bien $
no puede/puedo hablar
habla/hablando * raro/enredado/arrastrando
peor dolor de cabeza
dolor de cabeza ?muy fuerte/horrible/terrible/insoportable
confundido/confundida
""",
    "heavy bleeding": """
sangro/sangra/sangrando & nariz/para/mucho/mucha
sangre/sangrando/sangra/sangrado & mucha/mucho/parar/para/no/vomito/vomitando/tos/orina/heces/caca/popo
sangrando
vomitando/vomito/vomita/tosiendo/escupiendo sangre
hemorragia
desangrando
""",
    "an overdose": """
sobredosis
tome/tomo/trago/tomado * muchas/demasiadas/todas/mas ?las ?sus ?mis pastillas/pildoras/medicina/medicinas/pastilla
demasiadas/muchas pastillas/pildoras
""",
    "a poisoning": """
se/me trago/tragado una/un/el/la
trago/tomo * pila/bateria/moneda/cloro/jabon/pastillas
se/me tomo/trago/tome cloro/veneno/pastillas/detergente/pila
veneno/envenenado/envenenada/intoxicado/intoxicada/intoxicacion
""",
    "fainted or not responding": """
no me/nos responde/reacciona
desmayo/desmaye/desmayado/desmayada/desmaya/desmayando/desmayar
inconsciente
perdio/perdi el conocimiento
no despierta/responde/reacciona/contesta ?el/la/mi ?bebe/nino/mama/papa/esposo/esposa $
no despierta/reacciona/responde
no se despierta/mueve
no puedo despertar/despertarlo/despertarla
no lo/la puedo despertar
golpe/golpeo/pego ?en la cabeza
se cayo & cabeza/no/sangre
colapso
""",
    "a seizure": """
convulsion/convulsiones/convulsionando/convulsiono/convulsionar
ataque epileptico
ataques epilepticos
temblando * no para/control
espuma * boca
""",
    "an allergic reaction": """
reaccion alergica
anafilaxia/anafilactico
alergia/alergica/alergico & respirar/garganta/hinchada/hinchado/ronchas
garganta/lengua/cara/labios/ojos & hinchada/hinchado/hinchados/cierra/cerrando/hinchando/hincho
se me cierra la garganta
""",
    "pregnancy in danger": """
bebe * no ?se ?ha movido/mueve/movio
embarazada/embarazo/semanas & sangre/sangrando/sangrado/dolor/contracciones/liquido/manchando/calambres/cai/caida/fiebre
bebe no se mueve/movido/mueva
no * siento/sentido * bebe/moverse/mover/patadas/movimientos
no siento al/a bebe/mi
contracciones
se me rompio la fuente
rompio * fuente
aborto espontaneo
perdiendo * bebe
dolores de parto
""",
    "a young child in danger": """
bebe/nacido/meses & @celsius
bebe/recien/nacido & fiebre/calentura/respira/vomita/despierta/come/temperatura/flojo/morado/llorando
fiebre/calentura/temperatura * 39/40/41/103/104/105/alta
meses & fiebre/calentura
fiebre/calentura muy alta
""",
    "violence": """
me golpeo/golpea/pego/pega/ataco/violo/apunalo/disparo/estrangulo/amenazo/amenaza
violacion/violada/violaron/asaltaron/apunalaron/dispararon/golpearon
abuso sexual
violencia domestica
balazo/apunalado/apunalada/baleado
tengo/tiene miedo de/que * mi/me esposo/marido/novio/pareja/mate
me/la/lo quiere/va ?a matar
tiene una/un pistola/cuchillo/arma
no estoy/me ?siento segura/seguro ?en
""",
    "severe pain": """
dolor * insoportable/severo/horrible/terrible/intenso/agudo/fuertisimo
dolor ?muy ?tan fuerte
mucho/muchisimo/fuerte dolor
duele ?muchisimo/demasiado mucho/muchisimo/demasiado
no aguanto/soporto * dolor
no puedo caminar/moverme/orinar
llorando * dolor
no para de vomitar
hueso * roto/salido
me quebre/rompi/fracture
se quebro/rompio/fracturo ?el/la/un pierna/brazo/hueso/cadera
quemadura/quemo/queme
azucar * alta/baja/muy
presion ?muy ?esta ?muy alta
""",
    "sight suddenly lost": """
no puedo ver
no veo ?nada/bien/con/de
perdi/perdio/perdiendo ?la/mi vista/vision
quede/quedo ciego/ciega
veo doble/borroso/borrosa
vista borrosa/nublada
""",
    "says it is urgent": """
^ urgente $
^ urgente
^ es/muy ?muy urgente
es ?muy/una urgente/emergencia
es una emergencia
tengo una emergencia
emergencia $
^ emergencia
ambulancia
llame/llamar/llamo/llamen al 911
necesito ?ayuda urgente/urgentemente
ayuda ?por ?favor urgente/urgentemente
ayudenme/ayudeme/auxilio/socorro
se esta muriendo
me estoy muriendo
me muero
sala/cuarto de emergencias/emergencia
voy/vamos/ir a emergencias/urgencias
""",
}
