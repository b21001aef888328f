"""Reviews told again in a person's words: no word list stands between the tellings.

Every statement was written three times by hand: as it is, reworded, and freely in other words. A review strings
three to six statements together. A paraphrase tells the same statements in another wording, half the time with
two of them exchanged. All other reviews are distinct: of the same product and rating no two share more than half
of their statements, and some were made to share exactly that.
"""

from __future__ import annotations

import random

from dedup_data import Labelled, _schema, _shuffled

_PRODUCTS = ("kettle", "backpack", "desk lamp", "blender", "headset", "office chair", "suitcase", "vacuum cleaner")

STATEMENTS: tuple[tuple[str, str, str], ...] = (
    ("I purchased this {product} in March to replace one that had died on me.",
     "I bought this {product} in March to replace one that had given up on me.",
     "My old {product} had stopped working, so I got this one in spring as a replacement."),
    ("The battery barely makes it through half a day.",
     "The battery hardly makes it through half of the day.",
     "You need to charge it again around noon because the battery runs down so fast."),
    ("The battery lasts for two full days, which surprised me.",
     "The battery lasts two whole days, and that surprised me.",
     "To my surprise I only have to plug it in every other day."),
    ("Delivery was quick: the parcel stood at my door the next morning.",
     "Delivery was fast: the package stood at my door the following morning.",
     "It was shipped fast and reached me within a day."),
    ("The parcel turned up a week late and nobody apologised.",
     "The package came a week late and nobody said sorry.",
     "Shipping took seven days longer than promised, without a word of regret."),
    ("Customer support replied within an hour and sent me a spare part free of charge.",
     "Customer service answered within an hour and sent me a spare part at no charge.",
     "The help desk answered almost at once and mailed a replacement part that cost me nothing."),
    ("I have written to the support team four times and never got a reply.",
     "I have written to the support team four times and have never had an answer.",
     "Customer service simply ignores me; all of my emails went unanswered."),
    ("It is so loud that my neighbours complained.",
     "It is so noisy that my neighbours have complained.",
     "The noise it makes is terrible, even the people next door were annoyed."),
    ("It runs so quietly that you forget it is switched on.",
     "It runs so silently that you forget it is turned on.",
     "You can hardly hear the thing while it works, it is nearly silent."),
    ("The plastic feels cheap and a corner cracked when I unpacked it.",
     "The plastic seems cheap and one corner broke when I unpacked it.",
     "Poor material: there was already a crack in one edge as I took it out of the box."),
    ("The build quality is excellent, nothing wobbles or creaks.",
     "The build quality is great, nothing shakes or squeaks.",
     "It is made really well, with no loose or squeaking parts anywhere."),
    ("Putting it together took me ten minutes without reading the manual.",
     "Assembling it took ten minutes without looking at the manual.",
     "Assembly was easy: I was finished in ten minutes and did not need the instructions."),
    ("The instructions are useless, I had to watch a video to understand the assembly.",
     "The manual is useless, I needed to watch a video to understand the assembly.",
     "Nobody can follow the manual; only a video on the internet showed me how to put it together."),
    ("For this price you will not find anything better.",
     "For this money you will not find something better.",
     "It offers the best value for the money on the market."),
    ("It is far too expensive for what you get.",
     "It is much too expensive for what one gets.",
     "The price is much too high considering how little it does."),
    ("The colour looks different from the photographs on the website.",
     "The colour is different from the photos on the website.",
     "In real life the shade does not match the pictures in the online shop."),
    ("It is lovely to look at and suits our living room.",
     "It is beautiful to look at and goes well with our living room.",
     "The design is beautiful and fits in nicely with the rest of our lounge."),
    ("Cleaning it is a pain because dirt gets stuck in every gap.",
     "Cleaning it is annoying because dirt gets caught in every gap.",
     "It is awful to clean, grime collects in all the little cracks."),
    ("It wipes clean in seconds with a damp cloth.",
     "It wipes clean within seconds using a damp cloth.",
     "Keeping it clean is simple: a quick wipe with something wet is enough."),
    ("My mother liked it so much that I ordered a second one for her.",
     "My mother loved it so much that I bought a second one for her.",
     "I had to buy another for my mum since she fell in love with it."),
    ("My children broke it on the first weekend.",
     "My kids broke it on the very first weekend.",
     "The kids managed to destroy it within two days of having it."),
    ("After six months of daily use it still works like new.",
     "After half a year of daily use it still works like new.",
     "I have used it every day for half a year and it shows no sign of wear."),
    ("It stopped working after three weeks.",
     "It stopped working after just three weeks.",
     "It died on me not even a month after I bought it."),
    ("There is a strong chemical smell that will not go away.",
     "There is a strong smell of chemicals that does not go away.",
     "It stinks of chemicals and airing it out has not helped."),
    ("It weighs next to nothing, so I take it on every trip.",
     "It weighs almost nothing, so I bring it on every trip.",
     "I carry it along whenever I travel because it is so light."),
    ("It is so heavy that I can hardly lift it.",
     "It is so heavy that I can barely lift it.",
     "The weight is enormous, picking it up takes real strength."),
    ("The buttons are so small that my fingers always hit two at once.",
     "The buttons are so tiny that my fingers always press two at once.",
     "I keep pressing the wrong key since the controls are tiny."),
    ("The controls are large and easy to understand.",
     "The controls are big and easy to understand.",
     "Big, clear buttons make it simple to operate."),
    ("They refunded my money without any questions.",
     "They gave me my money back without asking any questions.",
     "I got everything paid back and did not even have to give a reason."),
    ("Returning it was a nightmare of forms and phone calls.",
     "Sending it back was a nightmare of forms and calls.",
     "Sending it back cost me hours on the telephone and a pile of paperwork."),
    ("The cord is too short to reach the socket in our kitchen.",
     "The cable is too short to reach the socket in our kitchen.",
     "I need an extension because the cable does not stretch to the wall outlet."),
    ("It gets dangerously hot after a few minutes.",
     "It becomes dangerously hot after several minutes.",
     "Within minutes it heats up so much that you could burn yourself."),
    ("The handle sits comfortably in the hand.",
     "The handle is comfortable in the hand.",
     "It is pleasant to hold thanks to the well shaped grip."),
    ("The box was damaged and one piece was missing.",
     "The package was damaged and one part was missing.",
     "The packaging arrived torn and a part had been left out."),
    ("I use it every morning before going to work.",
     "I use it each morning before I go to work.",
     "It is part of my routine each day ahead of leaving for the office."),
    ("I would recommend it to anyone who lives in a small flat.",
     "I would recommend it to everybody who lives in a small apartment.",
     "A good choice for people with a tiny apartment, I can only advise getting it."),
    ("I regret buying it and would not do so again.",
     "I regret buying it and would not buy it again.",
     "It was a mistake to get this, I will never order it a second time."),
    ("The warranty covers five years, which gave me confidence.",
     "The guarantee covers five years, which made me confident.",
     "I felt safe with it because it is guaranteed for five years."),
    ("It takes up too much room on my desk.",
     "It takes too much space on my desk.",
     "It is so bulky that there is hardly any space left on the table."),
    ("Friends who come to visit ask where I found it.",
     "Friends who visit us ask where I found it.",
     "Guests always want to know which shop it is from."),
    ("The app crashes each time I open the settings.",
     "The app crashes every time I open its settings.",
     "Whenever I go to the options menu the software shuts down."),
    ("Connecting it to my telephone worked at the first attempt.",
     "Connecting it to my phone worked on the first try.",
     "Pairing with my mobile was no trouble, it linked right away."),
    ("The fabric is soft and warm.",
     "The material is soft and warm.",
     "The material feels cosy and gentle on the skin."),
    ("The seams came apart after one wash.",
     "The seams came apart after being washed once.",
     "Having been through the laundry a single time, the stitching is undone."),
)  # fmt: skip


REWORDED, OWN_WORDS = 1, 2


def paraphrases(rows: int, wording: int, share: float = 0.25, turned: float = 0.25, seed: int = 5) -> Labelled:
    """Reviews; `share` of them told again in that wording, `turned` of them with half the statements replaced."""
    rng = random.Random(seed)
    table = _schema(review_id="integer", product="string", rating="integer", review="text")
    told: dict[tuple[str, int], list[set[int]]] = {}
    base: list[tuple[str, int, list[int]]] = []
    while len(base) < rows:
        kind = rng.choice(_PRODUCTS), rng.randrange(1, 6)
        said = rng.sample(range(len(STATEMENTS)), rng.randrange(3, 7))
        if base and rng.random() < turned:
            product, rating, other = rng.choice(base)
            kind, said = (product, rating), _turned(other, rng)
        earlier = told.setdefault(kind, [])
        if all(len(one.intersection(said)) <= min(len(one), len(said)) / 2 for one in earlier):
            earlier.append(set(said))
            base.append((*kind, said))
    out = [_row(*review, wording=0) for review in base]
    entity = list(range(rows))
    for source in rng.sample(range(rows), int(rows * share)):
        product, rating, said = base[source]
        out.append(_row(product, rating, _exchanged(said, rng), wording))
        entity.append(source)
    for number, row in enumerate(out):
        row["review_id"] = number + 1
    return _shuffled("reworded" if wording == REWORDED else "own words", table, out, entity, seed)


def _turned(said: list[int], rng: random.Random) -> list[int]:
    """Half of the statements, and as many others."""
    kept = rng.sample(said, len(said) // 2)
    return kept + rng.sample([k for k in range(len(STATEMENTS)) if k not in said], len(said) - len(kept))


def _row(product: str, rating: int, said: list[int], wording: int) -> dict[str, object]:
    text = " ".join(STATEMENTS[k][wording] for k in said).format(product=product)
    return {"product": product, "rating": rating, "review": text}


def _exchanged(said: list[int], rng: random.Random) -> list[int]:
    said = list(said)
    if rng.random() < 0.5:
        k = rng.randrange(len(said) - 1)
        said[k], said[k + 1] = said[k + 1], said[k]
    return said
