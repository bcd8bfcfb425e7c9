"""The language of operations: what an event's words say, where structured evidence says nothing.

Each cue is a list of patterns over the title. They are general by design: no name of a product or a company.
"""

from collections.abc import Iterable, Mapping

import pandas as pd

Vocabulary = Mapping[str, tuple[str, ...]]

_CUES = {
    "undo": r"""
        roll(?:s|ed|ing)?[ -]?(?:\S+ ){0,4}back; rollback; revert\w*; back(?:s|ed|ing)? out; undone; undid;
        undo(?:es|ing)?; put(?:s|ting)? (?:\S+ ){0,5}back; took (?:\S+ ){0,5}back; takes (?:\S+ ){0,5}back;
        downgrad\w*; pin(?:s|ned) (?:to|back);
        (?:back|return(?:s|ed)?) (?:on|to) (?:the |an )?(?:last|previous|old|older|earlier|prior|former);
        (?:previous|prior|earlier|older) (?:\w+ )?(?:release|version|image|build|configuration|config);
        last (?:known )?(?:good|working); known[- ]good; fail(?:s|ed|ing)?[ -]?over;
        switch(?:es|ed|ing)? (?:\S+ ){0,4}(?:over|off|back|to);
        fix (?:is |was )?(?:deployed|released|live|shipped|applied|rolled out|in place|pushed|merged|out);
        (?:deploy|releas|ship|push|appl|roll)\w* (?:out )?(?:\S+ ){0,2}fix(?:es)?; hot-?fix\w*; patch\w*;
        turn(?:s|ed)? (?:\S+ ){0,3}off; disabl(?:e|ed|es|ing); toggled off; deactivat\w+; withdr[ae]wn?; withdrew;
        unpublish\w*;
        (?:stop|halt|abort|cancel)(?:s|ped|ed|led)? (?:\S+ ){0,2}(?:deploy\w*|rollout|release|migration|job)
    """,
    "remedy": r"""
        mov(?:es|ed) (?:\S+ ){0,3}(?:off|away|to|into|over); migrat(?:es|ed) (?:\S+ ){0,3}(?:off|away|to|back);
        restart\w*; reload\w*; reboot\w*; recreat\w*; redeploy\w*; recycl\w+; bounc(?:es|ed); power[- ]cycl\w+;
        reset\w*; respawn\w*; scal(?:e|ed|es|ing) (?:\S+ ){0,4}(?:up|down|out|in|to|back); scaled;
        gr(?:own?|ew|ows) by; rais(?:e|ed|es); lower(?:ed|s); doubl(?:ed|es); tripl(?:ed|es);
        increas(?:e|ed|es) (?:\S+ ){0,3}(?:limits?|memory|capacity|quota|size|replicas|timeouts?); bump(?:s|ed);
        resiz\w+; enlarg\w+; expand(?:s|ed); extend(?:s|ed); upsiz\w+; provision\w*; upgrad(?:es|ed);
        add(?:s|ed) (?:\S+ ){0,3}(?:capacity|nodes?|replicas?|servers?|instances?|hosts?|workers?|memory|disk);
        block(?:ed|s)?; ban(?:s|ned); deny(?:ing|list\w*)?; allow-?list\w*; firewall\w*; rate[ -]limit\w*;
        throttl\w+; shed\w*; bypass\w*; work-?around (?:\S+ )?(?:applied|deployed|in place);
        mitigation (?:\S+ )?(?:applied|deployed|in place); took (?:\S+ ){0,4}(?:out|down|offline);
        tak(?:es|en|ing) (?:\S+ ){0,4}(?:out|offline); cut off; cordon\w*; drain\w*; eject\w*; detach\w*; depool\w*;
        decommission\w*; out of (?:the )?(?:ring|pool|rotation); repool\w*; isolat\w+; quarantin\w+; evacuat\w+;
        fenc(?:e|es|ed); promot(?:e|es|ed); evict(?:s|ed) the; renew\w*; rotat\w+; rolled over; reissu\w+; re-?issu\w+;
        regenerat\w+; revok\w+; restor(?:e|ed|es|ing); reinstat\w+; rebuil\w+; reindex\w*; resync\w*; replay\w*;
        reprocess\w*; requeu\w+; re-?import\w*; re-?creat\w+; re-?enabl\w+; repair\w*; rewrit\w+; replac\w+;
        swap\w*; remov(?:e|es|ed); delet(?:e|es|ed); kill(?:s|ed)?; terminat\w+; stop(?:s|ped) the; paus(?:es|ed);
        purg\w+; flush\w*; prun\w+; truncat\w+; vacuum\w*; freed?; frees; reclaim\w*; clean(?:s|ed) (?:\S+ ){0,3}up;
        clear(?:s|ed) (?:\S+ ){0,3}(?:cache|queue|disk|locks?|space|backlog);
        br(?:ings?|ought) (?:\S+ ){0,6}(?:back|down|up|online); at zero; to zero; is back; is live; in production;
        on production; runs (?:in|on); on all (?:nodes|hosts|servers|shards|regions);
        (?:set|chang(?:es|ed)) (?:\S+ ){0,4}to \d+; from \d\S* to \d+; instead of \d+;
        (?:re-?)?(?:steer|rout|direct|shift|divert)(?:e|s|ed|es); fail(?:s|ed) (?:\S+ ){0,4}over;
        maintenance mode (?:on|switched on); unblock\w*; unstuck; correct(?:s|ed); reconfigur\w+; adjust(?:s|ed);
        tun(?:es|ed); optimi[sz](?:es|ed); fix(?:es|ed) (?:the|a|an); appl(?:y|ies|ied);
        suspend(?:s|ed)?; untaint\w*; \d\S* ?(?:->|→) ?\d\S*; on (?:->|→) off; \S*terminate_backend\S*
    """,
    "investigation": r"""
        look(?:s|ing|ed)?(?: at| into)?; examin\w+; investigat\w+; suspect\w*; ask(?:s|ed)?; ping(?:s|ed);
        inspect\w*; debug\w*; diagnos\w+; contact\w*; ticket; filed; list(?:s|ed); reproduc\w+; trac(?:es|ed);
        discuss\w*; told; tells?; answers?; war room; bridge; brainstorm\w*; call(?:ed)?;
        incident (?:opened|called|declared|raised|created); opens? an incident;
        (?:declar|rais|creat)\w* an incident; sees?; found; finds; ack(?:s|ed)?; auto-ack\w*; acknowledg\w*;
        wonders?; joins?;
        identif(?:y|ied|ies); escalat\w+; notif\w+; analy[sz]\w+; review\w*; confer\w*; engag\w+; begins? work;
        (?:checks|checking) (?:the|if|whether); cause found; on (?:the )?call; triag\w+; page[ds]; work(?:s|ing) on
    """,
    "intent": r"""
        will; agreed?; agrees; decid\w+; propos\w+; plans?; planned; being (?:written|prepared|built|tested);
        opened; requests?; requested;
        (?:starts?|begins?|began|started) (?:putting|the|an?|rolling|work\w*|to (?:roll|revert|restart|move|deploy));
        build started; reworks; ready; options; ways forward; considers?; considering; going to; about to; should;
        shall; wants?; (?:waiting for|awaiting) (?:\S+ )?(?:approval|review|reply|response|confirmation); prepar\w+;
        suggest\w*; recommends?; rolling back; draft\w*; merged; in progress; under ?way; tries; trying; attempt\w*
    """,
    "futile": r"""
        no (?:\S+ )?(?:change|effect|improvement|luck|difference|relief|use); little change\w*; unchanged;
        to no avail; in vain; ineffective; unsuccessful\w*; still; persist\w*; as a precaution;
        (?:did|does|do) not (?:help|work|fix|resolve|change); didn't; doesn't;
        without (?:effect|success|improvement); fails? (?:again|on); follow-up; had no; not enough; insufficient;
        (?:errors?|problems?|trouble|issues?|failures) (?:comes?|came|is|are|returns?)(?: back)?(?: again)?
    """,
    "healthy": r"""
        normal\w*; nominal;
        (?:usual|expected|baseline|healthy|acceptable) (?:level|rate|levels|rates|values?|range);
        as (?:before|usual|expected); recovered; healthy; ok; okay; fine; green;
        recover(?:y|s) (?:complete|confirmed);
        full(?:y)? (?:recover\w*|restored|operational|working|serving|available|functional); operational;
        functional; resolved; fixed; success\w*; succeed\w*; confirm(?:s|ed); works?; working; pass(?:es|ed)?;
        no (?:more|further|new) \S+; no errors; no longer; free of; without errors; stable; stabili[sz]\w+;
        all clear;
        (?:close|back|down|return(?:s|ed)?) to (?:\S+ )?(?:zero|normal|baseline|usual|service|health\w*|expected);
        (?:within|below|under|inside) (?:\S+ ){0,2}(?:threshold|limits?|objective|target|slo|baseline|budget);
        clears?; cleared; fully; can (?:connect|log in|sign in|again|now); able to; once more; gone;
        (?:it is|all) over; up:; steady; flat; closed?; monitoring; keep pace; keeps up; caught up; catch(?:es)? up;
        drained; gets? .{0,40} to start; restored; back (?:up|online|in service|on|at); available; reachable;
        accessible; again (?:available|reachable|working|serving); subsid\w+; settl(?:es|ed); ended; ends; stay so;
        serv(?:es|ing) (?:\S+ ){0,3}(?:traffic|requests|again|normally); in sync; synced; empty;
        (?:all|every) (?:\S+ ){1,2}(?:up|ok|healthy|back|working|running|normal)
    """,
    "partial": r"""
        part(?:ial|ially|ly)?; part of; some; half; most; majority; begins?; begin; beginning; began; starts? to;
        started to; nearly; almost; soon; slowly; improv\w+; first;
        (?:bit|step|node|one|host|region|shard|pod|zone|rack|cell|batch|little|piece) by; gradual\w*; first checks;
        being; coming back; drop\w*; (?:fall|fell|falling)\w*; ramp\w*;
        (?:set|mov(?:es|ed)|chang(?:es|ed)) to monitoring; status set to; opened; names; not; canary; staging
    """,
    "bad": r"""
        fail\w*; errors?(?! rates? (?:\S+ )?(?:back|normal|nominal|clos|drop|fell|falls|return)); errored;
        exceptions?; down; slow\w*; time[ds]? ?out\w*; timeouts?; unreachable; unavailable; inaccessible; crash\w*;
        spik\w+; surg\w+; fault\w*; bugs?; expir\w+; silent; dropp?\w*; evict\w+; 5\d\ds?; 5xx; 4\d\ds; 4xx; cannot;
        can't; couldn't; could not; unable; oom\w*; out of (?:memory|disk|space|connections);
        not (?:answer|work|react|respond|load|reach|available|in the|receiv|arriv|process)\w*; never; missing;
        misses; absent; blank; delay\w*; late; degrad\w*; outage; disrupt\w*; impair\w*; interrupt\w*; stops?;
        stopped; plunge\w*; plummet\w*; collaps\w+; climb\w*; jump\w*; ris(?:es|ing); rose; grow\w*; grew; zero;
        full; trouble; problems?; issues?; loss; lost; losing; broken; breaks; broke; unhealthy; unresponsive;
        lag\w*; high(?:er)?; exhaust\w*; saturat\w*; refus\w+; reject\w*; denied; removed; past; stuck; hang\w*;
        hung; freez\w+; frozen?; deadlock\w*; corrupt\w*; elevated; abnormal\w*; anomal\w+; unusual\w*; wrong;
        invalid; duplicat\w+; inconsisten\w+; increas\w+ (?:in )?(?:errors|latency); latency; stale; panic\w*;
        killed; throttl\w+; backlog; overload\w*; pil(?:es?|ing) up; queu(?:es?|ed|ing) up; flap\w*; loop\w*;
        leak\w*; exceed\w*; above; starv\w+; thrash\w*; storm; bad gateway; not responding
    """,
    "doubt": r"""
        (?:is|are|was) (?:it|that|this|everything) .{1,40}\?; .{1,60}\?;
        not (?:yet )?(?:resolved|fixed|healthy|ok|working|recovered|over|gone|normal|stable|fully);
        still (?:seeing|there|failing|down|broken|not|no|errors|high|slow|degraded|unavailable); no,; yet; until
    """,
    "report": r"""
        customers?; users?; clients?; report\w*; mails?; writes?; remarks?; complain\w*; support; people; tenants?;
        merchants?; readers?; players?; students?; visitors?; tweets?; posts?; mention\w*; tickets?;
        (?:get|got) word
    """,
    "noticed": r"""
        seen; sees?; saw; notic\w+; observ\w+; spot(?:s|ted); discover\w*; detect\w*; aware; find(?:s|ing)?; found;
        realiz\w+; realis\w+
    """,
    "cause": r"""
        causes?; caused; because; due to; culprit; root; reason; traced to; responsible; triggered by; stems? from;
        bug; candidate; finds?; found; took out; duplicated; misconfigur\w+; (?:identif|pinpoint|isolat|narrow)\w+;
        knows; turns out; contention; leak; regression; changed?; raised; since the (?:release|deploy\w*|change)
    """,
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
