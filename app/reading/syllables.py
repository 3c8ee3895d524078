"""The structure of Vietnamese syllables: which written words can be Vietnamese at all.

A written syllable is an onset, a rhyme and a tone. The tables below list every onset and rhyme of the orthography; a
syllable is valid when its onset may stand before its rhyme (c/k, g/gh, ng/ngh) and its tone may stand on it (closed by
c, ch, p, t: only sắc and nặng). Used to tell clean text from broken font maps, legacy bytes and wrong encodings. Reads
and writes nothing.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


ONSETS = _set(
    "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x"  # and none
)
RHYMES = _set(
    "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây "
    "e ec em en eng eo ep et ê êch êm ên ênh êp êt êu i ia ich im in inh ip it iu "
    "iêc iêm iên iêng iêp iêt iêu yêm yên yêng yêt yêu "
    "o oc oi om on ong op ot oong ooc oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt "
    "oe oen oeo oet ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt "
    "u ua uc ui um un ung up ut uân uâng uât uây uê uêch uên uênh uêu uô uôc uôi uôm uôn uông uôt uơ "
    "uy uya uych uyên uyêt uyn uynh uyp uyt uyu ư ưa ưc ưi ưm ưn ưng ưt ưu "
    "ươc ươi ươm ươn ương ươp ươt ươu y"
)
# "qu" swallows the glide of the rhyme: quan, quyết, quốc, quỳnh.
RHYMES_AFTER_QU = _set(
    "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc ân âng âp ât ây e en eo et ê êch ên ênh êt êu "
    "i ia in it iu ich inh y ych yên yêt ynh yt yu yên ơ ôc ôi ông"
)
# "gi" swallows the i of iê: giếng, giết, giêng.
RHYMES_AFTER_GI = _set("êc êm ên êng êt êu")
FRONT = frozenset("eêiy")  # letters that want k, gh, ngh
_HARD = frozenset(("c", "g", "ng"))
_SOFT = frozenset(("k", "gh", "ngh"))
TONES = {"\u0300": "huyền", "\u0301": "sắc", "\u0303": "ngã", "\u0309": "hỏi", "\u0323": "nặng"}
_CHECKED_TONES = frozenset(("\u0301", "\u0323"))
LETTERS = frozenset("aăâbcdđeêghiklmnoôơpqrstuưvxy")


def split_tone(word: str) -> tuple[str, str] | None:
    """Return (letters without tone, tone mark or ""), or None when the word carries more than one tone."""
    tone = ""
    letters: list[str] = []
    for char in unicodedata.normalize("NFD", word):
        if char in TONES:
            if tone:
                return None
            tone = char
        else:
            letters.append(char)
    return unicodedata.normalize("NFC", "".join(letters)), tone


def _pairs(onset: str, rhyme: str) -> bool:
    if onset == "qu":
        return rhyme in RHYMES_AFTER_QU
    if onset == "gi" and rhyme in RHYMES_AFTER_GI:
        return True
    if rhyme not in RHYMES:
        return False
    if onset in _HARD:
        return rhyme[0] not in FRONT or (onset == "g" and rhyme[0] == "i")
    if onset in _SOFT:
        return rhyme[0] in FRONT
    if rhyme[0] == "y" and len(rhyme) > 1:  # yên, yêu stand alone
        return onset == ""
    return True


@lru_cache(maxsize=1 << 15)
def is_syllable(word: str) -> bool:
    """Whether `word` (lower case, NFC) is a well-formed Vietnamese syllable with a tone it may carry."""
    parted = split_tone(word)
    if parted is None:
        return False
    letters, tone = parted
    for cut in (3, 2, 1, 0):
        onset, rhyme = letters[:cut], letters[cut:]
        if len(onset) < cut or not rhyme or (onset and onset not in ONSETS):
            continue
        if _pairs(onset, rhyme):
            checked = rhyme[-1] in "cpt" or rhyme.endswith("ch")
            return not checked or tone == "" or tone in _CHECKED_TONES
    return False
