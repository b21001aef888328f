"""What stands before and after a number that says whether it is the row count."""

from __future__ import annotations

import re

_UNIT = (
    r"rows?|records?|entries|entry|lines?|data ?points?|tuples?|observations?|instances?|examples?|samples?|"
    r"documents?|filas|lignes|zeilen|datens[aä]tze|registros|enregistrements|righe|linhas|rijen"
)


STRONG = re.compile(rf"[ -]?(?:(?!and\b|or\b|of\b)[a-z][\w-]*\s+){{0,2}}(?:{_UNIT})\b", re.IGNORECASE)


WEAK_UNIT = re.compile(r"\s*(?:items?|units?|cases?|pieces?)\b", re.IGNORECASE)


NAMED = re.compile(
    r"(?:\b(?:(?:(?:num|number|n|no|total|amount)[_ ]?(?:of[_ ])?)?(?:rows?|records|entries|"
    r"samples)(?:[_ ]?(?:count|wanted|needed|number))?|"
    r"nrows|how many|(?:rows|records|entries) to (?:generate|create|make))[\"']?\s*(?:[:=]|is|of|should be|->)*|"
    r"\b(?:count|size|total|limit|n|qty|quantity|population|sample[ _]size)[\"']?\s*(?:[:=]|should be|->)+|"
    r"(?:^|[.,;]\s|\n)(?:limit|sample[ _]size|total|count|quantity|volume|amount)|\blimit)"
    r"\s*(?:about|around|roughly|approximately|~)?\s*$",
    re.IGNORECASE,
)


ADJACENT = re.compile(rf"[ -]?(?:{_UNIT})\b", re.IGNORECASE)


SHORT_THINGS = re.compile(
    r"\s(?:tvs?|videos?|monitors?|screens?|displays?|uhd|resolution|cameras?|runners?|races?|runs?|"
    r"marathons?|sprints?|dash|hurdles|"
    r"relays?|freestyle|swim)\b",
    re.IGNORECASE,
)
"""What "4K", "10k" and "100m" say of these is no number of them."""


SINGLE = re.compile(
    (r"\b(?:a|one) single (?:row|record|entry|line)\b|\bjust (?:a|one) (?:row|record|entry|line)\b"), re.IGNORECASE
)


TIMES = re.compile(r"(?:^|[\s,;)])(?:x|\*)\s?$", re.IGNORECASE)


TIMES_BEHIND = re.compile(
    r"\s?x\s*[({\[:]|(?: ?\* +|\s?x\s+)(?!to\b|and\b|or\b|faster|more|higher|speed|zoom|\d)[a-z]", re.IGNORECASE
)


TIMES_INSIDE = re.compile(r"\(\s?[x*]\s?$", re.IGNORECASE)


OF_THEM = re.compile(r"\s*of (?:them|those|these|each|it)\b", re.IGNORECASE)


ENOUGH = re.compile(
    r"\s*(?:or so|(?:is|are|will be|would be|should be|ought to be) (?:enough|plenty|fine|ok|okay|good|"
    r"perfect|great|sufficient|ideal)|"
    r"(?:will|should|would|ought to) (?:do|suffice)|in total|total|altogether|please|pls|thanks|in all|"
    r"max|minimum)\b|\s*$",
    re.IGNORECASE,
)


_LEADING_ROWS = re.compile(rf"(?:{_UNIT})\s*$", re.IGNORECASE)


# Before a count: verbs that ask, words that soften, and the edge of a sentence.
OPENER = re.compile(
    r"(?:^|[\n:;.!?(,/|>\-–—*]\s*|\b(?:generate|create|creating|make|making|produce|build|give|gimme|"
    r"me|us|need|needs|want|wants|like|get|have|having|write|"
    r"listing|showing|holding|describing|hunting|prepare|provide|mock|fake|synthesi[sz]e|simulate|"
    r"invent|fabricate|fill|populate|some|about|around|roughly|approximately|approx\.?|circa|"
    r"ca\.?|nearly|almost|exactly|just|only|on|about|regarding|of|for|up|the|with|please|another|least|"
    r"some|say|love|see|"
    r"return|list|show|output|insert|"
    r"dump|spin up|knock up|together|holds?|draft|compile|assemble|seed|load|contain|contains|containing|containing "
    r"about|covering|over|than|like to have|"
    r"using|by|be|is|these|those|my|our|all|total|x|do|him|her|them|to|at|and|genera|génère|générer|"
    r"crea|erzeuge|erstelle|gib mir|maak|gerar|gere)"
    r"|~|≈)\s*$",
    re.IGNORECASE,
)


NOT_US = re.compile(
    (
        r"\b(?:we'?re|we are|i'?m|i am|(?<!can )(?<!could )(?<!may )(?<!might )i have|we have|us|our team of|team "
        r"of|they are|they're|it'?s|class "
        r"of|are|has|is|aged?|got)\s*$"
    ),
    re.IGNORECASE,
)


NAMING = re.compile(
    r"\b(?:type|route|iso|http|phase|version|v|ver|top|level|covid|windows|chapter|section|part|grade|"
        r"tier|category|cat|"
    r"class|model|step|day|week|month|year|quarter|q|h|fy|no|nr|number|numbers|num|id|code|port|area|"
        r"highway|interstate|formula|gate|"
    r"platform|form|room|floor|unit|zone|district|page|season|episode|round|stage|studio|ps|xbox|ios|"
        r"android|python|java|"
    r"least|most|maximum|minimum|max|min|under|over|above|below|exceed(?:s|ing)?|than|between|from|"
        r"until|till|since|in|before|after|during|by|"
    r"january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|"
        r"mar|apr|jun|jul|aug|sept?|oct|nov|dec)"
    r"[ -]?$|(?<![/|])(?<!or )\b(?:no|nr|v)\. ?$",
    re.IGNORECASE,
)  # fmt: skip


BOUND = re.compile(
    r"(?:\b(?:between|from|to|up to|at least|at most|no more than|not more than|more than|less than|"
    r"fewer than|over|under|above|below|exceeding|"
    r"max(?:imum)?|min(?:imum)?|within|every|per|each|of size|page|\d and|between [^,;.]{1,20} and)|(?<![-=])[<>]|"
    r"(?<!=)=|\.\.|\d[-–]|"
    r"(?<!to )(?<!and )(?<![-–])\b\d+ [-–]|\d\s*to|"
    r"\bchunks? of|\bbatches of|\bgroups? of|\bout of|±)\s*[$€£¥₹]?$",
    re.IGNORECASE,
)


AFTER_RANGE = re.compile(r"\s?(?:[-–]|\.\.|to|and)\s?[$€£¥₹]?-?\d", re.IGNORECASE)


MEASURED = re.compile(
    r"[ -]?(?:%|percent\b|pct\b|per ?cent\b|°|(?:kg|g|mg|km|m|cm|mm|ft|feet|lb|lbs|oz|mi|miles?|kw|kwh|"
    r"gb|mb|kb|tb|ms|s|sec|secs|seconds?|mins?|minutes?|hrs?|"
    r"hours?|days?|weeks?|months?|years?|yrs?|quarters?|decades?|am|pm|dp|th|st|nd|rd|px|bit|bits|usd|"
    r"eur|gbp|dollars?|euros?|pounds?|litres?|liters?|"
    r"metres?|meters?|degrees?|stars?|points? scale|"
    r"(?:\w+ )?(?:columns?|fields?|attributes?|variables?|features|properties|headers|tables?|sheets?|"
    r"files?|datasets?|workers?|threads|chunks|batches(?= of))|"
    r"characters?|chars?|letters?|digits?|decimals?|decimal|places|words|sentences|slides|people need|"
    r"-?bedroom|-?door|-?seat|-?year|-?day|-?month|"
    r"different|distinct|unique|possible|levels|options|choices|categories|values|times|x)\b(?![-&][a-z]))",
    re.IGNORECASE,
)


COMPOUND = re.compile(
    r"\s(?:meter|day|hour|minute|second|month|year|degree|star|file|table|column|field|dataset|worker|feature|"
    r"property|header|sheet|letter|word|digit|star|mile|pound|choice|option|level|quarter|am|bit)\s"
    r"(?!and\b|or\b|of\b|is\b|has\b|was\b|as\b|this\b)(?:[a-z-]+\s)?[a-z]{3,}s\b"
)
"""A unit that only begins a plural: "250 meter events", "90 day passes"."""


HYPHENED = re.compile(r"-(?!rows?\b|records?\b|entry\b|line\b|item\b|sample\b)[a-z]|'s\b|(?<=\d)s\b|/", re.IGNORECASE)


WORD = re.compile(r"\s+(?:[\"']?[^\W\d]|[$€£]?\d+[kKMGT]?\w? [a-z]+s\b)")


MONEY = re.compile(r"(?:[$€£¥₹@]\s?|(?<!^)(?<!\n)#\s?|#)$")


ASKED = re.compile(
    r"\b(?:need|want|give me|make|make it|let'?s do|let'?s go with|let'?s have|generate|create|produce|like|get|"
    r"just|only|about|around|"
    r"roughly|approximately|some|(?:there|these|they) (?:should|must|will) be|there (?:are|be)|should be|"
    r"(?:array|list|set|dataset|total|batch|sample|table|collection|number) of)\s*$",
    re.IGNORECASE,
)


GLUED = re.compile(r"[^\W\d_]-$|\w\.$|[\w@#&]$|/$")


ONE_ROW = re.compile(
    r"\s+(?:single )?(?:row|record|entry)\b(?! (?:per|for|each|=)| is (?!fine|enough|ok|okay|plenty|all|sufficient))",
    re.IGNORECASE,
)


HAS = re.compile(r"\b(?:with|having|has|(?<!\blets )(?<!let's )(?<!\bto )(?<!\bi )(?<!\bwe )have)\s+$", re.IGNORECASE)


OWNED = re.compile(
    r"(?:^|[.!?\n]\s*)(?:our|my|their)\s+$|\b(?:across|from|in|at|over|between|among|of|for|"
    r"by)\s+(?:all\s+)?(?:our|my|the|their|its)\s+$",
    re.IGNORECASE,
)
"""What is there already and not to be made: "sales across our 12 stores"."""


PARTS = re.compile(
    r"\s(?:\w+ )?(?:columns|fields|attributes|variables|features|properties|headers|tables|sheets|files)\b",
    re.IGNORECASE,
)


PRICED = re.compile(
    r"(?<=[kK])[ -](?:a year )?(?:salary|income|wage|budget|revenue|salaried|earning) (?:employees|workers|staff|"
    r"people|earners|"
    r"households|jobs|managers|developers|engineers|roles|positions|customers|applicants|clients|families|"
    r"professionals)\b",
    re.IGNORECASE,
)
"""What a number of money says of things: "40k salary employees"."""


DAYS_OF = re.compile(r"\s(?:days|weeks|months) of\b", re.IGNORECASE)


PER_DAY = {
    word[:3]: re.compile(rf"(?:^|[:,;.\n(])\s*(?:{names})\s*[,;.)]", re.IGNORECASE)
    for word, names in (("days", "date|day"), ("weeks", "week|week (?:no|number|starting|ending)"), ("months", "month"))
}
"""A table with a bare date, week or month column has one row for each of them: "52 weeks of sales: week, …"."""


FEW = re.compile(
    r"(?:^|\b(?:generate|create|give me|make(?: me)?|need|want|produce|build|exactly|just|only)\s+)$", re.IGNORECASE
)
"""Before a worded number below ten that counts: "make me five users"."""


HEAD = re.compile(
    r"^(?:[^.,;:!?\n\d]{0,80}?\b(?:generate|create|make|produce|build|give|need|want|like|get|write|"
    r"prepare|provide|mock|synthesi[sz]e|simulate|"
    r"invent|fabricate|populate|see|for|love|of)\b[^.,;:!?\n\d]{0,30}?)?"
    r"\b(?:at least|up to|at most|a maximum of|more than|no more than|not more than|over|no fewer than|"
    r"no less than|fewer than|less than|around|about)\s+$",
    re.IGNORECASE,
)
