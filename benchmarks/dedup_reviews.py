"""Product reviews with known paraphrases, made from a small grammar.

A review is three to five sentences, each about another aspect. A paraphrase says the same in other
words: synonyms, contractions, another order of sentences, a filler put in or a sentence left out.
"""

from __future__ import annotations

import random
import re

from dedup_data import Labelled, _schema, _shuffled

_PRODUCTS = (
    "kettle", "backpack", "desk lamp", "blender", "tent", "office chair", "headset", "keyboard", "coffee grinder",
    "rain jacket", "yoga mat", "air fryer", "electric razor", "suitcase", "bike light", "toaster", "webcam", "drill",
    "vacuum cleaner", "sleeping bag", "monitor stand", "water bottle", "hair dryer", "garden hose", "running shoes",
    "wall clock", "chess set", "baby monitor", "rice cooker", "fountain pen",
)  # fmt: skip
_PARTS = (
    "handle", "lid", "zipper", "battery", "cable", "switch", "packaging", "finish", "stitching", "motor", "display",
    "manual",
    "strap", "base", "hinge", "filter", "button", "colour", "fabric", "plug", "seal", "wheel", "clip", "cover",
)  # fmt: skip
_GOOD = ("solid", "great", "comfortable", "reliable", "beautiful", "clever", "sturdy", "quiet", "precise", "elegant")
_BAD = ("flimsy", "disappointing", "awkward", "noisy", "cheap", "stiff", "fragile", "dull", "loose", "slow")
_WHO = ("my wife", "my father", "our neighbour", "my sister", "a colleague", "my flatmate", "our daughter", "a friend")
_WHERE = ("in the kitchen", "at the office", "on a camping trip", "in the garden", "on the train",
          "at my parents' house",
          "in a small flat", "during the holidays", "in the workshop", "on rainy days")  # fmt: skip
_WHEN = ("last spring", "two weeks ago", "at Christmas", "for my birthday", "in March", "before our move", "in a sale",
         "on a whim", "after long research", "as a replacement")  # fmt: skip
_SHOPS = ("the shop", "the seller", "customer service", "the courier", "the manufacturer", "the warranty team")
_ACTS = ("answered within a day", "never wrote back", "sent a spare part", "refunded me at once",
         "was polite but useless",
         "kept me waiting for a month", "solved it on the telephone", "asked for photographs first")  # fmt: skip
_SENTENCES = (
    "I bought this {product} {when} and use it {where}.",
    "The {part} feels {good} and the {part2} looks {good2}.",
    "Sadly the {part} is {bad} and broke after {number} weeks.",
    "When the {part} failed, {shop} {act}.",
    "{who} wanted the same one and now has it {where}.",
    "For the price I expected a {good} {part}, not a {bad} one.",
    "Setting it up took {number} minutes because the {part} was {bad}.",
    "Compared with my old {product2} it is {good} and far less {bad}.",
    "I would buy it again if the {part} were more {good}.",
    "Delivery took {number} days and the {part} arrived {bad}.",
    "After {number} months {where} the {part} is still {good}.",
    "Nobody told me how {bad} a {part} can be.",
    "Our cat knocked it over {number} times, yet nothing cracked.",
    "Photographs on the website show another {part} altogether.",
    "It weighs {number} grams more than advertised, which hurts {where}.",
    "{who} laughed at me until trying it {where}.",
    "Returns are a nightmare: {shop} {act}.",
    "Every evening I reach for it without thinking.",
    "The smell on opening the box stayed for {number} hours.",
    "If only the {part} could be washed, this would be perfect.",
    "Five stars for design, two for the {part}.",
    "What won me over was the {good} {part} and how little room it needs.",
    "Instructions come in {number} languages, none of them mine.",
    "It survived a fall down the stairs {where}.",
    "A week {where} showed that the {part2} is {bad} but harmless.",
    "Replacing the {part} costs almost as much as a new {product}.",
    "My hands are small and the {part} still fits them well.",
    "I measured the noise: {number} decibels next to the {part}.",
    "Cleaning is quick except around the {part}, where crumbs collect.",
    "{who} gave me one {when}; I have not looked back.",
    "The colour faded {where}, though the {part} did not.",
    "You pay for the name; a {product2} from the market does the same.",
    "Assembly without the {part2} in the right place is hopeless.",
    "Guests keep asking where this {product} came from.",
    "Mine squeaks whenever the {part} gets warm.",
    "An engineer must have cried over that {part}.",
    "Three neighbours ordered theirs after seeing ours {where}.",
    "Left outside {when}, it rusted at the {part}.",
    "There is a {good} trick: loosen the {part} before lifting.",
    "I regret throwing away the box, because {shop} {act}.",
)
_SYNONYMS = {
    "bought": "purchased", "great": "excellent", "sturdy": "robust", "beautiful": "lovely", "wanted": "asked for",
    "expected": "was hoping for", "Sadly": "Unfortunately", "broke": "gave up", "feels": "seems", "looks": "appears",
    "failed": "stopped working", "still": "even now", "took": "needed", "price": "money", "cheap": "low-quality",
    "noisy": "loud", "use": "keep using", "arrived": "turned up", "again": "once more", "quiet": "silent",
    "fragile": "delicate", "I would": "I'd", "it is": "it's", "the same one": "one just like it",
    "reliable": "dependable",
    "slow": "sluggish", "because": "since", "far less": "much less", "disappointing": "a let-down",
}  # fmt: skip
_FILLERS = ("Honestly,", "All in all,", "To be fair,", "Just so you know:", "In short,")


def reviews(rows: int, paraphrases: float = 0.25, seed: int = 3) -> Labelled:
    """Reviews; `paraphrases` of them said again in other words, with the same product and rating."""
    rng = random.Random(seed)
    table = _schema(review_id="integer", product="string", rating="integer", review="text")
    base = [_review(rng) for _ in range(rows)]
    out: list[dict[str, object]] = [
        {"product": product, "rating": rating, "review": " ".join(sentences)} for product, rating, sentences in base
    ]
    entity = list(range(rows))
    for source in rng.sample(range(rows), int(rows * paraphrases)):
        product, rating, sentences = base[source]
        out.append({"product": product, "rating": rating, "review": _paraphrase(sentences, rng)})
        entity.append(source)
    for number, row in enumerate(out):
        row["review_id"] = number + 1
    return _shuffled("reviews", table, out, entity, seed)


def _review(rng: random.Random) -> tuple[str, int, list[str]]:
    product = rng.choice(_PRODUCTS)
    return (
        product,
        rng.randrange(1, 6),
        [_sentence(shape, product, rng) for shape in rng.sample(_SENTENCES, rng.randrange(3, 6))],
    )


def _sentence(shape: str, product: str, rng: random.Random) -> str:
    part, part2 = rng.sample(_PARTS, 2)
    good, good2 = rng.sample(_GOOD, 2)
    text = shape.format(
        product=product, product2=rng.choice(_PRODUCTS), part=part, part2=part2, good=good, good2=good2,
        bad=rng.choice(_BAD), who=rng.choice(_WHO), where=rng.choice(_WHERE), when=rng.choice(_WHEN),
        shop=rng.choice(_SHOPS), act=rng.choice(_ACTS), number=rng.randrange(2, 60),
    )  # fmt: skip
    return text[0].upper() + text[1:]


def _paraphrase(sentences: list[str], rng: random.Random) -> str:
    said = list(sentences)
    if len(said) > 3 and rng.random() < 0.25:
        said.pop(rng.randrange(1, len(said)))
    if rng.random() < 0.5:
        k = rng.randrange(len(said) - 1)
        said[k], said[k + 1] = said[k + 1], said[k]
    text = " ".join(said)
    for word, other in _SYNONYMS.items():
        if rng.random() < 0.7:
            text = re.sub(rf"\b{word}\b", other, text)
    if rng.random() < 0.5:
        text = f"{rng.choice(_FILLERS)} {text[0].lower()}{text[1:]}"
    return text
