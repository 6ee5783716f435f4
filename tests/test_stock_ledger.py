"""The stock ledger: random events against a model that keeps every unit by itself, and a day in a shop by hand."""

import io
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from casestudy.methods.stock_ledger import ACCOUNTS, EFFECTS, StockLedger

ARTICLES = ("ball", "doll", "kite")
DOCUMENTS = ("", "P1", "C1", "C2")
MEMOS = ("lost_sale", "counted")


class UnitByUnit:
    """A shop whose every unit is an object: where it really is, and what the papers say of it, kept apart.

    `real` holds the article of each unit by its place; `orders` and the other papers are lists with one entry a
    unit. Nothing here reads a table of effects.
    """

    def __init__(self):
        self.real = {place: [] for place in ("receiving", "shelf", "packed", "customer", "away")}
        self.made = Counter()  # units that ever came into the shop, by article
        self.papers = {name: [] for name in ("ordered", "promised", "packed", "delivered", "owed")}  # (article, order)
        self.book = []  # article of each unit that the records have on the shelf

    def can(self, kind, article, units, order):
        entry = (article, order)
        enough = {
            "received": self.papers["ordered"].count(entry),
            "rejected": self.papers["ordered"].count(entry),
            "delivered_short": self.papers["ordered"].count(entry),
            "put_away": self.real["receiving"].count(article),
            "promised": self.free(article),
            "released": self.papers["promised"].count(entry),
            "backorder_promised": min(self.free(article), self.papers["owed"].count(entry)),
            "backorder_cancelled": self.papers["owed"].count(entry),
            "picked": min(self.papers["promised"].count(entry), self.real["shelf"].count(article)),
            "mispick_taken": self.real["shelf"].count(article),
            "shipped": self.papers["packed"].count(entry),
            "returned": self.papers["delivered"].count(entry),
            "scrapped": min(self.free(article), self.real["shelf"].count(article)),
            "lost": self.real["shelf"].count(article),
            "written_off": self.free(article),
        }
        return units <= enough.get(kind, units)

    def free(self, article):
        promised = sum(one == article for one, _ in self.papers["promised"])
        return self.book.count(article) - promised

    def happen(self, kind, article, units, order):
        for _ in range(units):
            getattr(self, kind, lambda article, order: None)(article, order)

    def opening(self, article, order):
        self.made[article] += 1
        self.real["shelf"].append(article)
        self.book.append(article)

    def ordered(self, article, order):
        self.papers["ordered"].append((article, order))

    def received(self, article, order):
        self.papers["ordered"].remove((article, order))
        self.received_over(article, order)

    def received_over(self, article, order):
        self.made[article] += 1
        self.real["receiving"].append(article)

    def rejected(self, article, order):
        self.papers["ordered"].remove((article, order))

    delivered_short = rejected

    def put_away(self, article, order):
        self.move(article, "receiving", "shelf")
        self.book.append(article)

    def promised(self, article, order):
        self.papers["promised"].append((article, order))

    def released(self, article, order):
        self.papers["promised"].remove((article, order))

    def backordered(self, article, order):
        self.papers["owed"].append((article, order))

    def backorder_cancelled(self, article, order):
        self.papers["owed"].remove((article, order))

    def backorder_promised(self, article, order):
        self.backorder_cancelled(article, order)
        self.promised(article, order)

    def picked(self, article, order):
        self.released(article, order)
        self.move(article, "shelf", "packed")
        self.book.remove(article)
        self.papers["packed"].append((article, order))

    def mispick_left(self, article, order):
        self.real["shelf"].append(article)

    def mispick_taken(self, article, order):
        self.real["shelf"].remove(article)

    def shipped(self, article, order):
        self.papers["packed"].remove((article, order))
        self.papers["delivered"].append((article, order))

    def returned(self, article, order):
        self.papers["delivered"].remove((article, order))
        self.real["shelf"].append(article)
        self.book.append(article)

    def scrapped(self, article, order):
        self.book.remove(article)
        self.move(article, "shelf", "away")

    def lost(self, article, order):
        self.move(article, "shelf", "away")

    def found(self, article, order):
        self.book.append(article)

    def written_off(self, article, order):
        self.book.remove(article)

    def move(self, article, origin, place):
        self.real[origin].remove(article)
        self.real[place].append(article)

    def balances(self, article):
        of_papers = {name: sum(one == article for one, _ in entries) for name, entries in self.papers.items()}
        return {
            "on_order": of_papers["ordered"],
            "receiving": self.real["receiving"].count(article),
            "on_hand": self.book.count(article),
            "allocated": of_papers["promised"],
            "packed": of_papers["packed"],
            "delivered": of_papers["delivered"],
            "backordered": of_papers["owed"],
            "physical": self.real["shelf"].count(article),
        }


class RandomEvents(RuleBasedStateMachine):
    """Any events in any order, possible or not."""

    @initialize(stock=st.lists(st.integers(1, 12), min_size=3, max_size=3))
    def open(self, stock):
        self.ledger, self.shop, self.day = StockLedger(ARTICLES), UnitByUnit(), 0
        for article, units in zip(ARTICLES, stock, strict=True):
            self.attempt("opening", article, units, "")

    def attempt(self, kind, article, units, order):
        lines = len(self.ledger.movements)
        if self.shop.can(kind, article, units, order):
            self.ledger.record(self.day, kind, article, units, order)
            self.shop.happen(kind, article, units, order)
            assert len(self.ledger.movements) == lines + 1
        else:
            with pytest.raises(ValueError, match=f"units is {units}: "):
                self.ledger.record(self.day, kind, article, units, order)
            assert len(self.ledger.movements) == lines

    @rule(
        kind=st.sampled_from(sorted(set(EFFECTS) - {"opening"})),
        article=st.sampled_from(ARTICLES),
        units=st.integers(1, 4),
        order=st.sampled_from(DOCUMENTS),
    )
    def record(self, kind, article, units, order):
        self.attempt(kind, article, units, order)

    @rule(article=st.sampled_from(ARTICLES), units=st.integers(1, 6), order=st.sampled_from(DOCUMENTS))
    def sell(self, article, units, order):
        for kind in ("promised", "picked", "shipped"):
            self.attempt(kind, article, units, order)

    @rule(article=st.sampled_from(ARTICLES), units=st.integers(1, 6), order=st.sampled_from(DOCUMENTS))
    def buy(self, article, units, order):
        for kind in ("ordered", "received", "put_away"):
            self.attempt(kind, article, units, order)

    @rule(article=st.sampled_from(ARTICLES), taken=st.sampled_from(ARTICLES), units=st.integers(1, 3))
    def mispick(self, article, taken, units):
        lines = len(self.ledger.movements)
        if article != taken and self.shop.can("mispick_taken", taken, units, ""):
            self.ledger.mispick(self.day, article, taken, units)
            self.shop.happen("mispick_taken", taken, units, "")
            self.shop.happen("mispick_left", article, units, "")
        else:
            with pytest.raises(ValueError, match=r"give another article|record no more as mispick_taken"):
                self.ledger.mispick(self.day, article, taken, units)
            assert len(self.ledger.movements) == lines

    @rule(article=st.sampled_from(ARTICLES))
    def count(self, article):
        lines = len(self.ledger.movements)
        difference = self.shop.real["shelf"].count(article) - self.shop.book.count(article)
        if -difference > self.shop.free(article):
            with pytest.raises(ValueError, match="available on day"):
                self.ledger.count(self.day, article)
            assert len(self.ledger.movements) == lines
            return
        assert self.ledger.count(self.day, article) == difference
        self.shop.happen("found" if difference > 0 else "written_off", article, abs(difference), "")
        assert self.ledger.balance(article, "on_hand") == self.ledger.balance(article, "physical")

    @rule(days=st.integers(1, 3))
    def wait(self, days):
        self.day += days

    @invariant()
    def balances_are_those_of_the_single_units(self):
        for article in ARTICLES:
            expected = self.shop.balances(article)
            assert {account: self.ledger.balance(article, account) for account in ACCOUNTS} == expected
            assert self.ledger.available(article) == self.shop.free(article) >= 0
            incoming = expected["on_order"] + expected["receiving"] - expected["backordered"]
            assert self.ledger.position(article) == self.shop.free(article) + incoming

    @invariant()
    def a_document_holds_its_own_units(self):
        names = {"on_order": "ordered", "allocated": "promised", "packed": "packed", "delivered": "delivered"}
        for account, name in (names | {"backordered": "owed"}).items():
            for entry in {(article, order) for article in ARTICLES for order in DOCUMENTS}:
                assert self.ledger.on_document(account, *entry) == self.shop.papers[name].count(entry)

    def teardown(self):
        """No unit lost or invented: sums over the lines, article by article, and a ledger rebuilt from them."""
        lines = self.ledger.movements
        total = lines.pivot_table(index="article", columns="kind", values="units", aggfunc="sum", fill_value=0)
        total = total.reindex(index=ARTICLES, columns=list(EFFECTS), fill_value=0)
        now = self.ledger.balances
        came = total["opening"] + total["received"] + total["received_over"] + total["returned"] + total["found"]
        went = total["shipped"] + total["scrapped"] + total["written_off"]
        assert (came == went + now["receiving"] + now["on_hand"] + now["packed"]).all()

        put = total["opening"] + total["put_away"] + total["returned"] + total["mispick_left"]
        taken = total["picked"] + total["scrapped"] + total["lost"] + total["mispick_taken"]
        assert (put == taken + now["physical"]).all()
        assert (
            total["ordered"] == total[["received", "rejected", "delivered_short"]].sum(axis=1) + now["on_order"]
        ).all()

        rebuilt = StockLedger.replay(ARTICLES, lines)
        pd.testing.assert_frame_equal(rebuilt.balances, now)
        pd.testing.assert_frame_equal(rebuilt.movements, lines)
        assert lines["day"].is_monotonic_increasing


TestRandomEvents = RandomEvents.TestCase
TestRandomEvents.settings = settings(deadline=None, derandomize=True, max_examples=50, stateful_step_count=40)


# --- By hand ----------------------------------------------------------------------------------------------


def test_a_purchase_order_of_100_comes_short_with_4_defective():
    """100 ordered; 95 delivered, of which 4 are sent back: 91 on the shelf, nothing on order any more."""
    ledger = StockLedger(["ball"])
    ledger.record(1, "ordered", "ball", 100, "P1")
    assert ledger.position("ball") == 100
    ledger.record(8, "received", "ball", 91, "P1")
    ledger.record(8, "rejected", "ball", 4, "P1")
    ledger.record(8, "delivered_short", "ball", 5, "P1")
    assert (ledger.balance("ball", "on_order"), ledger.balance("ball", "receiving")) == (0, 91)
    assert ledger.available("ball") == 0
    ledger.record(9, "put_away", "ball", 91)
    assert ledger.available("ball") == ledger.balance("ball", "physical") == 91


def test_the_wrong_article_is_picked_and_two_counts_find_it():
    ledger = StockLedger(["ball", "doll"])
    ledger.record(0, "opening", "ball", 10)
    ledger.record(0, "opening", "doll", 10)
    ledger.record(1, "promised", "ball", 3, "C1")
    ledger.record(1, "picked", "ball", 3, "C1")
    ledger.mispick(1, "ball", "doll", 1, "C1")
    assert ledger.balances[["on_hand", "physical"]].to_numpy().tolist() == [[7, 8], [10, 9]]
    assert [ledger.count(2, "ball"), ledger.count(2, "doll")] == [1, -1]
    assert ledger.balances[["on_hand", "physical"]].to_numpy().tolist() == [[8, 8], [9, 9]]
    assert ledger.movements["kind"].tolist()[-4:] == ["counted", "found", "counted", "written_off"]
    assert [ledger.count(3, "ball"), len(ledger.movements)] == [0, 11]


def test_records_may_promise_what_the_shelf_does_not_hold():
    ledger = StockLedger(["ball"])
    ledger.record(0, "opening", "ball", 5)
    ledger.record(1, "lost", "ball", 2)
    ledger.record(2, "promised", "ball", 5, "C1")
    with pytest.raises(ValueError, match="units is 5: ball has 3 physical on day 2: record no more as picked"):
        ledger.record(2, "picked", "ball", 5, "C1")
    with pytest.raises(ValueError, match="units is 2: ball has 0 available on day 2: take no more"):
        ledger.count(2, "ball")
    assert ledger.movements["kind"].tolist() == ["opening", "lost", "promised"]
    ledger.record(2, "picked", "ball", 3, "C1")
    ledger.record(2, "released", "ball", 2, "C1")
    assert ledger.count(2, "ball") == -2
    assert ledger.balances.loc["ball"].to_dict() == dict.fromkeys([*ACCOUNTS, "available"], 0) | {"packed": 3}


def test_every_kind_of_movement_is_in_the_model():
    assert set(EFFECTS) - set(MEMOS) == set(EFFECTS) & set(dir(UnitByUnit))
    assert {kind for kind, effects in EFFECTS.items() if not effects} == set(MEMOS)
    assert {account for effects in EFFECTS.values() for account in effects} == set(ACCOUNTS)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ((3, "sold", "ball", 1), "kind is 'sold': give one of opening, ordered"),
        ((3, "opening", "bal", 1), "article is 'bal': give one of ball"),
        ((3, "opening", "ball", 0), "units is 0: give a whole number of 1 or more"),
        ((3, "counted", "ball", -1), "units is -1: give a whole number of 0 or more"),
        ((3, "opening", "ball", 1.5), "units is 1.5: give a whole number of 1 or more"),
        ((3, "opening", "ball", True), "units is True: give a whole number of 1 or more"),
        ((1, "opening", "ball", 1), "day is 1: give a whole number of 2 or more"),
        ((2.5, "opening", "ball", 1), "day is 2.5: give a whole number of 2 or more"),
        ((True, "opening", "ball", 1), "day is True: give a whole number of 2 or more"),
        ((3, "opening", "ball", np.True_), "units is np.True_: give a whole number of 1 or more"),
        ((3, "opening", ["ball"], 1), r"article is \['ball'\]: give one of ball"),
        ((3, ["opening"], "ball", 1), r"kind is \['opening'\]: give one of opening, ordered"),
        ((3, "promised", "ball", 1, ["C1"]), r"document is \['C1'\]: give its name as text"),
        ((3, "ordered", "ball", 1, None), "document is None: give its name as text"),
        ((3, "opening", "ball", 1, 7), "document is 7: give its name as text"),
        (
            (3, "received", "ball", 1, "P9"),
            "units is 1: 'P9' for ball has 0 on order on day 3: record no more",
        ),
        ((3, "promised", "ball", 6, "C1"), "units is 6: ball has 5 available on day 3: promise no more"),
    ],
)
def test_refuses_and_stays_as_it_was(line, message):
    ledger = StockLedger(["ball"])
    ledger.record(2, "opening", "ball", 5)
    before = ledger.balances
    with pytest.raises(ValueError, match=message):
        ledger.record(*line)
    pd.testing.assert_frame_equal(ledger.balances, before)
    assert len(ledger.movements) == 1


def test_true_is_no_first_day():
    with pytest.raises(ValueError, match="day is True: give a whole number of 0 or more"):
        StockLedger(["ball"]).record(True, "opening", "ball", 1)


@pytest.mark.parametrize("kind", [np.int8, np.uint8, np.int16, np.uint32, np.int64])
def test_numpy_integers_do_not_wrap_around(kind):
    ledger = StockLedger(["ball"])
    for day in (100, 120):
        ledger.record(kind(day), "opening", "ball", kind(100))
    ledger.record(kind(120), "scrapped", "ball", kind(50))
    assert ledger.balance("ball", "on_hand") == ledger.available("ball") == 100 + 100 - 50
    ledger.record(kind(120), "ordered", "ball", kind(100), "P1")
    ledger.record(kind(120), "ordered", "ball", kind(100), "P1")
    assert ledger.on_document("on_order", "ball", "P1") == 200
    assert {type(entry) for line in ledger._lines for entry in line} == {int, str}


def test_a_ledger_comes_back_from_a_file():
    """An empty document is missing in the file, and units beside a missing value come back as floats."""
    ledger = StockLedger(["ball", "doll"])
    ledger.record(0, "opening", "ball", 10)
    ledger.record(1, "ordered", "doll", 4, "P1")
    ledger.record(1, "promised", "ball", 3, "C1")
    ledger.record(2, "picked", "ball", 3, "C1")
    read = pd.read_csv(io.StringIO(ledger.movements.to_csv(index=False)))
    assert read["document"].isna().tolist() == [True, False, False, False]
    for lines in (read, read.astype({"units": float, "day": float})):
        rebuilt = StockLedger.replay(["ball", "doll"], lines)
        pd.testing.assert_frame_equal(rebuilt.balances, ledger.balances)
        pd.testing.assert_frame_equal(rebuilt.movements, ledger.movements)
    with pytest.raises(ValueError, match=r"units is 9\.5: give a whole number of 1 or more"):
        StockLedger.replay(["ball", "doll"], read.assign(units=[9.5, 4, 3, 3]))


def test_a_ledger_without_documents_comes_back_from_a_file():
    ledger = StockLedger(["ball"])
    ledger.record(0, "opening", "ball", 10)
    read = pd.read_csv(io.StringIO(ledger.movements.to_csv(index=False)))
    pd.testing.assert_frame_equal(StockLedger.replay(["ball"], read).movements, ledger.movements)


@pytest.mark.parametrize(
    "ask",
    [
        lambda ledger: ledger.balance("bal", "on_hand"),
        lambda ledger: ledger.available("bal"),
        lambda ledger: ledger.position("bal"),
        lambda ledger: ledger.count(3, "bal"),
        lambda ledger: ledger.mispick(3, "bal", "ball", 1),
        lambda ledger: ledger.mispick(3, "ball", "bal", 1),
    ],
)
def test_an_unknown_article_is_refused_by_name(ask):
    ledger = StockLedger(["ball", "doll"])
    ledger.record(2, "opening", "ball", 5)
    with pytest.raises(ValueError, match="article is 'bal': give one of ball, doll"):
        ask(ledger)
    assert len(ledger.movements) == 1


def test_an_unknown_account_is_refused_by_name():
    with pytest.raises(ValueError, match="account is 'shelf': give one of on_order, receiving"):
        StockLedger(["ball"]).balance("ball", "shelf")


@pytest.mark.parametrize("articles", [[], ["ball", "ball"]])
def test_refuses_no_article_and_twice_the_same(articles):
    with pytest.raises(ValueError, match=r"articles is .* give at least one, each once"):
        StockLedger(articles)
