"""The grammar of printed numbers, and the claims and printed tables that are written in it."""

import math
import re
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casestudy import cases, datasets
from casestudy.datasets import printed_number
from casestudy.errors import CasestudyError

HEADER = "claim_id,quantity,printed,unit,where,role,inputs,note\n"
GOOD_ROW = "stock,mean stock,10,usd,Table 1,input,,\n"
THIN, NO_BREAK, NARROW_NO_BREAK, FIGURE, MINUS = "\u2009", "\u00a0", "\u202f", "\u2007", "\u2212"


# The grammar: every expected interval is written out by hand.


@pytest.mark.parametrize(
    ("text", "value", "low", "high"),
    [
        ("37 0577,00", 370577, 370576.995, 370577.005),
        ("66 884,48", 66884.48, 66884.475, 66884.485),
        ("1,249,506", 1249506, 1249505.5, 1249506.5),
        ("5,575", 5575, 5574.5, 5575.5),
        ("12,345", 12345, 12344.5, 12345.5),
        ("12,345,678.90", 12345678.90, 12345678.895, 12345678.905),
        ("1,249.5", 1249.5, 1249.45, 1249.55),
        ("722,5", 722.5, 722.45, 722.55),
        ("7297,45", 7297.45, 7297.445, 7297.455),
        ("89,9", 89.9, 89.85, 89.95),
        ("0,123", 0.123, 0.1225, 0.1235),
        ("0,345", 0.345, 0.3445, 0.3455),
        ("1 249,506", 1249.506, 1249.5055, 1249.5065),
        ("1234,567", 1234.567, 1234.5665, 1234.5675),
        ("12,3456", 12.3456, 12.34555, 12.34565),
        ("0.75", 0.75, 0.745, 0.755),
        ("1.249", 1.249, 1.2485, 1.2495),
        ("100", 100, 99.5, 100.5),
        ("007", 7, 6.5, 7.5),
        ("0", 0, -0.5, 0.5),
        ("0,0", 0, -0.05, 0.05),
        ("-51", -51, -51.5, -50.5),
        ("+142", 142, 141.5, 142.5),
        ("-1,249", -1249, -1249.5, -1248.5),
    ],
)
def test_printed_forms_stand_for_the_interval_of_their_last_decimal(text, value, low, high):
    assert printed_number(text) == pytest.approx((value, low, high), rel=1e-14, abs=1e-15)


@pytest.mark.parametrize("space", [" ", NO_BREAK, THIN, NARROW_NO_BREAK, FIGURE])
def test_any_space_groups_digits(space):
    assert printed_number(f"{space}92{space}610,00{space}") == printed_number("92610,00")


def test_a_typographic_minus_is_a_minus():
    assert printed_number(f"{MINUS}5,5") == printed_number("-5.5") == pytest.approx((-5.5, -5.55, -5.45))


@pytest.mark.parametrize("words", ["more than", "over", "exceeding", "at least", "mayor que", "no menor a", "al menos"])
@pytest.mark.parametrize("unit", ["percent", "workers"])
def test_words_that_bound_from_below_make_a_closed_half_line(words, unit):
    assert printed_number(f"{words} 8,000", unit) == (8000, 8000, math.inf)


@pytest.mark.parametrize("words", ["less than", "under", "menos de", "menor que"])
@pytest.mark.parametrize("unit", ["percent", "workers"])
def test_words_that_bound_from_above_make_a_closed_half_line(words, unit):
    assert printed_number(f"{words} 5", unit) == (5, -math.inf, 5)


def test_words_are_read_in_any_case_and_before_number_words():
    assert printed_number("MORE THAN 50") == printed_number("more than 50")
    assert printed_number("Al menos una") == (1, 1, math.inf)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("approximately 1,200", 1150, 1250),
        ("approximately 1,249", 1248.5, 1249.5),
        ("about 8,000", 7500, 8500),
        ("aproximadamente 1.2", 1.15, 1.25),
        ("approximately 1.20", 1.15, 1.25),
        ("about 100.5", 100.45, 100.55),
        ("about ten", 5, 15),
    ],
)
def test_approximately_is_half_the_place_of_the_last_digit_that_is_not_zero(text, low, high):
    assert printed_number(text)[1:] == pytest.approx((low, high))


@pytest.mark.parametrize(
    ("english", "spanish", "number"),
    [
        ("one", "una", 1),
        ("two", "dos", 2),
        ("three", "tres", 3),
        ("four", "cuatro", 4),
        ("five", "cinco", 5),
        ("six", "seis", 6),
        ("seven", "siete", 7),
        ("eight", "ocho", 8),
        ("nine", "nueve", 9),
        ("ten", "diez", 10),
        ("fifteen", "quince", 15),
    ],
)
def test_number_words_in_both_languages(english, spanish, number):
    assert printed_number(english.capitalize(), "workers") == (number, number, number)
    assert printed_number(f" {spanish} ", "workers") == (number, number, number)


@pytest.mark.parametrize("unit", ["workers", "articles", "days/year", "year", ""])
def test_a_count_or_a_constant_is_a_point(unit):
    assert printed_number("3 038", unit) == (3038, 3038, 3038)


@pytest.mark.parametrize("unit", ["units", "days", "usd", "percent", "Workers", "workers/day"])
def test_every_other_unit_is_rounded(unit):
    assert printed_number("34", unit) == (34, 33.5, 34.5)


@pytest.mark.parametrize(
    "text",
    [
        "", "   ", "-", ",", ".", "n/a", "nan", "inf", "-inf", "Infinity", "1e3", "0x10", "12_000", ".5", "5.", ",5",
        "5,", "--5", "5-", "5-8", "5 %", "$ 5", "5 usd", "½", "²", "1.249.506", "1,24,506", "1,2,3", "0,123,456",
        "1,249,506,7", "1.5,000", "more than", "more than usd", "approximately more than 5", "eleven", "one hundred",
        "5 (five)", "=5", "5;6", "1/2",
    ],
)  # fmt: skip
def test_nonsense_is_refused_with_the_text_in_the_message(text):
    with pytest.raises(ValueError, match=re.escape(repr(text))):
        printed_number(text)


numbers = st.floats(-1e7, 1e7, allow_nan=False)


def holds(printed, number, decimals):
    grain = 4 * math.ulp(max(1.0, abs(number)))
    width = printed.high - printed.low
    assert printed.low - grain <= number <= printed.high + grain
    assert width == pytest.approx(10.0**-decimals, abs=2 * grain)
    assert printed.low <= printed.value <= printed.high


@given(numbers, st.integers(0, 6))
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_number_printed_with_decimals_parses_to_an_interval_that_holds_it(number, decimals):
    holds(printed_number(f"{number:.{decimals}f}"), number, decimals)


@given(numbers, st.integers(0, 6))
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_number_printed_the_english_way_parses_to_an_interval_that_holds_it(number, decimals):
    holds(printed_number(f"{number:,.{decimals}f}"), number, decimals)


@given(numbers, st.sampled_from([0, 1, 2, 4, 5]), st.sampled_from([" ", NO_BREAK, THIN]))
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_number_printed_the_spanish_way_parses_to_an_interval_that_holds_it(number, decimals, space):
    # Three decimals after a comma are left out: `12,345` reads as twelve thousand, as the docstring says.
    text = f"{number:,.{decimals}f}".replace(",", space).replace(".", ",").replace("-", MINUS)
    holds(printed_number(text), number, decimals)


# The claims of every case.


def names_with_data():
    return sorted(path.parent.name for path in (datasets.ROOT / "data").glob("*/claims.csv"))


@pytest.fixture(params=names_with_data())
def case(request):
    return request.param


def test_every_case_has_claims():
    assert set(cases.names()) <= set(names_with_data())


def test_every_claim_can_be_read_and_says_where_it_stands(case):
    claims = datasets.claims(case)
    for claim in claims.itertuples():
        printed = printed_number(claim.printed, claim.unit)
        assert printed.low <= printed.value <= printed.high, claim.Index
        assert claim.quantity, claim.Index
        assert claim.where, claim.Index


def test_claims_keep_their_text_and_their_order(case):
    lines = (datasets.folder(case) / "claims.csv").read_text(encoding="utf-8").splitlines()
    claims = datasets.claims(case)
    assert [line.partition(",")[0] for line in lines[1:]] == list(claims.index)
    assert all(isinstance(text, str) for text in claims["printed"])


# What the two papers print outside their tables, typed anew from their text.

PROSE = {
    "puyo_toy_store": {
        "s3_workers": "nueve",
        "s3_articles_total": "3038",
        "s3_families": "tres",
        "s3_value_pct_toys": "74,8",
        "s3_value_pct_newborn": "10,9",
        "s3_value_pct_other": "14,3",
        "s3_order_cost": "1396,00",
        "s3_holding_cost": "5725,27",
        "s3_cycle_words": "quince",
        "s3_daily_sales": "1029,00",
        "s3_sales_mon_thu": "850,00",
        "s3_sales_fri_sun": "1073,00",
        "s3_sig": "119,29",
        "s3_protection_now": "60",
        "s3_ks_now": "0,6",
        "s3_ks_min": "0,8",
        "s3_pct_a": "80",
        "s3_pct_b_mon_thu": "10",
        "s3_pct_b_fri_sun": "5",
        "s3_pct_c_mon_thu": "5",
        "s3_pct_c_fri_sun": "10",
        "s3_q": "92 610,00",
        "s3_ss": "4385,28",
        "s3_re": "1200,00",
        "s3_pp": "18 743,14",
        "s3_annual_order_cost": "5584,00",
        "s3_ne": "90",
        "s3_checks_needed": "una",
        "s3_checks_total": "tres",
        "s3_checks_met": "tres",
        "s3_rotation": "7,24",
        "s3_rotation_threshold": "mayor que 12",
        "s3_rotation_monthly": "al menos una",
        "s3_worker_hired": "un",
        "s3_worker_wage": "350",
        "s3_worker_months": "12",
        "s3_computers": "tres",
        "s3_computers_cost": "1 500,00",
        "s3_computer_price": "500,00",
        "s3_security_level": "no menor a 80",
        "s3_ks_recommended": "0,8",
    },
    "peru_tech_sme": {
        "abstract_avg_inventory_decrease": "50",
        "abstract_turnover_improvement": "142",
        "abstract_mae_before": "37.5",
        "abstract_mae_after": "18.7",
        "s31_framework_components": "four",
        "s332_const_365": "365",
        "s42_overstock_impact": "5.98",
        "s42_monetary_loss": "1,249,506",
        "s42_excess_units": "2,096",
        "s42_coverage_notebook_before": "488",
        "s42_coverage_desktop_before": "526",
        "s42_coverage_notebook_benchmark": "219",
        "s42_coverage_desktop_benchmark": "198",
        "s42_cause_demand_overestimation": "51",
        "s42_cause_estimation_methods": "33",
        "s42_cause_information_delay": "18",
        "s42_cause_safety_stock": "36",
        "s42_cause_other": "13",
        "s43_test_months": "four",
        "s431_unsold_units_per_type": "more than 8,000",
        "s431_loss_share": "5.98",
        "s431_revenue_year": "2024",
        "s431_avg_inventory_reduction": "50",
        "s431_turnover_increase": "exceeding 100",
        "s432_planning_days_before": "8",
        "s432_planning_days_after": "5",
        "s432_critical_activities": "Seven",
        "s432_automated_activities": "three",
        "s432_workload_reduction": "40",
        "s433_window_months": "12",
        "s433_heavier_weight_months": "three",
        "s433_mae_before": "37.5",
        "s433_mae_after": "18.7",
        "s433_excess_units_prevented": "approximately 1,200",
        "s434_service_level": "95",
        "s434_ss_notebook_new": "34",
        "s434_ss_notebook_reduction": "51.4",
        "s434_ss_notebook_old": "70",
        "s434_lead_time": "15",
        "s434_ss_desktop_new": "21",
        "s434_ss_desktop_old": "48",
        "s434_space_freed": "approximately 1.2",
        "s435_demand_notebook": "5,575",
        "s435_ordering_cost_notebook": "294",
        "s435_holding_cost_notebook": "231",
        "s435_eoq_notebook": "119",
        "s435_demand_desktop": "3,254",
        "s435_ordering_cost_desktop": "588",
        "s435_holding_cost_desktop": "356",
        "s435_eoq_desktop": "104",
        "s436_po_error_reduction": "45",
        "s44_turnover_notebook_before": "0.75",
        "s44_turnover_notebook_after": "1.51",
        "s44_turnover_notebook_change": "101",
        "s44_coverage_notebook_reduction": "51",
        "s44_coverage_notebook_before": "488",
        "s44_coverage_notebook_after": "241",
        "s44_avg_inventory_notebook_decrease": "50",
        "s44_turnover_desktop_before": "0.69",
        "s44_turnover_desktop_after": "1.67",
        "s44_turnover_desktop_change": "142",
        "s44_coverage_desktop_before": "526",
        "s44_coverage_desktop_after": "218",
        "s44_coverage_avg_inventory_desktop_reduction": "59",
        "s5_avg_inventory_reduction": "50",
        "s5_turnover_desktop_increase": "142",
        "s52_avg_inventory_reduction": "50",
        "s52_mae_before": "37.5",
        "s52_mae_after": "18.7",
        "s52_po_improvement": "45",
        "conclusion_avg_inventory_reduction": "50",
        "conclusion_turnover_improvement": "over 142",
        "conclusion_po_error_reduction": "45",
        "conclusion_mae_before": "37.5",
        "conclusion_mae_after": "18.7",
    },
}


@pytest.mark.parametrize("study", PROSE)
def test_claims_from_the_text_are_as_the_paper_prints_them(study):
    printed = datasets.claims(study)["printed"]
    assert printed[list(PROSE[study])].to_dict() == PROSE[study]


# Malformed claims: a careless author with a spreadsheet.


@pytest.fixture
def claims_file(tmp_path, monkeypatch):
    monkeypatch.setattr(datasets, "ROOT", tmp_path)
    path = tmp_path / "data" / "study" / "claims.csv"
    path.parent.mkdir(parents=True)
    return path


def refusal(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(CasestudyError) as caught:
        datasets.claims("study")
    message = str(caught.value)
    assert str(path) in message
    return message


@pytest.mark.parametrize(
    ("rows", "line", "mend"),
    [
        (",mean stock,10,usd,Table 1,input,,\n", 2, "empty or stands twice"),
        (GOOD_ROW + GOOD_ROW, 3, "'stock' is empty or stands twice: give each row its own"),
        ("stock,mean stock,10,usd,Table 1,Input,,\n", 2, "role 'Input': write input or result"),
        ("stock,mean stock,10,usd,Table 1,,,\n", 2, "role '': write input or result"),
        (GOOD_ROW + "lot,lot size,20,usd,Table 1,input,stock,\n", 3, "an input has inputs: call it a result"),
        (GOOD_ROW + "lot,lot size,20,usd,Table 1,result,stok,\n", 3, "input 'stok' is no claim_id of this file"),
        (GOOD_ROW + 'lot,lot size,20,usd,Table 1,result,"stock, stock",\n', 3, "'stock, stock' is no claim_id"),
        ("stock,mean stock,ten-ish,usd,Table 1,input,,\n", 2, "'ten-ish' is not a printed number: give digits"),
        ("stock,mean stock,$ 10,usd,Table 1,input,,\n", 2, "without unit"),
        ("stock,mean stock,,usd,Table 1,input,,\n", 2, "'' is not a printed number"),
        ("stock,mean stock,10,usd,Table 1,input,,a note, with a comma\n", 2, "double quotes around a text"),
        (GOOD_ROW + "lot,lot size,20,usd,Table 1,input,,a note, with a comma\n", 3, "9 cells for 8 columns"),
        ("stock,mean stock,1,249,506,usd,Table 1,input,,\n", 2, "double quotes around a text that holds a comma"),
        ("stock,mean stock,10,usd,Table 1,input\n", 2, "6 cells for 8 columns: write one a column"),
        ('stock,"mean" stock,10,usd,Table 1,input,,\n', 2, "double the double quotes"),
        ('stock,"mean stock,10,usd,Table 1,input,,\n', 2, "close and double the double quotes"),
        ("stock,mean stock,10,usd,Table 1,result,stock,\n", 2, "'stock' rests on itself"),
        (
            GOOD_ROW + "a,lot size,20,usd,Table 1,result,b,\nb,lot size,20,usd,Text,result,a,\n",
            3,
            "(a -> b -> a): make one of them an input",
        ),
    ],
)
def test_a_malformed_row_is_refused_with_its_line_and_the_mend(claims_file, rows, line, mend):
    message = refusal(claims_file, HEADER + rows)
    assert f"claims.csv, line {line}: " in message
    assert mend in message


@pytest.mark.parametrize("before", ["\n\n", 'first,"two\nlines",10,usd,Text,input,,\n\n'])
def test_the_line_is_the_line_of_the_file_after_blank_lines_and_cells_of_two_lines(claims_file, before):
    message = refusal(claims_file, HEADER + before + "stock,mean stock,?,usd,Table 1,input,,\n")
    assert f"line {1 + before.count(chr(10)) + 1}: '?'" in message


@pytest.mark.parametrize(
    "header",
    [
        "claim,quantity,printed,unit,where,role,inputs,note\n",
        "claim_id,quantity,printed,unit,where,role,inputs\n",
        "claim_id,quantity,printed,unit,where,role,note,inputs\n",
        "claim_id,quantity,printed,unit,where,role,inputs,inputs\n",
        "claim_id;quantity;printed;unit;where;role;inputs;note\n",
        HEADER.upper(),
        "",
    ],
)
def test_wrong_columns_are_refused_beside_the_right_ones(claims_file, header):
    message = refusal(claims_file, header)
    assert "['claim_id', 'quantity', 'printed', 'unit', 'where', 'role', 'inputs', 'note']" in message


def test_a_header_alone_says_that_a_text_prints_no_number(claims_file):
    claims_file.write_text(HEADER, encoding="utf-8")
    assert datasets.claims("study").empty


def test_only_the_core_process_prints_no_number():
    assert {name for name in cases.names() if datasets.claims(name).empty} <= {"core_process"}


def test_an_open_quote_in_the_header_is_refused(claims_file):
    assert "line 1: " in refusal(claims_file, '"' + HEADER + GOOD_ROW)


def test_a_file_in_another_encoding_is_refused_with_the_mend(claims_file):
    row = "stock,existencia mínima,10,usd,Table 1,input,,\n"
    assert "save it as UTF-8" in refusal(claims_file, (HEADER + row).encode("latin-1"))


def test_a_missing_file_is_named(claims_file):
    with pytest.raises(CasestudyError, match=rf"cannot read {re.escape(str(claims_file))}: No such file"):
        datasets.claims("study")


def test_a_folder_in_the_place_of_the_file_is_named(claims_file):
    claims_file.mkdir()
    with pytest.raises(CasestudyError, match=rf"cannot read {re.escape(str(claims_file))}: Is a directory"):
        datasets.claims("study")


def test_a_missing_data_folder_says_how_to_install(claims_file):
    with pytest.raises(CasestudyError, match=r"another_study is missing: .*pip install -e \."):
        datasets.claims("another_study")


@pytest.mark.parametrize("write", [lambda text: b"\xef\xbb\xbf" + text, lambda text: text.replace(b"\n", b"\r\n")])
def test_what_a_spreadsheet_adds_to_a_good_file_does_no_harm(claims_file, write):
    claims_file.write_bytes(write((HEADER + GOOD_ROW).encode()))
    assert datasets.claims("study").loc["stock"].tolist() == ["mean stock", "10", "usd", "Table 1", "input", (), ""]


def test_words_that_pandas_takes_for_missing_stay_text(claims_file):
    claims_file.write_text(HEADER + "NA,null,10,None,nan,input,,NaN\n", encoding="utf-8")
    assert datasets.claims("study").loc["NA"].tolist() == ["null", "10", "None", "nan", "input", (), "NaN"]


def test_inputs_are_split_at_semicolons(claims_file):
    rows = GOOD_ROW + "q,lot,9,usd,Text,input,,\ns,sum,19,usd,Text,result, stock ; q ;,\n"
    claims_file.write_text(HEADER + rows, encoding="utf-8")
    assert datasets.claims("study").at["s", "inputs"] == ("stock", "q")


# The printed tables against the claims.


def printed_tables():
    return [
        (path.parent.parent.name, path.stem) for path in sorted((datasets.ROOT / "data").glob("*/printed/table_*.csv"))
    ]


def numbers_of(cell):
    """The numbers of a cell: the cell itself where it is one, otherwise those inside its sentence.

    Within a sentence a space groups digits only before exactly three more, so that `2 x 15 días` holds 2 and 15;
    the one odd grouping of these papers, `37 0577,00`, has a cell of its own.
    """
    try:
        printed_number(cell)
    except ValueError:
        return re.findall(r"(?<!\d)(?:less than )?\d+(?: \d{3}(?!\d))*(?:[.,]\d+)*", cell)
    return [cell] if re.search(r"\d", cell) else []


def number_of_table(where):
    found = re.match(r"Table (\d+)\b", where)
    return int(found[1]) if found else None


@pytest.mark.parametrize(("case", "name"), printed_tables())
def test_a_printed_table_holds_the_same_numbers_as_its_claims(case, name):
    cells = datasets.printed_table(case, name).to_numpy().ravel()
    claims = datasets.claims(case)
    number = int(name.removeprefix("table_"))
    of_table = claims[[number_of_table(where) == number for where in claims["where"]]]
    assert Counter(found for cell in cells for found in numbers_of(cell)) == Counter(of_table["printed"])


def test_every_table_that_a_claim_names_is_there(case):
    there = {int(name.removeprefix("table_")) for of_case, name in printed_tables() if of_case == case}
    named = {number_of_table(where) for where in datasets.claims(case)["where"]}
    assert named - {None} <= there


def test_a_printed_table_keeps_its_text():
    table = datasets.printed_table("puyo_toy_store", "table_4")
    assert table.loc[3].tolist() == ["D (venta anual)", "37 0577,00", "USD"]


def test_a_missing_printed_table_is_named():
    with pytest.raises(CasestudyError, match=r"cannot read .*table_99\.csv: No such file"):
        datasets.printed_table("puyo_toy_store", "table_99")


def test_hashes_cover_every_data_file_and_change_with_it(claims_file):
    claims_file.write_text(HEADER + GOOD_ROW, encoding="utf-8")
    table = claims_file.parent / "printed" / "table_1.csv"
    table.parent.mkdir()
    table.write_text("family\n", encoding="utf-8")
    before = datasets.hashes("study")
    table.write_text("families\n", encoding="utf-8")
    after = datasets.hashes("study")
    assert list(before) == ["claims.csv", "printed/table_1.csv"]
    assert before["claims.csv"] == after["claims.csv"]
    assert before["printed/table_1.csv"] != after["printed/table_1.csv"]
