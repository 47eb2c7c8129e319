"""The census by IRIS as the INSEE serves it now (``base-ic``, RP2022), in the census's tables.

Five files, in the zip that they are served in or as its CSV, ``;``, of the whole country: every
IRIS, and every commune that is not divided (type ``Z``). They are ages and occupations
(``evol-struct-pop``), families (``couples-familles-menages``), housing (``logement``), activity
(``activite-residents``) and diplomas (``diplomes-formation``). The columns carry their vintage
(``P22_``, ``C22_``), and the file no name of place. Headers are those that the INSEE publishes; no
real file was at hand.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from observatory.errors import ColumnsError
from observatory.places.french_communes import commune_table
from observatory.read.carried import carry, summed
from observatory.read.cut import cut, readable
from observatory.read.file_heads import columns_of
from observatory.read.readers import Communes, reader
from observatory.read.text_files import FETCH, account, numbers, read_text_table, validate
from observatory.tables import census_tables, fragility_tables
from observatory.tables.provenance import Aside, Reading

#: What stands in these files beside the figures used.
BESIDE = (
    r"[PC]\d\d_\w+|REG|DEP|UU\d{4}|LIBCOM|TRIRIS|GRD_QUART|LIBIRIS|MODIF_IRIS|LAB_IRIS|TYP_IRIS"
)
_AGES = {
    "P_POP0014": "pop_0_14",
    "P_POP1529": "pop_15_29",
    "P_POP3044": "pop_30_44",
    "P_POP4559": "pop_45_59",
    "P_POP6074": "pop_60_74",
    "P_POP75P": "pop_75p",
}
#: Groups of those with an occupation or who look for one: farmers, shopkeepers, managers,
#: intermediate, employees, workers. Since RP2022 they are called by status and group.
_GROUPS = {f"C_POP15P_STAT_GSEC1{n}_2{n}": f"group_{n}" for n in range(1, 7)}
_BEFORE = {f"C_POP15P_CS{n}": f"group_{n}" for n in range(1, 7)}


@reader("ages_iris_2016", "base-ic-evol-struct-pop", r"[PC]\d\d_POP75P", "COM", seen=False)
def read_ages(path: Path, communes: Communes = None) -> Reading:
    """Read the residents of every IRIS by age, and those with an occupation by what they do."""
    groups = _GROUPS if "STAT_GSEC" in " ".join(columns_of(path)) else _BEFORE
    raw, figures, read = _read(path, _AGES | groups, communes)
    parts = figures[list(groups.values())]
    frame = _labelled(raw, figures[list(_AGES.values())]).assign(
        occupied=parts.sum(axis=1, min_count=len(groups)),
        managers=parts["group_3"],
        manual_workers=parts["group_6"],
    )
    checked = validate(frame, census_tables.AGES_IRIS_2016, path)
    return read(checked)


@reader(
    "households_iris_2016", "base-ic-couples-familles-menages", r"C\d\d_PMEN_MENHSEUL", "COM",
    seen=False,
)  # fmt: skip
def read_households(path: Path, communes: Communes = None) -> Reading:
    """Read the people of every IRIS by household: those alone, and single parents."""
    names = {
        "C_PMEN_MENHSEUL": "men",
        "C_PMEN_MENFSEUL": "women",
        "C_PMEN_MENFAMMONO": "persons_single_parent",
    }
    raw, figures, read = _read(path, names, communes)
    frame = _labelled(raw, figures[["persons_single_parent"]]).assign(
        alone_households=figures["men"] + figures["women"]
    )
    checked = validate(frame, census_tables.HOUSEHOLDS_IRIS_2016, path)
    return read(checked)


@reader("housing_iris_2016", "base-ic-logement", r"P\d\d_RPMAISON", "COM", seen=False)
def read_housing(path: Path, communes: Communes = None) -> Reading:
    """Read the main residences of every IRIS, houses and flats, each of them one household."""
    names = {"P_RPMAISON": "houses", "P_RPAPPART": "flats"}
    raw, figures, read = _read(path, names, communes)
    homes = _labelled(raw, pd.DataFrame({"households": figures["houses"] + figures["flats"]}))
    checked = validate(homes, census_tables.HOUSING_IRIS_2016, path)
    return read(checked)


@reader(
    "activity_iris_2016", "base-ic-activite-residents, since RP2017", r"P(?!16)\d\d_ACT1564",
    "COM", seen=False,
)  # fmt: skip
def read_activity(path: Path, communes: Communes = None) -> Reading:
    """Read the residents aged 15 to 64 of every IRIS by activity, and the IRIS's quality label."""
    names = {
        "P_POP1564": "pop_15_64",
        "P_ACT1564": "active_15_64",
        "P_CHOM1564": "unemployed_15_64",
    }
    raw, figures, read = _read(path, names, communes)
    frame = _labelled(raw, figures).assign(
        commune=raw["COM"], iris_name=None, iris_quality=raw["LAB_IRIS"]
    )
    checked = validate(frame, census_tables.ACTIVITY_IRIS_2016, path)
    return read(checked)


@reader(
    "commune_diplomas", "base-ic-diplomes-formation, summed by commune", r"P\d\d_NSCOL15P_CAPBEP",
    "COM", seen=False,
)  # fmt: skip
def read_diplomas(path: Path, communes: Communes = None) -> Reading:
    """Read the share without the baccalauréat of each commune: that of its IRIS together."""
    names = {
        "P_NSCOL15P": "people",
        "P_NSCOL15P_DIPLMIN": "least",
        "P_NSCOL15P_BEPC": "brevet",
        "P_NSCOL15P_CAPBEP": "vocational",
    }
    raw, figures, read = _read(path, names, communes)
    sums = figures.groupby(raw["COM"]).sum(min_count=1)
    without = sums[["least", "brevet", "vocational"]].sum(axis=1, skipna=False)
    share = (100 * without / sums["people"].where(sums["people"] > 0)).clip(0, 100)
    frame = pd.DataFrame(
        {
            "commune": share.index,
            "commune_name": commune_names(share.index.to_series()),
            "low_diploma_pct": share,
            "low_diploma_pct_why": share.isna().map({True: "not published", False: None}),
            "pop_65p_pct": float("nan"),
            "pop_65p_pct_why": "not in source",
        }
    )
    checked = validate(frame, fragility_tables.COMMUNE_DIPLOMAS, path)
    return read(checked, f"{len(checked)} communes from their IRIS")


@dataclass(frozen=True)
class _Account:
    """What makes the reading of a table of the rows read: how many, the others, and its notes."""

    rows: int
    outside: tuple[Aside, ...]
    note: str
    carried: str

    def __call__(self, frame: pd.DataFrame, of: str = "") -> Reading:
        rows = self.rows + sum(item.rows for item in self.outside)
        note = "; ".join(filter(None, (self.note, of, self.carried)))
        return account(frame, rows, *self.outside, kept=self.rows, note=note)


def _read(
    path: Path, names: Mapping[str, str], communes: Communes
) -> tuple[pd.DataFrame, pd.DataFrame, _Account]:
    """Return labels, figures by our names, and what makes the reading of a table of them.

    The counts of communes that have joined one of the build since are added to its own.
    """
    vintage = _vintage(path, names)
    theirs = {f"{name[0]}{vintage}{name[1:]}": ours for name, ours in names.items()}
    labels = ["IRIS", "COM", "TYP_IRIS", "LAB_IRIS"]
    raw = read_text_table(
        path, sep=";", columns=[*labels[:3], *theirs], optional=labels[3:], known=BESIDE
    )
    raw, carried = carry(raw, "IRIS", communes, "COM")
    raw, outside = cut(raw, "IRIS", communes, str(path))
    raw, odd = readable(raw, list(theirs), "IRIS", str(path))
    there = [name for name in labels if name in raw]
    whole = summed(raw[there].join(numbers(raw, theirs, str(path))), "IRIS")
    note = f"census of 20{vintage}, every type of IRIS"
    done = _Account(len(raw), (*outside, odd), note, carried)
    return whole[there], whole[list(theirs.values())], done


def _vintage(path: Path, names: Mapping[str, str]) -> str:
    header = columns_of(path)
    first = next(iter(names))
    pattern = rf"{first[0]}(\d\d){first[1:]}"
    found = [m[1] for m in (re.fullmatch(pattern, name) for name in header) if m]
    if not found:
        raise ColumnsError(
            f"{path}, header",
            expected=f"IRIS;COM;TYP_IRIS;...;{first[0]}22{first[1:]};... (any vintage)",
            found=";".join(header)[:120],
            next_step=FETCH,
        )
    return found[0]


def _labelled(raw: pd.DataFrame, figures: pd.DataFrame) -> pd.DataFrame:
    names = commune_names(raw["COM"])
    return figures.assign(iris=raw["IRIS"], iris_type=raw["TYP_IRIS"], commune_name=names)


def commune_names(codes: pd.Series[str]) -> pd.Series[str]:
    """Return the official name of each commune, its code where it is not in the list of today."""
    official = commune_table().set_index("commune")["commune_name"]
    return codes.map(official).fillna(codes)
