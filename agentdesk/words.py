"""The desk's texts in the agent's language.

English is the source. Other languages come from Qt Linguist sources in `translations/` (`caruso_LANGUAGE.ts`), which
are read as they are: nothing has to be compiled, and code without Qt can speak too. A text is found by its English
source alone, in whatever context it stands.
"""

from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

TRANSLATIONS = Path(__file__).parent / "translations"
LANGUAGES: dict[str, str] = {"en": "English", "pt_BR": "Português (Brasil)"}


def QT_TR_NOOP(text: str) -> str:
    """Mark a text for translators (lupdate knows this name) where it is written down before it is shown."""
    return text


class Words:
    """Says the desk's texts in one language."""

    def __init__(self, language: str = "en", texts: Mapping[str, str] | None = None) -> None:
        """`texts`: English source to translation; a source that is missing is said in English."""
        self.language = language
        self._texts = dict(texts or {})

    def tr(self, source: str, /, **values: object) -> str:
        """The text in this language, with `{name}` replaced by the values."""
        text = self._texts.get(source, source)
        return text.format(**values) if values else text


def language_of(wish: str) -> str:
    """The language we have that is nearest to `wish` (`pt-BR`, `pt_BR.UTF-8`, `de`); English if none is."""
    wished = wish.split(".")[0].replace("-", "_")
    if wished in LANGUAGES:
        return wished
    main = wished.split("_")[0].lower()
    return next((name for name in LANGUAGES if name.split("_")[0] == main), "en")


def catalogue(path: Path) -> dict[str, str]:
    """Source to translation, from one Linguist file; unfinished ones are left out.

    Raises `OSError` and `xml.etree.ElementTree.ParseError`: a broken file of our own is a fault, not a user's error.
    """
    texts: dict[str, str] = {}
    for message in ElementTree.parse(path).iter("message"):
        source, translation = message.findtext("source"), message.find("translation")
        if source and translation is not None and translation.get("type") is None and translation.text:
            texts[source] = translation.text
    return texts


def words_in(wish: str) -> Words:
    """The texts in the language nearest to `wish`."""
    language = language_of(wish)
    return Words(language) if language == "en" else Words(language, catalogue(TRANSLATIONS / f"caruso_{language}.ts"))
