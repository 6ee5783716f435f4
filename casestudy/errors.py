"""The one exception that the command line shows as a single line with its mend."""


class CasestudyError(Exception):
    """A mistake that the reader can mend; the message says what, where and how."""


def nearest(word, known):
    """A hint at the known word nearest to a mistyped one, or an empty string.

    >>> nearest("lead_tme_days", ["lead_time_days", "reserve_days"])
    ': did you mean lead_time_days?'
    >>> nearest("puyo", ["peru_tech_sme", "puyo_toy_store"])
    ': did you mean puyo_toy_store?'
    """
    from difflib import get_close_matches

    known = list(known)
    close = get_close_matches(word, known, n=1, cutoff=0.5) or [
        name for name in known if len(word) > 2 and word in name
    ]
    return f": did you mean {close[0]}?" if close else ""
