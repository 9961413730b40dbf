"""A few plain words of danger in languages that are not read by rule.

The rule: found anywhere in the message, as they are written, they page. Nobody who speaks the language has
checked them yet; a message in such a language goes to a person whatever is found here.
"""

from __future__ import annotations

import unicodedata
from typing import Final

_WORDS: Final[dict[str, str]] = {
    "heart signs": "胸痛|胸口痛|胸口疼|心脏病|心臟病|боль в груди|болит грудь|инфаркт|가슴이 아|가슴 통증|흉통|ألم في الصدر|đau ngực|douleur à la poitrine|dor no peito|胸が痛",
    "trouble breathing": "呼吸困难|呼吸困難|不能呼吸|喘不过气|喘不過氣|не могу дышать|не дышит|задыха|숨을 못|숨을 쉴 수|숨이 안|لا أستطيع التنفس|لا استطيع التنفس|khó thở|không thở được|peux pas respirer|não consigo respirar|息ができ",
    "suicide or self-harm": "自杀|自殺|想死|不想活|самоуби|хочу умереть|покончить с собой|자살|죽고 싶|انتحار|أريد أن أموت|tự tử|muốn chết|me suicider|envie de mourir|quero morrer|死にたい",
    "heavy bleeding": "大出血|流血不止|血止不住|кровотечение|출혈|نزيف|chảy máu không|hémorragie|hemorragia",
    "fainted or not responding": "昏迷|昏倒|晕倒|暈倒|потерял сознание|потеряла сознание|без сознания|의식이 없|의식을 잃|기절|فاقد الوعي|فقد الوعي|bất tỉnh|ngất|inconscient|desmaiou|意識がな",
    "stroke signs": "中风|中風|инсульт|뇌졸중|جلطة|đột quỵ",
    "a seizure": "抽搐|癫痫发作|судорог|발작|تشنج|co giật",
    "an overdose": "服药过量|吃了太多药|передоз|과다 복용|과다복용|جرعة زائدة|quá liều|surdose|overdose de",
    "says it is urgent": "救命|急救|скорую|срочно|응급|구급차|إسعاف|اسعاف|حالة طارئة|cấp cứu|c'est une urgence|ambulância|救急",
}
SCRIPTS: Final = tuple(
    (unicodedata.normalize("NFKC", w), name) for name, words in _WORDS.items() for w in words.split("|")
)


def named(text: str) -> str:
    """The kind of danger that `text` names in another language, or ''. Read as written, whatever the case."""
    if text.isascii():
        return ""
    plain = unicodedata.normalize("NFKC", text).lower()
    return next((name for word, name in SCRIPTS if word in plain), "")
