"""How well the hints on blaming words and personal names fit labelled sentences: precision, recall and F1.

    python bench/blame.py [--show]

`bench/blame/sentences.txt` was looked at while the rules were made, `bench/blame/apart.txt` was written and labelled
before them and was not. Whoever changes a rule looks at the first file only: `--show` prints its misses alone.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from pipeline.check.blame import blamed
from pipeline.check.names import names

HERE = Path(__file__).parent / "blame"
LABELS = {"blame": ("blame", "both"), "name": ("name", "both")}
FINDS: dict[str, Callable[[str], bool]] = {
    "blame": lambda sentence: any(True for _ in blamed(sentence, {})),
    "name": lambda sentence: any(True for _ in names(sentence, {})),
}


def labelled(name: str) -> Iterator[tuple[str, str]]:
    """Label and sentence of each line of a file."""
    for line in (HERE / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            label, _, sentence = line.partition(": ")
            yield label, sentence


def scores(name: str, hint: str) -> tuple[float, float, float, list[str]]:
    """Precision, recall, F1, and the sentences that the hint is wrong about."""
    counts: Counter[tuple[bool, bool]] = Counter()
    wrong = []
    for label, sentence in labelled(name):
        true, said = label in LABELS[hint], FINDS[hint](sentence)
        counts[true, said] += 1
        if true != said:
            wrong.append(f"{'missed' if true else 'false'}: {sentence}")
    right, false, missed = counts[True, True], counts[False, True], counts[True, False]
    precision, recall = right / max(1, right + false), right / max(1, right + missed)
    return precision, recall, 2 * right / max(1, 2 * right + false + missed), wrong


def main() -> None:
    print(f"{'sentences':22}{'hint':8}{'precision':>10}{'recall':>8}{'F1':>7}")
    for name, title in (("sentences", "looked at"), ("apart", "held apart")):
        size = len(list(labelled(name)))
        for hint in FINDS:
            precision, recall, f1, wrong = scores(name, hint)
            print(f"{f'{title} ({size})':22}{hint:8}{precision:10.3f}{recall:8.3f}{f1:7.3f}")
            if name == "sentences" and "--show" in sys.argv:
                print("".join(f"    {one}\n" for one in wrong), end="")


if __name__ == "__main__":
    main()
