"""An append-only ledger of stock movements: what the records say is there, and what lies on the shelf.

Every movement is one line: day, kind, article, units, document. A kind moves units between accounts as `EFFECTS`
says, and a balance is nothing but the sum of the lines' effects, so a ledger can be rebuilt from its lines at any time.
A line that would take an account below zero, or promise more than is available, is refused and changes nothing.

Accounts, units of an article: `on_order` (ordered from a supplier, not received), `receiving` (accepted, not on the
shelf yet), `on_hand` (on the shelf, by the records), `allocated` (the part of it that is promised to customers),
`packed` (picked, not shipped), `delivered` (with the customer), `backordered` (owed to customers who wait), and
`physical`, what really lies on the shelf. Records and shelf part when something is lost or the wrong article is
picked, and only a count brings them together. Orders are documents: what is on order, allocated, packed, delivered or
backordered belongs to one, and no line takes more from a document than it holds.
"""

from collections import defaultdict
from numbers import Integral

import pandas as pd

from casestudy.methods._validation import whole_number

__all__ = ["ACCOUNTS", "EFFECTS", "StockLedger"]

# What each kind of movement adds (+1) or takes away (-1), per unit.
EFFECTS = {
    "opening": {"on_hand": 1, "physical": 1},  # counted before the first day
    "ordered": {"on_order": 1},
    "received": {"on_order": -1, "receiving": 1},  # inspected and accepted
    "received_over": {"receiving": 1},  # accepted beyond what was on order
    "rejected": {"on_order": -1},  # defective: sent back and credited
    "delivered_short": {"on_order": -1},  # not delivered, no longer expected
    "put_away": {"receiving": -1, "on_hand": 1, "physical": 1},
    "promised": {"allocated": 1},
    "released": {"allocated": -1},  # a promise taken back
    "backordered": {"backordered": 1},
    "backorder_promised": {"backordered": -1, "allocated": 1},
    "backorder_cancelled": {"backordered": -1},
    "lost_sale": {},  # asked for, neither promised nor waited for
    "picked": {"on_hand": -1, "allocated": -1, "packed": 1, "physical": -1},
    "mispick_left": {"physical": 1},  # recorded as picked, but still on the shelf:
    "mispick_taken": {"physical": -1},  # this article went instead, and no record says so
    "shipped": {"packed": -1, "delivered": 1},
    "returned": {"delivered": -1, "on_hand": 1, "physical": 1},
    "scrapped": {"on_hand": -1, "physical": -1},
    "lost": {"physical": -1},  # theft, breakage: no record says so
    "counted": {},  # units found on the shelf by a count
    "found": {"on_hand": 1},  # the records follow a count up
    "written_off": {"on_hand": -1},  # or down
}
ACCOUNTS = ("on_order", "receiving", "on_hand", "allocated", "packed", "delivered", "backordered", "physical")
_OF_DOCUMENTS = frozenset({"on_order", "allocated", "packed", "delivered", "backordered"})
_MAY_BE_NOTHING = frozenset({"counted"})
_COLUMNS = ["day", "kind", "article", "units", "document"]


class StockLedger:
    """Movements of several articles, and the balances that follow from them.

    Parameters
    ----------
    articles : sequence of str
        Names of the articles, each once.

    Raises
    ------
    ValueError
        If there is no article, or one stands twice.

    Source: perpetual inventory records and cycle counts as in Piasecki (2003), *Inventory Accuracy: People, Processes,
    & Technology*.

    >>> ledger = StockLedger(["ball"])
    >>> ledger.record(0, "opening", "ball", 10)
    >>> ledger.record(1, "promised", "ball", 4, "order 1")
    >>> ledger.record(1, "picked", "ball", 4, "order 1")
    >>> ledger.record(1, "lost", "ball", 1)
    >>> ledger.balance("ball", "on_hand"), ledger.balance("ball", "physical")
    (6, 5)
    >>> ledger.count(2, "ball")
    -1
    >>> ledger.record(3, "promised", "ball", 6, "order 2")
    Traceback (most recent call last):
    ValueError: units is 6: ball has 5 available on day 3: promise no more
    """

    def __init__(self, articles):
        articles = list(articles)
        if not articles or len(set(articles)) < len(articles):
            raise ValueError(f"articles is {articles!r}: give at least one, each once")
        self._lines = []
        self._balances = {article: dict.fromkeys(ACCOUNTS, 0) for article in articles}
        self._documents = defaultdict(int)  # (account, article, document): units

    def record(self, day, kind, article, units, document=""):
        """Append one movement.

        Parameters
        ----------
        day : int
            Day of the movement, not before that of the last one.
        kind : str
            A key of `EFFECTS`.
        article : str
            One of the ledger's articles.
        units : int
            Whole units, 1 or more; of a count, 0 or more.
        document : str
            Purchase order or customer order to which the units belong; empty for none.

        Raises
        ------
        ValueError
            If an argument is not as above, or the units are not there: on the article's account, on the document,
            or available (names the article, the account and what it holds). The ledger is then as before.
        """
        effects, balances = _effects(kind).items(), self._of(article)
        if not isinstance(units, Integral) or isinstance(units, bool) or units < 1:
            whole_number(0 if kind in _MAY_BE_NOTHING else 1, units=units)
        if not isinstance(day, Integral) or isinstance(day, bool) or (self._lines and day < self._lines[-1][0]):
            whole_number(self._lines[-1][0] if self._lines else 0, day=day)
        if not isinstance(document, str):
            raise ValueError(f"document is {document!r}: give its name as text, empty for none")
        # A numpy integer has few digits, and wraps around in a sum.
        day, units = int(day), int(units)
        for account, sign in effects:
            if sign < 0:
                held, place = balances[account], article
                if account in _OF_DOCUMENTS:
                    held, place = self._documents.get((account, article, document), 0), f"{document!r} for {article}"
                if held < units:
                    raise ValueError(
                        f"units is {units}: {place} has {held} {_words(account)} on day {day}: record no more as {kind}"
                    )
        self._check_promises(day, kind, article, units)
        for account, sign in effects:
            balances[account] += sign * units
            if account in _OF_DOCUMENTS:
                self._documents[account, article, document] += sign * units
        self._lines.append((day, kind, article, units, document))

    def mispick(self, day, article, taken, units, document=""):
        """Record that units of another article went out for those recorded as picked: two lines, or none.

        Parameters
        ----------
        day : int
            Day of the pick.
        article, taken : str
            The article that the records took from the shelf, and the one that was really taken.
        units : int
            Units mixed up, 1 or more.
        document : str
            The customer order.

        Raises
        ------
        ValueError
            As `record`; or if both are the same article.
        """
        if article == taken:
            raise ValueError(f"taken is {taken!r}: give another article than the one picked")
        self._of(article)
        self.record(day, "mispick_taken", taken, units, document)
        self.record(day, "mispick_left", article, units, document)

    def count(self, day, article):
        """Count an article: two lines, what lies on the shelf and by how much the records follow it, or one.

        Parameters
        ----------
        day : int
            Day of the count.
        article : str
            One of the ledger's articles.

        Returns
        -------
        int
            Shelf less records before the count, units: above 0 found, below 0 missing.

        Raises
        ------
        ValueError
            As `record`; or if more is promised than the shelf holds: release the promises first.
        """
        balances = self._of(article)
        difference = balances["physical"] - balances["on_hand"]
        if difference < 0:
            self._check_promises(day, "written_off", article, -difference)
        self.record(day, "counted", article, balances["physical"])
        if difference:
            self.record(day, "found" if difference > 0 else "written_off", article, abs(difference))
        return difference

    def balance(self, article, account):
        """Units of an article on an account of `ACCOUNTS`, now; ValueError if there is no such article or account."""
        balances = self._of(article)
        if account not in ACCOUNTS:
            raise ValueError(f"account is {account!r}: give one of {', '.join(ACCOUNTS)}")
        return balances[account]

    def available(self, article):
        """Units of an article that can be promised, by the records: on hand less allocated.

        ValueError if the article is unknown.
        """
        balances = self._of(article)
        return balances["on_hand"] - balances["allocated"]

    def position(self, article):
        """Inventory position: available, plus receiving and on order, less backordered, units.

        ValueError if the article is unknown.
        """
        balances = self._of(article)
        incoming = balances["on_order"] + balances["receiving"]
        return balances["on_hand"] - balances["allocated"] + incoming - balances["backordered"]

    def on_document(self, account, article, document):
        """Units of an article that a document holds on an account: on order, allocated, packed, delivered, owed."""
        return self._documents.get((account, article, document), 0)

    @property
    def movements(self):
        """All lines so far, a row each: day, kind, article, units, document."""
        return pd.DataFrame(self._lines, columns=_COLUMNS)

    @property
    def balances(self):
        """Units by article (rows) and account (columns), with `available` as the last."""
        table = pd.DataFrame.from_dict(self._balances, orient="index").rename_axis("article")
        return table.assign(available=table["on_hand"] - table["allocated"])

    @classmethod
    def replay(cls, articles, movements):
        """A ledger rebuilt from its lines.

        Parameters
        ----------
        articles : sequence of str
            As for a new ledger.
        movements : DataFrame
            As `movements` gives them, or as they come back from a CSV file: a missing document is none, and days and
            units may be whole floats.

        Returns
        -------
        StockLedger

        Raises
        ------
        ValueError
            As `record`, at the first line that does not follow from those before it.
        """
        ledger = cls(articles)
        documents = movements["document"].where(movements["document"].notna(), "")
        lines = movements.assign(document=documents)[_COLUMNS]
        for day, kind, article, units, document in lines.itertuples(index=False):
            ledger.record(_without_decimals(day), kind, article, _without_decimals(units), document)
        return ledger

    def _check_promises(self, day, kind, article, units):
        """What is promised stays on hand: only a pick takes from both."""
        effects = EFFECTS[kind]
        if effects.get("on_hand", 0) - effects.get("allocated", 0) >= 0:
            return
        available = self.available(article)
        if available < units:
            verb = "promise" if "allocated" in effects else "take"
            raise ValueError(f"units is {units}: {article} has {available} available on day {day}: {verb} no more")

    def _of(self, article):
        """The balances of an article."""
        try:
            return self._balances[article]
        except (KeyError, TypeError):  # unknown, or nothing that could be a name
            names = ", ".join(map(str, self._balances))
            raise ValueError(f"article is {article!r}: give one of {names}") from None


def _effects(kind):
    try:
        return EFFECTS[kind]
    except (KeyError, TypeError):
        raise ValueError(f"kind is {kind!r}: give one of {', '.join(EFFECTS)}") from None


def _without_decimals(number):
    return int(number) if isinstance(number, float) and number.is_integer() else number


def _words(account):
    return account.replace("_", " ")
