"""The words and phrases that ask for no more texts, that only sound like it, and that say the number is wrong.

The rule: a keyword counts as a sentence of its own, a phrase wherever it stands; NOT blocks what begins in it.
"""

from __future__ import annotations

from typing import Final

from ringback.core.words.lists import either
from ringback.core.words.match import Phrases

KEYWORDS: Final[dict[str, str]] = {
    **dict.fromkeys(
        either("stop|stopall|stop all|quit|end|revoke|opt out|optout|unsubscribe|opt me out|opt out please"),
        "en",
    ),
    **dict.fromkeys(
        either("stop please|please stop|stop now|stop stop|stop stop stop|stop it|just stop|stop thanks"),
        "en",
    ),
    **dict.fromkeys(
        either("stop text|stop texts|stop texting|stop messages|end texts|remove me|stop this|unsub"),
        "en",
    ),
    **dict.fromkeys(
        either("stop thank you|no stop|stop stopall|ok stop|yes stop|take me off|remove|stp|sotp|stopp"),
        "en",
    ),
    **dict.fromkeys(
        either("alto|no mas|parar|pare|paren|baja|basta|detener|darme de baja|ya no|dejar"),
        "es",
    ),
    **dict.fromkeys(either("no mas mensajes|no mas textos|alto por favor|pare por favor|para ya|salir"), "es"),
    **dict.fromkeys(["arret", "arretez", "desabonner", "arreter"], "fr"),
    **dict.fromkeys(["dung", "dung lai", "huy dang ky", "ngung"], "vi"),
    **dict.fromkeys(["sair", "cancelar inscricao", "remover"], "pt"),
    **dict.fromkeys(either("停止|退订|退訂|取消订阅|取消訂閱|停"), "zh"),
    **dict.fromkeys(["стоп", "отписаться", "отмена подписки"], "ru"),
    **dict.fromkeys(["توقف", "ايقاف", "قف"], "ar"),
    **dict.fromkeys(["중지", "그만", "수신거부", "수신 거부"], "ko"),
    **dict.fromkeys(["itigil", "tigil", "rete"], "other"),
}
# 'cancel' alone, and what is as bare as that.
CANCELS: Final = frozenset(
    {"cancel", "cancel please", "please cancel", "cancelar", "cancele", "cancel cancel", "cancel thanks"}
)

_MAIL = (
    "text/texts/texting/message/messages/messaging/sms/contact/contacting/contacts/txt/spam/spamming/bother/bothering"
)
_MAILES = "mensaje/mensajes/texto/textos/sms/escriban/escribir/escribirme/escriba/molesten/molestar/manden/mande/mandar/mandarme/envien/enviar"

SURE: Final = Phrases(
    {
        "asks for no more texts": f"""
stop ?all ?with ?the/these/those/your/any/sending/send ?me/us/your/these/those/all/more/automated/auto {_MAIL}
stop * {_MAIL} ?me/us/this
stop sending * {_MAIL}
stop sending me this/these/those/stuff/things
cancel/end/quit/cease/discontinue/block ?all ?of ?the/these/those/your/my/this {_MAIL} ?me/off
turn off * {_MAIL}
no more/further/additional {_MAIL}
no more of these/this
no ?more text/texts/texting/sms/messages please
^ no text/texts/texting/sms
do not ?ever {_MAIL}
do not ?ever send * {_MAIL}
do not want/wish/need/like ?to ?be/get/receive/have ?any/more/your/these/the/those ?more/automated {_MAIL}
never * text/message/contact ?me
not/never authorize/consent/agree/agreed/consented/authorized/authorised * {_MAIL}
remove/delete/take/drop/scratch ?me/us/my/this * off/from ?the/your/this/all/of ?contact/mailing/calling/text/call/marketing/sms ?the/your list/lists/contacts/texts/texting/messages/database/system/thing/service
remove/delete/take/erase ?my/this/our number/phone/cell ?number off/from
remove/delete/erase/take my/this/our ?phone/cell number
remove/erase/delete me please
remove me $
take me off $
take me off ?of/from/all ?your/the/this/all list/texts/text/messages
take this number off
get me off
lose my/this number
lose the number
delete my/this number
opt me/us out
opt out please/now/of texts/texting/messages/text/this/these/sms
opt out of ?the/your/all/these/this texts/text/texting/messages/sms/list
like/want/wish/need/choose to opt out $
please opt out $
opting out
text/texts/texting/me/this/you/u * stop $
said/say/asked/told * stop $
sign up for ?this/these/texts ?so stop
^ ?please discontinue $
^ go away $
^ fuck off
^ fuck you
stop it already/now/please
want out of ?the/these/this texts/messages/list/group
opted out of
^ unsubscribe
unsubscribe me/us/please/now $
unsubscribe from ?all ?this/these/the/your text/texts/messages/list
i/please/to/want revoke * consent/permission
revoke * consent/permission/authorization
withdraw * consent/permission
leave me alone
quit bothering/spamming/messaging/contacting ?me
stop bothering/spamming/contacting/harassing/bugging ?me
stop blowing up my phone
stop it with the texts/messages
stop all ?of communication/communications/contact
cease ?all ?further communication/communications/contact/texts/messages
cease and desist
only call/calls ?me no texts
call * do not text
call not text
do not like/want ?the/these/those/your/any/getting/receiving/to ?get/receive ?the/these/those/your/any text/texts/messages
i no longer want/wish * {_MAIL}
no longer wish * {_MAIL}
rather not get/receive/have * {_MAIL}
enough with the/these {_MAIL}
enough {_MAIL}
knock it off with * {_MAIL}
sick/tired of * {_MAIL}
can/could you/u ?please not {_MAIL} ?me
please not text
why are you/u still {_MAIL}
^ stop ?please ?i ?do not know/want/need
^ stop i
and stop {_MAIL}
unenroll/deregister ?me
sign me off
take my name off
""",
        "asks in Spanish for no more texts": f"""
ya no ?me ?quiero {_MAILES}
ya no * {_MAILES}
no ?me ?quiero {_MAILES}/manden/mande/envien/envie/mandes/escriban/escribas/escriba/texteen * mensajes/textos/mas/nada
no * quiero ?recibir/mas * mensajes/textos/sms
no quiero que me escriban/manden/texteen
no mas mensajes/textos/sms
no me escriban/escriba/texteen/manden/molesten/contacten/envien
no escriban/manden/envien mas
deje/dejen/deja/paren/pare/para de mandar/mandarme/enviar/enviarme/escribir/escribirme/molestar/molestarme/textear/textearme
dejen de * mensajes/textos
paren/pare/alto/detengan/cancelen/basta ?con/a/de ?los/las/estos/esos mensajes/textos
quiteme/quitenme/saquenme/saqueme/borren/borrenme/borreme/eliminen/eliminenme/quiten/saquen * lista/listas
quitenme/saquenme/borrenme/eliminenme/quiteme/saqueme/borreme ?de
borren/quiten/eliminen/borre/elimine/quite mi/este/mis numero/telefono
dar/darme/denme/deme/dame de baja
dejenme/dejeme en paz
no molesten ?mas
""",
    }.items()
)

UNSURE: Final = Phrases(
    {
        "may want no more texts": f"""
prefer not/no {_MAIL}
prefer ?a/phone/to/you/that call/calls/phone/called/email/emails/voice/mail
rather ?you/be/talk/get ?a call/called/phone/email
do not use text/texting/texts
too many/much {_MAIL}
why/how are you/u {_MAIL} ?me
why/how ?did do you/u/i ?have my number
why am i getting
how did you get my/this number
where did you get my/this number
who gave you my/this number
annoying
this is spam
is this spam/scam
this is a scam
spam
scam
reported as spam/junk
reporting this
stop calling
stop all calls
^ do not call ?me $
^ not interested $
no longer a/your patient/patients
not a/your patient
who is this
who are you
quien es $
porque/por ?que me escriben/mandan/texteen
no me interesa
no llamen
demasiados mensajes
""",
    }.items()
)

NOT: Final = Phrases(
    {
        "is not about texts": """
stop by
waitlist/waiting list
from/off the/your waitlist/waiting/schedule
do/did/does/please/to not stop
stop in
stop over
stop at the/your
wrong ?phone number on/in/listed/for
stop taking/using/eating/smoking/drinking/the/my medication/medicine/pill/pills/drinking
text/message me when/once/if/the/a/at/back/with/later/tomorrow/today/your/my/directions/address/times
end of
at the end
did not stop
will not stop
cannot stop
does not stop
""",
    }.items()
)

WRONG: Final = Phrases(
    {
        "says it is the wrong number": """
wrong number/person/phone/guy/lady
^ ?sorry wrong $
texted/texting/dialed/reached/contacted ?the wrong number/person
not my doctor/clinic/number/office
this is not * number/phone
not ?the/a right number/person/party
^ not me $
^ no not me $
i/we never/not ?even ?ever called you/this/u/here
never called you/this/u ?clinic/office/number
who is this * never called
who is this * did not call
i/we did not call ?you/this/u/anyone/anybody/y'all/there $
i/we did not call you/this/u/anyone
you have the wrong number/person/guy
no one/nobody here/by ?by ?that/with ?name
nobody by/with that name
new/different owner of this number
this is ?my/a new number not
just/recently got this ?phone number
changed hands
is no longer * number
does not live here
do not know anyone/anybody
numero equivocado/incorrecto
numero esta equivocado
se equivoco/equivocaron ?de
esta/estan equivocado/equivocada/equivocados
persona equivocada
equivocado $
no soy yo/el/ella/esa
yo no llame
yo no los/le/les llame
no los/le/les/te llame
nunca llame/he
quien es yo no llame
aqui no vive
no conozco
ese no es mi
no es mi numero
""",
    }.items()
)
