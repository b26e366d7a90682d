"""Standing queries as people might have them, made from real papers by a seed: the same seed, the same queries.

Six in ten are one or two words, a quarter phrases, a tenth AND/OR/NOT, the rest prefixes and fields; which of them a
subscription has follows Zipf's law, so that a million subscriptions are about 200,000 different queries.
"""

import gzip
import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date
from itertools import accumulate
from pathlib import Path

from bot.errors import QueryError
from bot.language.queries.parse import parse
from bot.language.words import text
from bot.model import Paper

COMMON = 0.03
"""Nobody subscribes to words that stand in a larger share of papers than this."""


def papers(file: Path, most: int = 0) -> list[Paper]:
    """Return the papers of a JSONL file (.gz), ``most`` of them, or all."""
    found = []
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            found.append(_paper(record))
            if len(found) == most:
                break
    return found


def _paper(record: dict) -> Paper:
    return Paper(
        record["id"],
        " ".join(record["title"].split()),
        " ".join(record.get("summary", "").split()),
        authors=tuple(record.get("authors", ())),
        keywords=tuple(record.get("ai_keywords", ())),
        categories=tuple(record.get("categories", ())),
        organization=record.get("organization") or "",
        upvotes=record.get("upvotes", 0),
        comments=record.get("num_comments", 0),
        code=record.get("github", ""),
        stars=record.get("github_stars") or 0,
        project=record.get("project_page", ""),
        day=date.fromisoformat(day[:10]) if (day := record.get("daily_date") or record.get("submitted")) else None,
        feed="huggingface" if record.get("source") == "hf_daily" else "arxiv",
    )


class Maker:
    """Makes queries from the words that stand in ``papers``."""

    def __init__(self, papers: Sequence[Paper], seed: int) -> None:
        self.random = random.Random(seed)
        self.texts = [
            words
            for paper in papers
            for one in (paper.title, paper.abstract)
            if len(words := [w for w in text.words(one).written if not w.isdigit()]) > 3
        ]
        self.papers = papers
        met = Counter(word for words in self.texts for word in set(words))
        self.common = {word for word, count in met.items() if count > COMMON * len(papers)}

    def word(self) -> str:
        """Return a word that could be a topic."""
        for _ in range(99):
            word = self.random.choice(self.random.choice(self.texts))
            if word not in self.common and len(word) > 2:
                break
        return word

    def phrase(self, most: int = 4) -> str:
        """Return two to four words that stand side by side somewhere."""
        words = self.random.choice(self.texts)
        count = self.random.randint(2, min(most, len(words)))
        first = self.random.randrange(len(words) - count + 1)
        return " ".join(words[first : first + count])

    def query(self) -> str:
        """Return a query of the usual mixture."""
        draw = self.random.random()
        if draw < 0.35:
            return self.word()
        if draw < 0.60:
            return f"{self.word()} {self.word()}"
        if draw < 0.85:
            return f'"{self.phrase()}"'
        if draw < 0.95:
            return self.random.choice(["{} AND {}", "{} OR {}", "{} -{}", "({} OR {}) {}", "{} {} -{}"]).format(
                self.word(), self.word(), self.word()
            )
        return self.random.choice(["{}*", "title:{}", "abstract:{}", "keyword:{}"]).format(self.word())

    def any_form(self) -> str:
        """Return a query of any form of the language, one within another, rare ones as often as common ones."""
        one, other = self._clause(), self._clause()
        return self.random.choice(
            ["{0}", "{0} {1}", "{0} OR {1}", "{0} -({1})", "({0} | {1}) {2}", "NOT {0}", "({0} AND {1}) OR ({2} {1})"]
        ).format(one, other, self._clause())

    def _clause(self) -> str:
        paper = self.random.choice(self.papers)
        author = self.random.choice(paper.authors or ("Ann Lee",)).replace('"', "")
        category = self.random.choice(paper.categories or ("cs.LG",))
        return self.random.choice([
            self.word, self.word, self.phrase, lambda: f'"{self.phrase()}"', lambda: self.phrase().replace(" ", "-"),
            lambda: self.word()[:5].strip() + "*", lambda: self.phrase(2).replace(" ", "-") + "*",
            lambda: f'"{self.phrase(3)}"*', lambda: f'="{self.phrase(2)}"',
            lambda: f"={self.word()}", lambda: f"={self.phrase(2).replace(' ', '-')}",
            lambda: f"title:{self.word()}", lambda: f'title:"{self.phrase(3)}"', lambda: f"abstract:{self.word()}",
            lambda: f"keyword:{self.word()}", lambda: f'author:"{author}"', lambda: f"author:{author.split()[-1]}",
            lambda: f"cat:{category}", lambda: f"cat:{category.split('.')[0]}.*", self._name, self._spelling,
            lambda: " ".join(f"{word} {self.random.choice(SMALL)}" for word in self.phrase(3).split()),
            lambda: self.random.choice(["rl", "llm", "llms", "vlm", "reinforcement learning", "large language models",
                                        "vision-language model", "deep reinforcement learning", "pretraining",
                                        "pre-training", "fine-tuning data", '"finetuning data"', "gpu", "pi0"]),
            lambda: self.random.choice(["upvotes>=5", "upvotes<3", "stars>=100", "comments=0", "has:code",
                                        "has:code|project", "has:model", "upvotes>10"]),
        ])()  # fmt: skip

    def _name(self) -> str:
        """Return a person or an institution in one of the ways in which they are written."""
        paper = self.random.choice(self.papers)
        parts = self.random.choice(paper.authors or ("Ann Lee",)).replace('"', "").split()
        named = self.random.choice(
            [" ".join(reversed(parts)), f"{parts[-1]}, {parts[0]}", f"{parts[0][0]}. {parts[-1]}"]
        )
        return self.random.choice([
            f'author:"{named}"', f"author:={parts[-1]}", f"author:{parts[-1][:3]}*", f'author:="{" ".join(parts)}"',
            "org:google", "org:mit", 'org:"tsinghua university"', "org:=mit", "org:tenc*", 'org:"hugging face"',
            f'org:"{(paper.organization or "Meta").replace(chr(34), "")}"',
        ])  # fmt: skip

    def _spelling(self) -> str:
        """Return a word of many spellings, as it stands, in quotes, written or begun."""
        word = self.random.choice(SPELLINGS)
        return self.random.choice(["{}", "{}", '"{}"', '="{}"', "title:{}", '"the {}"', '"{}"*', '"on {}"*']).format(
            word
        )


SMALL = ("of", "for", "the", "with", "and")
SPELLINGS = (
    "analyses", "analysis", "matrices", "matrix", "biases", "bias", "vertex", "vertices", "hypotheses", "news",
    "physics", "dynamics", "robotics", "losses", "behaviour", "behavior", "optimisation", "optimization", "modelling",
    "colour", "labelled", "unlabelled", "centre", "tokeniser", "0.5b", "5b", "7b", "1.5", "2.0", "10,000", "10000",
    "gpt-4", "gpt4", "gpt-4o", "gpt-4.1", "qwen2.5", "qwen2.5-vl", "llama-3", "llama3", "llama-3.1", "gpt-3.5",
    "deepseek-r1", "resnet50", "c++", "c#", ".net", "i.i.d.", "iid", "u.s.", "e.g.", "tts", "sam", "asr", "vqa", "ct",
    "gan", "ema", "mot", "lora", "series", "data", "children", "gpus", "apis",
)  # fmt: skip


def subscriptions(queries: Sequence[str], count: int, seed: int) -> Iterator[str]:
    """Yield ``count`` of ``queries``: each once where there is room, then the first ones most often (Zipf)."""
    weights = list(accumulate(1 / (rank + 10) for rank in range(len(queries))))
    yield from queries[:count]
    yield from random.Random(seed).choices(queries, cum_weights=weights, k=max(0, count - len(queries)))


def distinct(maker: Maker, count: int) -> list[str]:
    """Return ``count`` different queries of the usual mixture."""
    found: dict[str, None] = {}
    while len(found) < count:
        query = maker.query()
        with suppress(QueryError):  # nothing but small words
            parse(query)
            found[query] = None
    return list(found)
