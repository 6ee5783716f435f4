"""The committed record in `reports/`, held against what is computed now."""

import pandas as pd

from casestudy.datasets import ROOT
from casestudy.errors import CasestudyError

REPORTS = ROOT / "reports"


def differences(case, ledger):
    """What differs between a ledger and the committed one: a line a claim, none where all verdicts agree.

    Raises
    ------
    CasestudyError
        If there is no committed ledger, or the file is none.
    """
    path = REPORTS / case / "audit.csv"
    try:
        old = pd.read_csv(path, dtype=str, keep_default_na=False).set_index("claim_id")["verdict"]
    except FileNotFoundError:
        raise CasestudyError(f"{path} is missing: casestudy run {case} writes it") from None
    except (KeyError, ValueError):
        raise CasestudyError(f"{path} is no ledger: casestudy run {case} writes it anew") from None
    new = ledger["verdict"]
    return [
        f"{case}: {claim} was {old.get(claim, 'absent')}, is now {new.get(claim, 'absent')}"
        for claim in new.index.union(old.index, sort=False)
        if old.get(claim) != new.get(claim)
    ]
