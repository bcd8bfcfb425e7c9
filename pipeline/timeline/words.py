"""The language of operations: what an event's words say, where structured evidence says nothing.

Each cue is a list of patterns over the title. They are general by design: no name of a product or a company.
"""

from collections.abc import Iterable, Mapping

import pandas as pd

Vocabulary = Mapping[str, tuple[str, ...]]

_CUES = {
    "undo": r"""
        roll(?:s|ed|ing)?[ -]?back; rollback; revert\w*; put(?:s|ting)? (?:\S+ ){0,5}back;
        back (?:on|to) (?:the )?(?:last|previous|old); previous (?:\w+ )?(?:release|version|image);
        last (?:known )?(?:good|working); undone; undid;
        fix (?:is )?(?:deployed|released|live|shipped|applied|rolled out); deploy\w* (?:the |a )?fix; hot-?fix\w*;
        patch\w*; fail(?:s|ed)?[ -]?over; switched (?:over|off|back); turned off; disabl(?:e|ed|es|ing); toggled off
    """,
    "remedy": r"""
        moved (?:off|away|to|into); restart\w*; reload\w*; reboot\w*; recreat\w*; redeploy\w*; recycl\w+;
        scal(?:e|ed|es|ing) (?:up|down|out|in|to); scaled; rais(?:e|ed|es); lower(?:ed|s); doubl(?:ed|es);
        increas(?:e|ed|es) (?:\S+ ){0,3}(?:limits?|memory|capacity|quota|size|replicas|timeouts?);
        add(?:s|ed) (?:\S+ ){0,3}(?:capacity|nodes?|replicas?|servers?|instances?|index|memory); block(?:ed|s);
        rate[ -]limit\w*; throttl\w+; shed\w*; took (?:\S+ ){0,3}out; taken out; cut off; cordon\w*; drain\w*;
        isolat\w+; quarantin\w+; evacuat\w+; renew\w*; rotat\w+; rolled over; reissu\w+; restor(?:e|ed|es|ing);
        repair\w*; rewrites?; replac\w+; remov(?:e|es|ed); delet(?:e|es|ed); kill(?:s|ed); purg\w+; flush\w*;
        clear(?:s|ed) (?:\S+ ){0,3}(?:cache|queue|disk|locks?); brought? (?:\S+ ){0,4}back;
        bring(?:s)? .{0,30} down; at zero; is back; is live; on production; runs in; on all nodes; set to \d+;
        steered; rerouted; shifted; redirected; maintenance mode (?:on|switched on); unblocked; corrected;
        fix(?:es|ed) (?:the|a|an)
    """,
    "investigation": r"""
        look(?:s|ing|ed)?(?: at| into)?; examin\w+; investigat\w+; suspect\w*; ask(?:s|ed)?; ping(?:s|ed);
        contact\w*; ticket; filed; list(?:s|ed); reproduc\w+; trac(?:es|ed); discuss\w*; told; answers?; war room;
        call(?:ed)?; incident (?:opened|called|declared); opens? an incident; sees?; found; finds; acknowledg\w*;
        wonders?; joins?; identif(?:y|ied|ies); escalat\w+; notif\w+; analy[sz]\w+;
        check(?:s|ing) (?:the|if|whether)
    """,
    "intent": r"""
        will; agreed?; agrees; decid\w+; propos\w+; plans?; planned; being (?:written|prepared); opened; requests?;
        requested; starts? (?:putting|to|the); build started; reworks; ready; options; ways forward; considers?;
        should; wants?; waiting for; prepar\w+
    """,
    "futile": r"""
        no (?:change|effect|improvement|luck|difference); little change\w*;
        still (?:absent|failing|down|broken|high|slow); as a precaution; did not (?:help|work|fix);
        does not (?:help|work|fix); without (?:effect|success); fails? on; follow-up; had no
    """,
    "healthy": r"""
        normal\w*; (?:usual|expected|baseline) (?:level|rate|levels|rates); as before; recovered; healthy; ok; fine;
        green; recover(?:y|s) (?:complete|confirmed);
        full(?:y)? (?:recover\w*|restored|operational|working|serving); operational; resolved; fixed;
        confirm(?:s|ed); works?; working; pass(?:es|ed)?; no (?:more |further )?errors; no longer; stable;
        (?:close|back|down) to (?:zero|normal|baseline); clears?; cleared; fully; can (?:connect|log in|sign in);
        once more; gone; (?:it is|all) over; up:; steady; closed?; monitoring; keep pace; caught up; drained;
        gets? .{0,40} to start; restored; back (?:up|online); subsid\w+
    """,
    "partial": r"""
        part(?:ial|ially|ly)?; part of; some; half; begins?; begin; beginning; starts? to; nearly; almost; soon;
        step by step; bit by bit; gradual\w*; first checks; being; coming back; drop\w*; set to monitoring;
        status set to; opened; names; not
    """,
    "bad": r"""
        fail\w*; errors?; down; slow\w*; time[ds]? ?out\w*; timeouts?; unreachable; unavailable; crash\w*; spik\w+;
        expir\w+; silent; dropp?\w*; evict\w+; 5\d\ds?; 4\d\ds; cannot; can't; oom\w*;
        not (?:answer|work|react|in the)\w*; never; missing; blank; delay\w*; degrad\w*; outage; stops?; stopped;
        plunge\w*; climb\w*; zero; full; trouble; loss; lost; broken; unhealthy; lag\w*; high(?:er)?; exhaust\w*;
        saturat\w*; refused; rejected; removed; past; stuck; hang\w*; hung; deadlock\w*; corrupt\w*; elevated;
        increas\w+ (?:in )?(?:errors|latency); latency; stale; panic\w*; killed; throttl\w+; backlog; overload\w*;
        bad gateway; not responding
    """,
    "doubt": r"""
        (?:is|are|was) (?:it|that|this|everything) .{1,40}\?; .{1,60}\?;
        not (?:yet )?(?:resolved|fixed|healthy|ok|working|recovered|over|gone|normal|stable);
        still (?:seeing|there|failing|down|broken|not|no|errors); no, ; yet
    """,
    "report": r"""
        customers?; users?; clients?; report\w*; mails?; writes?; remarks?; complain\w*; support; people;
        (?:get|got) word
    """,
    "noticed": r"seen; sees?; saw; notic\w+; observ\w+; spot(?:s|ted); discover\w*; detect\w*; aware",
}
VOCABULARY: Vocabulary = {cue: tuple(word.strip() for word in words.split(";")) for cue, words in _CUES.items()}


def pattern(words: Iterable[str]) -> str:
    """One regular expression that finds any of the words as a whole; one that finds nothing where there are none."""
    return rf"\b(?:{'|'.join(words) or '(?!)'})(?!\w)"


def add_cues(frame: pd.DataFrame, vocabulary: Vocabulary = VOCABULARY) -> pd.DataFrame:
    """The frame with one bool column a cue, over the lower-cased title."""
    places, titles = pd.factorize(frame["title"])
    different = pd.Series(titles, dtype=object).str.lower()
    found = {cue: different.str.contains(pattern(words), regex=True) for cue, words in vocabulary.items()}
    return frame.assign(**{cue: hits.to_numpy(dtype=bool)[places] for cue, hits in found.items()})
