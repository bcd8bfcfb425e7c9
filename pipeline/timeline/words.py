"""The language of operations: what an event's words say, where structured evidence says nothing.

Each cue is a list of patterns over the title. They are general by design: no name of a product or a company.
"""

import pandas as pd

_CUES = {
    "remedy": r"""
        roll(?:s|ed|ing)?[ -]?back; rollback; revert\w*; put(?:s|ting)? (?:\S+ ){0,4}back;
        back to the (?:last|previous); previous (?:\w+ )?release; last (?:known )?good; fail(?:s|ed)?[ -]?over;
        moved (?:off|away); restart\w*; reload\w*; reboot\w*; recreat\w*; scal(?:e|ed|es|ing) (?:up|down|out|to);
        scaled; rais(?:e|ed|es); increas(?:e|ed|es) (?:the )?(?:limit|memory|capacity|quota); block(?:ed|s);
        disabl\w+; switched off; turned off; took out; taken out; cut off; drain\w*; isolat\w+; hot-?fix; patch\w*;
        fix (?:is )?(?:deployed|released|live|shipped|applied); deploy\w* (?:the |a )?fix; renew\w*; rotat\w+;
        rolled over; restor\w+; repair\w*; rewrites?; replac\w+; remov(?:e|es|ed); brought? back;
        bring(?:s)? .{0,30} down; at zero; is back; is live; on production; runs in; on all nodes; set to \d+;
        steered; maintenance mode (?:on|switched on)
    """,
    "investigation": r"""
        look(?:s|ing|ed)?(?: at| into)?; examin\w+; investigat\w+; suspect\w*; ask(?:s|ed)?; ping(?:s|ed);
        contact\w*; ticket; filed; list(?:s|ed); reproduc\w+; trac(?:es|ed); discuss\w*; told; answers?; war room;
        call(?:ed)?; incident (?:opened|called|declared); opens? an incident; sees?; found; finds; acknowledg\w*;
        wonders?
    """,
    "intent": r"""
        will; agreed?; agrees; decid\w+; propos\w+; plans?; being (?:written|prepared|pushed); opened; requests?;
        requested; starts? (?:putting|to|the); begins?; initiated; build started; reworks; ready; options;
        ways forward
    """,
    "futile": r"""
        no (?:change|effect|improvement); little change\w*; still (?:absent|failing|down|broken|high);
        as a precaution; did not help; without effect; fails? on; follow-up
    """,
    "healthy": r"""
        normal; usual (?:level|rate); as before; recovered; recover(?:y|s) (?:complete|confirmed); healthy; ok;
        fine; resolved; fixed; confirm(?:s|ed); works?; working; passes; pass; no errors; no longer; close to zero;
        clears?; cleared; fully; can connect; once more; gone; it is over; up:; steady; closed?; monitoring
    """,
    "partial": r"""
        part(?:ial|ly)?; part of; some; few; half; begins?; begin; nearly; almost; soon; step by step; bit by bit;
        first checks; being; coming back; drop\w*; set to monitoring; status set to; opened; names; not
    """,
    "bad": r"""
        fail\w*; errors?; down; slow\w*; time[ds]? ?out\w*; timeouts?; unreachable; unavailable; crash\w*; spik\w+;
        expir\w+; silent; dropp?\w*; evict\w+; 5\d\ds?; 4\d\ds; cannot; can't; oom\w*;
        not (?:answer|work|react|in the)\w*; never; missing; blank; delay\w*; degrad\w*; outage; stops?; plunge\w*;
        climb\w*; zero; full; trouble; loss; lost; broken; unhealthy; lag\w*; high(?:er)?; exhaust\w*; saturat\w*;
        refused; rejected; removed; past
    """,
    "report": r"customers?; users?; clients?; report\w*; mails?; writes?; remarks?; complain\w*; support",
}
_PATTERNS = {cue: rf"\b(?:{'|'.join(part.strip() for part in words.split(';'))})\b" for cue, words in _CUES.items()}


def add_cues(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with one bool column a cue, over the lower-cased title."""
    title = frame["title"].str.lower()
    found = {cue: title.str.contains(pattern, regex=True).astype(bool) for cue, pattern in _PATTERNS.items()}
    return frame.assign(**found)
