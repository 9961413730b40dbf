"""The words that a text of ours may not hold, and the patterns for what no list can name.

The rule: a word that would tell a stranger why somebody goes to a clinic is here. Words that every front desk
needs (refill, bill, visit, appointment) are not.
"""

from __future__ import annotations

import re
from typing import Final

from ringback.core.words.lists import either

WORDS: Final[dict[str, frozenset[str]]] = {
    "specialty": either(
        """cardiology|cardiologist|oncology|oncologist|psychiatry|psychiatrist|psychiatric|psychology|psychologist|therapist|
        counselor|counseling|behavioral health|mental health|dermatology|dermatologist|urology|urologist|gynecology|
        gynecologist|gyn|obgyn|ob gyn|obstetrics|obstetrician|midwife|maternity|prenatal|fertility|ivf|pediatrics|pediatrician|
        pediatric|neurology|neurologist|nephrology|nephrologist|endocrinology|endocrinologist|gastroenterology|
        gastroenterologist|hematology|rheumatology|rheumatologist|pulmonology|pulmonologist|orthopedics|orthopedic|
        orthopedist|podiatry|podiatrist|ophthalmology|ophthalmologist|optometry|optometrist|radiology|pathology|surgeon|surgery|
        dentist|dental|orthodontist|endodontist|periodontist|hospice|dialysis|rehab|detox|methadone|suboxone|methadone clinic|
        addiction|substance|substance use|hiv clinic|sti clinic|std clinic|planned parenthood|abortion|womens health|mens health|
        sexual health|reproductive health|pain clinic|cancer center|wound care|sleep clinic|memory clinic|memory care|
        weight loss|bariatric|plastic surgery|oncologo|cardiologo|psiquiatra|psicologo|ginecologo|ginecologa|pediatra|
        dentista|salud mental|dermatologo|neurologo|urologo"""
    ),
    "diagnosis": either(
        """cancer|tumor|diabetes|diabetic|diabetics|hypertension|high blood pressure|blood pressure|hiv|aids|std|stds|sti|stis|
        herpes|chlamydia|gonorrhea|syphilis|hepatitis|depression|depressed|anxiety|bipolar|schizophrenia|adhd|autism|ptsd|ocd|
        dementia|alzheimers|asthma|copd|pneumonia|covid|covid 19|flu|influenza|pregnant|pregnancy|miscarriage|infertility|
        menopause|infection|infections|uti|arthritis|epilepsy|seizure|seizures|stroke|heart attack|heart disease|
        heart failure|heart condition|kidney disease|kidney|liver|thyroid|cholesterol|obesity|obese|anemia|migraine|migraines|
        eczema|psoriasis|acne|allergy|allergies|insomnia|alcoholism|alcohol use|overdose|suicide|suicidal|self harm|disorder|
        disease|diagnosis|diagnosed|diagnoses|condition|symptom|symptoms|illness|fracture|osteoporosis|glaucoma|cataract|
        cataracts|lupus|leukemia|lymphoma|chronic|fever|rash|chest pain|back pain|knee pain|tooth pain|toothache|pain|injury|
        wound|bleeding|hernia|a1c|diabetica|diabetico|embarazo|embarazada|presion alta|depresion|ansiedad|vih|sida|
        infeccion|enfermedad|diagnostico|sintomas|gripe|dolor|asma"""
    ),
    "drug": either(
        """insulin|metformin|ozempic|wegovy|mounjaro|adderall|ritalin|vyvanse|concerta|xanax|valium|ativan|klonopin|prozac|
        zoloft|lexapro|celexa|paxil|wellbutrin|effexor|cymbalta|lithium|seroquel|abilify|risperdal|lamictal|viagra|cialis|
        lipitor|crestor|lisinopril|losartan|amlodipine|atorvastatin|warfarin|eliquis|xarelto|plavix|aspirin|tylenol|ibuprofen|
        advil|motrin|aleve|oxycodone|oxycontin|percocet|hydrocodone|vicodin|norco|fentanyl|morphine|tramadol|gabapentin|
        prednisone|amoxicillin|azithromycin|zithromax|cipro|doxycycline|albuterol|inhaler|synthroid|levothyroxine|truvada|prep|
        descovy|birth control|plan b|contraceptive|contraceptives|antidepressant|antidepressants|antibiotic|antibiotics|opioid|
        opioids|statin|statins|chemo|chemotherapy|botox|steroid|steroids|vaccine|vaccines|vaccination|flu shot|shot|shots|
        methotrexate|humira|enbrel|buprenorphine|naloxone|narcan|medication|medications|medicine|medicines|pills|medicamento|
        medicamentos|insulina|vacuna|vacunas|pastillas|medicina|booster|testosterone|estrogen|hormone|hormones"""
    ),
    "test": either(
        """lab|labs|lab work|lab results|lab result|bloodwork|blood work|blood test|biopsy|mri|ct scan|ct|xray|x ray|xrays|ultrasound|
        mammogram|mammograms|colonoscopy|endoscopy|pap|pap smear|ekg|ecg|echocardiogram|stress test|screening|sonogram|
        test result|test results|results|result|positive|negative|abnormal|normal range|test|tests|tested|imaging|scan|scans|
        pathology report|dna test|drug test|urine|resultados|resultado|analisis|examen de sangre|biopsia|radiografia|ultrasonido|
        mamografia|laboratorio|prueba"""
    ),
    "treatment": either(
        """therapy|treatment|treatments|procedure|procedures|operation|transplant|infusion|injection|injections|radiation|
        root canal|filling|crown|extraction|implant|physical therapy|physical|annual physical|checkup|wellness visit|well child|
        post op|pre op|follow up visit|cleaning|sobriety|recovery program|quimioterapia|terapia|cirugia|tratamiento|
        procedimiento|colposcopy|iud|vasectomy|circumcision|anesthesia|fasting"""
    ),
}
_DAY = r"(?:mon|tues?|wednes|wed|thurs?|fri|satur|sat|sun)(?:day)?s?|tomorrow|lunes|martes|mi[eé]rcoles|jueves|viernes|s[aá]bado|domingo|ma[nñ]ana"
_MONTH = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)"
_TIME = r"\b\d{1,2}(?::\d{2})?\s*[ap]\.?m\b\.?|\b\d{1,2}:\d{2}\b|\bnoon\b"
_RESERVED = r"(?:STOP|HELP|YES|START|CANCEL|END|UNSUBSCRIBE|QUIT)"


def _re(pattern: str, flags: int = re.IGNORECASE) -> re.Pattern[str]:
    return re.compile(pattern, flags)


PATTERNS: Final[tuple[tuple[str, str, re.Pattern[str], str], ...]] = (
    ("privacy", "birth_date", _re(r"\b(?:dob|d\.o\.b|date of birth|birth ?date|birthday|born (?:on|in|\d{2,4})|fecha de nacimiento)\b"), "Asks for or holds a birth date"),
    ("privacy", "date", _re(r"\b(?:\d{1,2}/\d{1,2}(?:/\d{2,4})?|\d{4}-\d{2}-\d{2}|\d{1,2}-\d{1,2}-\d{2,4}(?!\d))\b"), "Names a date"),
    ("privacy", "date", _re(rf"\b{_MONTH}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?\b|\b\d{{1,2}}(?:st|nd|rd|th)? (?:of |de )?{_MONTH}\b"), "Names a date"),
    ("privacy", "visit_time", _re(rf"\b(?:appointment|appt|visit|scheduled|booked|seen|cita|consulta|due|see you|reminder|expect you|slot)\b[^.?!]{{0,40}}?(?:\b(?:{_DAY}|today|tonight|next week)\b|{_TIME})"), "Names the time of a visit"),
    ("privacy", "visit_time", _re(rf"\b(?:your|su|tu) (?:{_DAY}|{_TIME})|\b(?:on|this|next|el|for|until) (?:{_DAY})\b"), "Names a day"),
    ("privacy", "visit_time", _re(rf"(?:\b(?:{_DAY}|today)\b|{_TIME})[^.?!]{{0,30}}\b(?:appointment|appt|visit|cita|consulta)\b"), "Names the time of a visit"),
    ("privacy", "amount", _re(r"[$€£]\s*\d|\b\d+(?:[.,]\d+)?\s*(?:dollars|usd|d[oó]lares)\b"), "Names an amount"),
    ("privacy", "balance", _re(r"\b(?:balance|past due|overdue|collections?|amount due|you owe|owed|copay|deductible|unpaid|saldo|adeuda|debe usted|insurance|medicaid|medicare|claim|aseguranza)\b"), "Speaks of money owed or of insurance"),
    ("privacy", "record_number", _re(r"\b(?:mrn|medical record|chart|record|account|acct|member|policy|patient|case|claim|rx|prescription|invoice|confirmation)\s*(?:id|no\.?|number|num|#|:)+\s*[:#]?\s*[a-z]{0,3}-?\d+|\bmrn\b|#\s*\d{4,}"), "Holds a record number"),
    ("privacy", "record_number", _re(r"\b\d{3}-\d{2}-\d{4}\b|\bssn\b|social security"), "Holds a social security number"),
    ("privacy", "name", _re(r"\b(?:Dr|Doctor|Dra|Nurse|Mr|Mrs|Ms|Sr|Sra)\.?\s+[A-Z][a-z]+", 0), "Names a person"),
    ("privacy", "name", _re(r"\b(?:[Hh]i|[Hh]ello|[Dd]ear|[Hh]ola|[Hh]ey|HI|[Ee]stimad[oa])\s+(?!There\b|Everyone\b|All\b|Patient\b|This\b|It\b|We\b|From\b|You\b|Again\b)[A-Z][a-z]+", 0), "Greets a person by name"),
    ("privacy", "name", _re(r"\b(?!(?:Someone|Somebody|Staff|Messages?|Texts?|Calls?|Reply|Thanks|Sent|Hello|Away)\b)[A-Z][a-z]+ from (?:billing|scheduling|reception|the front desk|our|the (?:clinic|office))\b|\b[Tt]his is (?!(?:The|A|An|Our|Your|Not)\b)[A-Z][a-z]+ (?:calling|at the front desk|in (?:billing|scheduling))\b", 0), "Names a person"),
    ("privacy", "relation", _re(r"\b(?:your|su) (?:son|daughter|child|baby|wife|husband|mother|father|spouse|hijo|hija|esposo|esposa|beb[eé])\b"), "Names a relation"),
    ("privacy", "patient", _re(r"\b(?:your|as a) (?:patient|care team|doctor|provider|physician|specialist|therapist)\b|\b(?:our|valued|dear|existing|new) patients?\b|\bsu (?:doctora?|m[eé]dico)\b|^\s*(?:hi|hello|dear)\s+patient\b"), "Says that the reader is a patient"),
    ("carrier", "shortener", _re(r"\b(?:bit\.ly|tinyurl\.com|goo\.gl|t\.co|ow\.ly|is\.gd|buff\.ly|rebrand\.ly|cutt\.ly|tiny\.cc|rb\.gy|shorturl\.at|bl\.ink|lnkd\.in|s\.id|t\.ly|v\.gd|adf\.ly|short\.io|fb\.me|wa\.me|youtu\.be|qr\.ae)\b"), "Public link shorteners are blocked by carriers"),
    ("carrier", "plain_link", _re(r"\bhttp://\S+|\bwww\.\S+"), "A link must begin with https://"),
    ("carrier", "reserved", _re(r"\b(?:reply|text|send|press|type|responda|escriba|env[ií]e|conteste)\s+(?:with\s+|back\s+|con\s+)?['\"]?(?:yes|confirm or cancel|cancel|end)\b(?!\s+(?:to|para)\s+(?:opt|unsub|stop|salir))"), "A carrier's word is offered as a choice"),
    ("carrier", "reserved", _re(r"\b(?:reply|text|send|press|type|responda|escriba|env[ií]e|for|or|,)\s+['\"]?(?:STOP|STOPALL|UNSUBSCRIBE|QUIT)\b['\"]?\s+(?:to|for|if|para|si)\s+(?!opt|end\b|unsub|quit|stop\b|leave|salir|no more|terminar|cancelar (?:mensajes|textos)|no recibir|dejar|be removed|cancel (?:texts|messages))"), "STOP is offered for something else"),
    ("carrier", "reserved", _re(r"\b(?:[Rr]eply|[Tt]ext|[Ss]end|[Pp]ress|[Tt]ype) (?:with )?['\"]?(?:Y|C|N)\b", 0), "A letter that carriers read as a word is offered"),
    ("carrier", "reserved", _re(r"\b(?:[Rr]eply|[Tt]ext|[Ss]end|[Pp]ress|[Tt]ype)\s+(?:with\s+|back\s+)?['\"]?(?:REVOKE|UNSTOP|INFO|OPT[- ]?OUT)\b['\"]?(?!\s+(?:for (?:help|info)|to (?:opt|stop|unsub|end|rejoin|resume)))", 0), "A carrier's word is offered as a choice"),
    ("carrier", "reserved", _re(r"\bHELP\b['\"]?\s+(?:to|if|or)\s+(?!help|get help)"), "HELP is offered for something else"),
    ("carrier", "reserved", _re(r"\bSTART\b['\"]?\s+(?:to|for|para|or|if)\s+(?!rejoin|re-?join|get texts|resubscribe|opt|resume|receive|volver|subscribe|texts)"), "START is offered for something else"),
    ("carrier", "reserved", _re(rf"\b{_RESERVED}\b['\"]?\s*(?:,|/|or|o|=|-)\s*['\"]?(?:to\s+)?(?:BOOK|CHANGE|BILLING|REFILL|URGENT|RESCHEDULE|CALL|CONFIRM|CITA|CAMBIO|PAGO|RECETA|NO)\b|\b(?:BOOK|CHANGE|BILLING|REFILL|URGENT|RESCHEDULE|CALL|CONFIRM|CITA|NO)\b['\"]?\s*(?:,|/|or|o)\s*['\"]?(?:or\s+)?{_RESERVED}\b", 0), "A carrier's word stands in the menu"),
    ("carrier", "reserved", _re(r"\b(?:YES|CANCEL|END|HELP)\b['\"]?\s*(?:=|to (?:book|confirm|accept|change|reschedule|schedule|cancel|talk|speak|keep|be called)|para (?:confirmar|cancelar|cambiar))", 0), "A carrier's word is offered as a choice"),
    ("carrier", "reserved", _re(r"\b[1-9]\s+[A-Za-z]+[,;/]?\s+(?:(?:or|o)\s+)?['\"]?(?:HELP|YES|START|CANCEL|END|QUIT)\b(?!\s+for (?:help|info))", 0), "A carrier's word stands in the menu"),
    ("carrier", "offer", _re(r"\b(?:discount|coupon|% off|special offer|limited time|promo(?:tion)?|free (?:consult\w*|exam|gift|whitening|visit|trial|screening)|gift ?card|sale|deal|act now|don'?t miss|hurry|refer a friend|new patient special|save \d+|oferta|descuento|gratis)\b|\d+\s?% off|\d+\s?%"), "Is an offer"),
    ("style", "praise", _re(r"\b(?:rate us|review us|leave (?:us )?a review|google review|five stars?|5 stars?|5-star|top[- ]rated|best in|(?:the|our) best (?:clinic|care|doctors?|practice|team)|award[- ]winning|number one|#1|world[- ]class|how did we do)\b"), "Praises or asks for praise"),
    ("style", "pressure", _re(r"\b(?:filling fast|spots? (?:are )?(?:left|limited)|last chance|only \d+ (?:left|spots?|slots?)|book now|before it'?s too late)\b"), "Presses the reader to book"),
    ("promise", "clock", _re(r"\b(?:within|in|under|less than|in less than|en|dentro de|antes de)\s+(?:the\s+)?(?:next\s+)?(?:(?:about\s+|an?\s+)?(?:\d+|one|two|three|five|ten|fifteen|thirty|few|una|dos|few)?\s*-?\s*)(?:min(?:ute)?s?|hours?|hrs?|business days?|days?|minutos?|horas?|d[ií]as?)\b"), "Promises a time that no clock of the practice keeps"),
    ("promise", "clock", _re(r"\b(?:call|reply|respond|contact|get back|text|follow up|answer|responderemos|llamaremos)\b[^.?!]{0,40}\b(?:immediately|right away|shortly|asap|as soon as possible|right back|instantly|today|tonight|tomorrow|next (?:business )?day|same day|by (?:noon|close|end of (?:the )?day|eod)|hoy|enseguida|ma[nñ]ana|de inmediato)\b"), "Promises a time that no clock of the practice keeps"),
    ("promise", "staffed", _re(r"\b(?:24/7|around the clock|always (?:here|available)|day or night|someone is always)\b"), "Promises that somebody is always there"),
    ("promise", "reached", _re(r"\b(?:help is on the way|a (?:nurse|doctor) (?:is|will be) (?:with you|calling)|you (?:are|will be) (?:fine|ok|okay)|nothing to worry|do not worry|don'?t worry)\b"), "Promises what nobody can know"),
)  # fmt: skip
