"""Invent names: a recogniser that has never seen a name must tell it by its form and its surroundings."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

_STEMS = (
    "Moon light", "Star field", "River stone", "Green wave", "Blue harbour", "North gate", "Silver lake",
    "Iron wood", "Sun rise", "Cloud nine", "Deep root", "High peak", "Long view", "Fair water",
    "Bright path", "Clear sky", "Red cliff", "White sand", "Gold leaf", "Stone bridge",
)  # fmt: skip
_SYLLABLES = (
    "xin", "yuan", "hua", "da", "zhong", "tai", "he", "feng", "long", "sheng", "ke", "jin", "wei", "bo",
    "rui", "kang", "an", "ning", "xiang", "guang", "hong", "yi", "ming", "hai", "tian", "yu", "lin", "qing",
    "chuan", "shan", "xing", "zhi", "yun", "jia", "mei", "lai", "de", "run", "ze", "hang", "tong",
)  # fmt: skip
_COINED = (
    "ax", "br", "cal", "dex", "el", "fin", "gor", "hal", "ix", "jun", "kry", "lum", "mar", "nex", "or",
    "pry", "qua", "rel", "sol", "tem", "ul", "vex", "wyn", "zen", "al", "be", "cor", "di", "eno", "ful",
    "gen", "ion",
)  # fmt: skip
_COINED_ENDS = (
    "ara", "ea", "en", "era", "ex", "ia", "ic", "io", "ion", "is", "ix", "ium", "o", "on", "ora", "os", "us",
    "ya", "yx",
)  # fmt: skip
_INDUSTRIES = (
    "Robotics", "Biopharma", "Therapeutics", "Technologies", "Technology", "Semiconductor", "Energy",
    "Mining", "Minerals", "Resources", "Motors", "Auto", "Logistics", "Foods", "Pharma", "Pharmaceuticals",
    "Capital", "Securities", "Bank", "Insurance", "Properties", "Materials", "Steel", "Chemicals",
    "Airlines", "Shipping", "Media", "Games", "Software", "Networks", "Telecom", "Healthcare", "Medical",
    "Biotech", "Genomics", "AI", "Labs", "Digital", "Cloud", "Data", "Systems", "Electronics", "Industries",
    "Partners", "Ventures", "Asset Management", "Investments", "Financial", "Brands", "Retail", "Solar",
    "Lithium", "Gold", "Petroleum", "Power", "Water", "Solutions",
)  # fmt: skip
_LEGAL = (
    "", "Inc", "Inc.", "Ltd", "Ltd.", "Limited", "Corp", "Corp.", "Group", "Holdings", "Holding", "PLC",
    "plc", "AG", "ASA", "AB", "NV", "SA", "S.p.A.", "Co.", "Co., Ltd.", "Corporation", "Company", "LLC",
    "LP", "Group Holdings", "Pty Ltd", "Berhad", "Bhd", "KK",
)  # fmt: skip
_GIVEN = (
    "James", "Maria", "Robert", "Linda", "Michael", "Sarah", "David", "Anna", "Thomas", "Karen", "Peter",
    "Emma", "Paul", "Julia", "Mark", "Laura", "Kevin", "Sofia", "Brian", "Nina", "Jean-Luc", "Pierre",
    "Hans", "Lars", "Erik", "Ingrid", "Carlos", "Luis", "Ana", "Rajesh", "Priya", "Amit", "Sunil", "Anil",
    "Neha", "Yuki", "Kenji", "Hiroshi", "Ji-hoon", "Min-seo", "Ahmed", "Fatima", "Omar", "Olga", "Ivan",
    "Dmitri", "Marek", "Tomasz", "Siti", "Nguyen", "Carrie", "Raymond", "Vivian", "Eddie", "Christine",
    "Horace", "Rosanna", "Algernon", "Starry", "Clara", "Desmond", "Ronny", "Kelvin",
)  # fmt: skip
_SURNAMES = (
    "Hartley", "Moreno", "Whitfield", "Lindqvist", "Okafor", "Castellano", "Brennan", "Novak", "Petrov",
    "Kowalski", "Dubois", "Schneider", "Rossi", "Fernandez", "Silva", "Janssen", "Andersen", "Nakamura",
    "Takahashi", "Sharma", "Mehta", "Reddy", "Iyer", "Kapoor", "Rahman", "Abdullah", "Santos", "O'Connor",
    "McBride", "Fitzgerald", "Van Dyke", "de Vries", "Al-Rashid", "Goldstein", "Weiss", "Ferraro",
    "Papadopoulos", "Hughes", "Barlow", "Pemberton", "Stovall", "Grady", "Zhdanov", "Kim", "Park", "Choi",
    "Tanaka", "Suzuki",
)  # fmt: skip
_CANTONESE = (
    "Chan", "Lee", "Wong", "Cheung", "Lau", "Ho", "Leung", "Ng", "Lam", "Cheng", "Chow", "Tsang", "Yip",
    "Kwok", "Mak", "Tam", "Fung", "Tse", "Yeung", "Lo", "Law", "Hui", "Chiu", "Sin", "Poon", "Yuen", "Tang",
    "Au", "Kan", "Shum",
)  # fmt: skip
_CANTONESE_GIVEN = (
    "wing", "man", "kwok", "ka", "wai", "ming", "chi", "kin", "yee", "fai", "shing", "tak", "hon", "sze",
    "ching", "lok", "hei", "kit", "pui", "mei", "yan", "tsun", "hung",
)  # fmt: skip
_MANDARIN = (
    "Wang", "Li", "Zhang", "Liu", "Chen", "Yang", "Zhao", "Huang", "Zhou", "Wu", "Xu", "Sun", "Hu", "Zhu",
    "Gao", "Lin", "He", "Guo", "Ma", "Luo", "Liang", "Song", "Zheng", "Xie", "Han", "Tang", "Feng", "Yu",
    "Dong", "Xiao", "Cheng", "Cao", "Yuan", "Deng", "Shen", "Zeng", "Peng", "Lu", "Su", "Jiang", "Cai",
    "Jia", "Ding", "Wei", "Xue", "Ye",
)  # fmt: skip
_BODIES = (
    "Ministry of {}", "{} Commission", "{} Authority", "Department of {}", "Institute of {}",
    "{} Association", "{} Council", "{} Bureau", "National {} Administration", "{} Federation",
    "Office of {}", "{} Committee", "Centre for {}", "{} Agency", "{} Foundation", "{} Forum",
    "Academy of {}", "{} Research Institute", "{} Board", "{} Chamber of Commerce", "{} Tribunal",
)  # fmt: skip
_MATTERS = (
    "Fisheries", "Industry", "Land Development", "Digital Economy", "Transport", "Housing",
    "Trade Promotion", "Public Health", "Finance", "Agriculture", "Tourism", "Emergency Management",
    "Competition", "Securities", "Energy", "Water Resources", "Statistics", "Space", "Food Safety", "Labour",
    "Consumer Protection", "Pensions", "Economic Research", "Youth Affairs", "Elections",
)  # fmt: skip
_PLACES = (
    "Zhejiang", "Ningbo", "Sichuan", "Wuhan", "Dongguan", "Macau", "Tsuen Wan", "Penang", "Jakarta",
    "Bavaria", "Ontario", "Queensland", "Osaka", "Busan", "Gujarat", "Nordic", "Caspian", "Andean", "Texas",
    "Nevada", "Ohio", "Wales", "Catalan", "Baltic", "European", "African", "Asian", "US", "National",
    "Central", "Royal", "Federal", "State", "Global", "International", "Hong Kong", "China", "Indian",
    "Australian",
)  # fmt: skip
_INDEX_ENDS = (
    "Index", "Composite", "Composite Index", "All-Share", "100", "50", "200", "ETF Index",
    "Total Market Index", "PMI",
)  # fmt: skip
_PRODUCT_ENDS = (
    "Pro", "Max", "Mini", "R1", "V3", "X2", "S7", "2.0", "3.5", "Plus", "Air", "Chat", "Bot", "Coder",
    "Fund", "Bond ETF", "Scheme", "Plan", "Programme", "Sandbox", "Festival", "Project", "-7B", "-72B", "L6",
    "Tower", "Gardens", "Mine", "One", "Studio", "Assistant", "Vision",
)  # fmt: skip
_TRADES = ("Capital", "Research", "Global Advisors", "Bank", "Securities")
_CAPITALS = "ABCDEFGHIKLMNPRSTVWXYZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class InventedName:
    """A name in the forms of an article: in full, short (a surname, say), by its initials."""

    full: str
    short: str
    initials: str


def invent_name(kind: str, rng: random.Random) -> InventedName:
    """Invent a name of a type (company, institution, person, index, product)."""
    return _INVENTORS[kind](rng)


def _invent_company(rng: random.Random) -> InventedName:
    stem = _invent_stem(rng)
    core = f"{stem} {rng.choice(_INDUSTRIES)}" if _happens(rng, 0.75) else stem
    full = f"{core} {rng.choice(_LEGAL)}".strip() if _happens(rng, 0.4) else core
    return InventedName(full=full, short=stem, initials=_initials(core))


def _invent_stem(rng: random.Random) -> str:
    (invent,) = rng.choices((_join_syllables, _coin, _join_words, _surname, _letters), (35, 25, 20, 10, 10))
    return invent(rng)


def _join_syllables(rng: random.Random) -> str:
    return "".join(rng.choices(_SYLLABLES, k=rng.choice((2, 2, 2, 3)))).capitalize()


def _coin(rng: random.Random) -> str:
    word = "".join(rng.choices(_COINED, k=rng.choice((1, 2)))) + rng.choice(_COINED_ENDS)
    return word.capitalize()


def _join_words(rng: random.Random) -> str:
    words = rng.choice(_STEMS)
    return words.title() if _happens(rng, 1 / 3) else words.replace(" ", "")


def _surname(rng: random.Random) -> str:
    return rng.choice(_SURNAMES)


def _letters(rng: random.Random) -> str:
    return "".join(rng.choices(_CAPITALS, k=rng.choice((2, 3, 3, 4))))


def _invent_person(rng: random.Random) -> InventedName:
    (invent,) = rng.choices((_mandarin_name, _cantonese_name, _western_name), (30, 25, 45))
    surname, full = invent(rng)
    return InventedName(full=full, short=surname, initials=surname)


def _mandarin_name(rng: random.Random) -> tuple[str, str]:
    surname = rng.choice(_MANDARIN)
    given = "".join(rng.choices(_SYLLABLES, k=rng.choice((1, 2, 2)))).capitalize()
    return surname, f"{surname} {given}"


def _cantonese_name(rng: random.Random) -> tuple[str, str]:
    surname = rng.choice(_CANTONESE)
    own = f"{surname} {'-'.join(rng.choices(_CANTONESE_GIVEN, k=2)).capitalize()}"
    english = rng.choice(_GIVEN)
    return surname, rng.choice((own, f"{english} {own}", f"{english} {surname}"))


def _western_name(rng: random.Random) -> tuple[str, str]:
    surname = rng.choice(_SURNAMES)
    middle = f"{rng.choice(_CAPITALS)}. " if _happens(rng, 0.1) else ""
    return surname, f"{rng.choice(_GIVEN)} {middle}{surname}"


def _invent_institution(rng: random.Random) -> InventedName:
    (invent,) = rng.choices((_university, _house, _public_body), (15, 20, 65))
    full = invent(rng)
    return InventedName(full=full, short=full, initials=_initials(full))


def _university(rng: random.Random) -> str:
    return f"{rng.choice(_PLACES)} University" if _happens(rng, 0.5) else f"University of {_coin(rng)}"


def _house(rng: random.Random) -> str:
    return f"{_invent_stem(rng)} {rng.choice(_TRADES)}"


def _public_body(rng: random.Random) -> str:
    name = rng.choice(_BODIES).format(rng.choice(_MATTERS))
    return f"{rng.choice(_PLACES)} {name}" if _happens(rng, 0.6) else name


def _invent_index(rng: random.Random) -> InventedName:
    stem = f"{rng.choice(_PLACES)} {_coin(rng)}" if _happens(rng, 0.5) else _invent_stem(rng)
    full = f"{stem} {rng.choice(_INDEX_ENDS)}"
    return InventedName(full=full, short=full, initials=_initials(full))


def _invent_product(rng: random.Random) -> InventedName:
    stem = _invent_stem(rng)
    end = rng.choice(_PRODUCT_ENDS)
    full = stem if _happens(rng, 0.2) else f"{stem}{'' if end[0] == '-' else ' '}{end}"
    return InventedName(full=full, short=stem, initials=stem)


def _happens(rng: random.Random, share: float) -> bool:
    return rng.random() < share


def _initials(name: str) -> str:
    letters = "".join(word[0] for word in name.split() if word[0].isupper())
    return letters if len(letters) > 1 else name


_INVENTORS: dict[str, Callable[[random.Random], InventedName]] = {
    "company": _invent_company,
    "institution": _invent_institution,
    "person": _invent_person,
    "index": _invent_index,
    "product": _invent_product,
}
