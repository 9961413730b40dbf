"""That help in other languages is free, said in those languages, on every page a patient opens (C63, 45 CFR 92.11).

The languages are the fifteen most spoken by people of limited English in the whole country; a state's own list may differ
in its tail. **The wording was not reviewed by qualified translators**: it follows the pattern of the federal sample notice
(hhs.gov/civil-rights, "Translated resources for covered entities"), and a practice replaces it by its own reviewed one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

SOURCE: Final = "https://www.hhs.gov/civil-rights/for-individuals/section-1557/translated-resources/index.html"
REVIEWED: Final = False


@dataclass(frozen=True, slots=True)
class Tag:
    """One language's line: its own name, the words, whether it is written from right to left."""

    name: str
    words: str
    right_to_left: bool = False


TAGS: Final[Mapping[str, Tag]] = {
    "es": Tag("Español", "Si habla español, hay servicios gratuitos de ayuda con el idioma para usted. Llámenos."),
    "zh": Tag("中文", "如果您说中文，我们将免费为您提供语言协助服务。请致电我们。"),
    "vi": Tag(
        "Tiếng Việt", "Nếu quý vị nói tiếng Việt, chúng tôi có dịch vụ hỗ trợ ngôn ngữ miễn phí. Xin gọi cho chúng tôi."
    ),
    "ko": Tag("한국어", "한국어를 사용하시는 경우 무료 언어 지원 서비스를 이용하실 수 있습니다. 전화해 주십시오."),
    "ru": Tag(
        "Русский", "Если вы говорите по-русски, вам доступны бесплатные услуги языковой поддержки. Позвоните нам."
    ),
    "tl": Tag(
        "Tagalog", "Kung nagsasalita ka ng Tagalog, may libreng serbisyo ng tulong sa wika para sa iyo. Tawagan kami."
    ),
    "ar": Tag("العربية", "إذا كنت تتحدث العربية، تتوفر لك خدمات المساعدة اللغوية مجانًا. اتصل بنا.", True),
    "ht": Tag(
        "Kreyòl Ayisyen", "Si ou pale Kreyòl Ayisyen, gen sèvis èd nan lang ki disponib gratis pou ou. Rele nou."
    ),
    "fr": Tag(
        "Français",
        "Si vous parlez français, des services d'aide linguistique gratuits sont à votre disposition. Appelez-nous.",
    ),
    "pt": Tag(
        "Português",
        "Se você fala português, há serviços gratuitos de assistência linguística para você. Ligue para nós.",
    ),
    "pl": Tag("Polski", "Jeśli mówisz po polsku, możesz bezpłatnie skorzystać z pomocy językowej. Zadzwoń do nas."),
    "fa": Tag("فارسی", "اگر به فارسی صحبت می‌کنید، خدمات کمک زبانی رایگان در دسترس شماست. با ما تماس بگیرید.", True),
    "hi": Tag("हिन्दी", "यदि आप हिन्दी बोलते हैं, तो आपके लिए भाषा सहायता सेवाएँ निःशुल्क उपलब्ध हैं। हमें कॉल करें।"),
    "ja": Tag("日本語", "日本語を話される場合、無料の言語支援サービスをご利用いただけます。お電話ください。"),
    "de": Tag(
        "Deutsch", "Wenn Sie Deutsch sprechen, stehen Ihnen kostenlose Sprachdienste zur Verfügung. Rufen Sie uns an."
    ),
}
