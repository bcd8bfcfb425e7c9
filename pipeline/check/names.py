"""People's names in a text: those that the configuration knows, handles, titles, and common given names."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

GIVEN = (Path(__file__).parent / "given_names.txt").read_text(encoding="utf-8").split()
_LIKE_WORDS = (  # given names that are also words, places or products: only beside something that tells
    "Ali|Amber|Angel|Art|August|Austin|Bill|Carter|Charlotte|Chase|Dawn|Dean|Drew|Faith|Florence|Frank|Gloria|Grace|Grant"
    "|Hope|Iris|Jack|Jackson|Jade|Jean|Jin|Jordan|Joy|June|Krishna|Lance|Leo|Lily|Lima|Lin|Madison|Marina|Mark|Max"
    "|Mercedes|Milan|Ming|Noor|Paris|Pat|Penny|Ray|Rich|Rob|Robin|Roman|Rose|Said|Sam|Serena|Sofia|Stan|Sue"
    "|Summer|Sydney|Tiffany|Uma|Victoria|Violet|Virginia|Will"
)
_DOES = (
    "acknowledged|added|agreed|approved|asked|called|checked|confirmed|decided|declared|deployed|did|failed|forgot|found"
    "|had|has|helped|ignored|is|joined|led|leads|looked|made|merged|noticed|opened|paged|pushed|ran|realised|realized"
    "|reported|restarted|reverted|rolled|said|saw|should|started|stopped|suggested|thought|told|took|was|wrote"
)
_TOLD = "according to|ask|asked|by|per|thank|thanks to|told|with"
_NAME = re.compile(
    r"(?P<title>\b(?:Mr|Mrs|Ms|Dr|Prof|Herr|Frau)\.? [A-Z][\w'-]+)"
    r"|(?P<handle>(?<![^\s(,])@(?!(?:here|channel|everyone|all|team|oncall|on-call)\b)[A-Za-z][\w.-]*\w(?![\w/@]))"
    rf"|(?P<given>\b(?:{'|'.join(GIVEN)})(?: [A-Z][a-z'’-]+\b)?(?![\w-]))"
    rf"|(?P<told>(?<=\b)(?:(?i:{_TOLD}) )(?:{_LIKE_WORDS})\b(?! (?:{_DOES})\b))"
    rf"|(?P<like>\b(?:{_LIKE_WORDS})\b(?= (?:{_DOES})\b|'s|’s| [A-Z][a-z]+ (?:{_DOES})\b))"
    r"|(?P<says>\b[A-Z][a-z]+(?= (?:asks|asked|thinks|thought|wonders|wondered|decided|volunteered)\b))"
)
_NO_PEOPLE = re.compile(
    r"(?:A|An|Any|Anybody|Anyone|At|Customer|Everybody|Everyone|He|I|In|Incident|It|Leadership|Management|No|Nobody|None|On"
    r"|One|Our|Release|Service|She|Some|Somebody|Someone|Support|That|The|Their|Then|They|This|We|Who|You)\b"
    r"|.*(?:s|Commander|Engineer|Lead|Manager|Management|Team|Support)\Z"
)


def names(text: str, people: Mapping[str, str]) -> Iterator[re.Match[str]]:
    """Each name in a text, in its order; `people` are further names and logins."""
    known = _known(tuple(people))
    found = [*(known.finditer(text) if known else ()), *_NAME.finditer(text)]
    done = 0
    for one in sorted(found, key=lambda one: (one.start(), -one.end())):
        if one.start() >= done and not (one.re is _NAME and one["says"] and _NO_PEOPLE.match(one[0])):
            done = one.end()
            yield one


@lru_cache(maxsize=8)
def _known(people: tuple[str, ...]) -> re.Pattern[str] | None:
    words = "|".join(sorted(map(re.escape, people), key=len, reverse=True))
    return re.compile(rf"(?<![\w./-])@?(?i:{words})(?![\w/@-]|\.\w)") if words else None
