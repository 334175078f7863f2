"""Invented cases of 4 to 8 kB, as alike to real ones as a seed can make them."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from store.model import codec
from store.model.case import Case
from tests.bench.names import Lexicon, Name

__all__ = ["make_cases"]

_SMALLEST, _LARGEST = 4_100, 7_700  # bytes of YAML aimed at; a case ends up to 900 above
_KINDS = ("detention", "torture", "enforced_disappearance", "forced_return", "property", "siege")
_STATUSES = ("intake", "building", "review", "ready", "submitted", "judicial")
_CAPACITIES = ("victim", "witness", "indirect_victim", "suspect", "source")
_VIOLATIONS = ("arrest", "detention", "disappearance", "torture", "eviction", "papers_taken")
_TITLES = {
    "detention": ("Detention of a teacher from {}", "اعتقال معلم من {}"),
    "torture": ("Torture of a student from {}", "تعذيب طالب من {}"),
    "enforced_disappearance": ("Disappearance of a shop owner in {}", "اختفاء صاحب متجر في {}"),
    "forced_return": ("Forced return of a family from {}", "إعادة قسرية لعائلة من {}"),
    "property": ("Houses taken in {}", "الاستيلاء على منازل في {}"),
    "siege": ("Siege of {}", "حصار {}"),
}
_SENTENCES = (
    "The account was given in one sitting and read back before it was signed.",
    "He was taken at a checkpoint on the road to {place} in the early morning.",
    "{name} says that nobody showed a paper, and that no reason was given to the family.",
    "Two neighbours heard the cars; neither saw the plates, and both gave the same hour.",
    "The family asked at three offices and was sent from one to the next.",
    "The date is as the witness remembers it: after the harvest, before the first rain.",
    "شهد {arabic} بأنه رأى السيارات أمام المنزل قبل الفجر.",
    "A receipt in the name of {name} was photographed; the original stays with the owner.",
    "Nothing in this account has been shown to another witness.",
    "لم يُبلَّغ الأهل بأي قرار مكتوب، ولم يُسمح لهم بالزيارة.",
    "The house in {place} was sealed the same week, and others live in it now.",
)
_SUBJECTS = ("First conversation", "What is missing", "Second interview", "Question of dates")


def make_cases(count: int, *, seed: int = 1) -> Iterator[Case]:
    """Make cases; the same count and seed give the same cases."""
    random = Random(seed)  # noqa: S311 - invented cases, not keys
    words = Lexicon(random, size=count)
    for number in range(count):
        yield _Maker(random, words).make(number)


class _Maker:
    """One case in the making."""

    def __init__(self, random: Random, words: Lexicon) -> None:
        self._random = random
        self._words = words
        self._people: list[str] = []

    def make(self, number: int) -> Case:
        random = self._random
        case = Case.empty(random.randbytes(10).hex(), "main")
        case.data["overview"] = self._overview(number)
        case.data["people"] = [self._person(f"p{n}") for n in range(1, random.randint(3, 6))]
        case.data["events"] = [self._event("e1")]
        case.data["evidence"] = [self._evidence("v1", number)]
        case.data["notes"] = [self._note("n1")]
        makers = (("events", "e", self._event), ("notes", "n", self._note))
        missing = random.randint(_SMALLEST, _LARGEST) - len(case.dump())
        while missing > 0:
            section, prefix, maker = random.choice(makers)
            items = case.data[section]
            items.append(maker(f"{prefix}{len(items) + 1}", long=missing > 900))
            missing -= len(codec.dump(items[-1]))
        return case

    def _overview(self, number: int) -> dict[str, Any]:
        random, place = self._random, self._words.place()
        kind = random.choice(_KINDS)
        title, translation = _TITLES[kind]
        return {
            "reference": f"SY-{2012 + number % 14}-{number:06}",
            "title": title.format(place.latin),
            "translation": translation.format(place.arabic),
            "kind": [kind],
            "status": random.choice(_STATUSES),
            "period": f"{random.randint(2011, 2024)}-{random.randint(1, 12):02}",
            "places": [_place(place)],
            "summary": self._text(3),
            "languages": ["ar"],
            "lead": "nour",
            "risk": random.choice(("low", "medium", "high")),
        }

    def _person(self, item_id: str) -> dict[str, Any]:
        random, words = self._random, self._words
        parts = (
            ("given", words.given()),
            ("father", words.given()),
            ("family", words.family()),
        )
        self._people.append(item_id)
        return {
            "id": item_id,
            "pseudonym": f"W-{random.randint(1, 999):03}",
            "name": {
                "ar": {key: part.arabic for key, part in parts},
                "la": {key: part.latin for key, part in parts},
            },
            "capacities": [random.choice(_CAPACITIES)],
            "sex": random.choice(("male", "female")),
            "born": str(random.randint(1940, 2005)),
            "fate": random.choice(("detained", "released", "missing", "unknown")),
        }

    def _event(self, item_id: str, *, long: bool = False) -> dict[str, Any]:
        random, words = self._random, self._words
        return {
            "id": item_id,
            "type": random.choice(_VIOLATIONS),
            "date": f"{random.randint(2011, 2024)}-{random.randint(1, 12):02}~",
            "place": _place(words.place()),
            "victims": [random.choice(self._people)],
            "perpetrators": [random.choice(self._people)],
            "unit": f"Checkpoint at {words.place().latin}",
            "certainty": random.choice(("confirmed", "likely", "possible")),
            "description": self._text(4 if long else 2),
        }

    def _evidence(self, item_id: str, number: int) -> dict[str, Any]:
        random = self._random
        return {
            "id": item_id,
            "label": f"EV-{number:06}",
            "title": f"Interview, recorded in {self._words.place().latin}",
            "kind": "testimony",
            "source": random.choice(self._people),
            "method": "interview",
            "sha256": random.randbytes(32).hex(),
            "size": random.randint(10**6, 10**9),
        }

    def _note(self, item_id: str, *, long: bool = False) -> dict[str, Any]:
        random = self._random
        return {
            "id": item_id,
            "subject": random.choice(_SUBJECTS),
            "date": f"2025-{random.randint(1, 12):02}-{random.randint(1, 28):02}",
            "author": random.choice(("nour", "sami")),
            "text": self._text(5 if long else 2),
        }

    def _text(self, sentences: int) -> str:
        place, name = self._words.place(), self._words.given()
        chosen = self._random.sample(_SENTENCES, sentences)
        filled = (
            text.format(place=place.latin, name=name.latin, arabic=name.arabic) for text in chosen
        )
        return " ".join(filled) + "\n"


def _place(name: Name) -> dict[str, Any]:
    return {"name": f"{name.latin} {name.arabic}"}
