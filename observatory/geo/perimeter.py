"""Which communes a territory is made of, from the table of the country's communes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from observatory.errors import CodeError
from observatory.geo.codes import departement_of
from observatory.geo.departements import departements, home_of
from observatory.tables.cog_tables import SEPARATOR

Kind = Literal["ept", "epci", "departement", "communes"]
#: What a territory is in law: as :data:`Kind`, an EPCI by what it is.
Body = Literal["ept", "metropole", "cu", "ca", "cc", "departement", "communes"]
_COMMUNITIES: Mapping[str, Body] = {"CU": "cu", "CA": "ca", "CC": "cc"}
#: How a list of communes is written.
LIST = "commune:"
#: A name made of more communes than this says only the first ones.
NAMED = 3


@dataclass(frozen=True)
class Perimeter:
    """A territory as the table of communes knows it.

    Attributes
    ----------
    code
        SIREN of the EPT or EPCI, code of the département, or ``commune:CODE,CODE``.
    name
        What it is called.
    kind
        What it is.
    communes
        Code of each of its communes, and of those that they were -> its code of today.
    departement
        Where most of its communes are: a build holds that département whole.
    around_m
        How far from it a commune of another département may lie; ``None``: as assumed.
    """

    code: str
    name: str
    kind: Kind
    communes: Mapping[str, str]
    departement: str
    around_m: float | None = None

    @property
    def today(self) -> frozenset[str]:
        """The codes of its communes of today."""
        return frozenset(self.communes.values())

    @property
    def departements(self) -> frozenset[str]:
        """The départements of its communes."""
        return frozenset(map(departement_of, self.today))

    @property
    def metric(self) -> int:
        """The projection whose metres are used there (EPSG).

        Raises
        ------
        CodeError
            None is known for a territory so far away.
        """
        home = home_of(self.departement)
        if not home.epsg:
            raise CodeError(
                f"option --territory {self.code}",
                expected="a territory of metropolitan France or of the Antilles, Guyane, "
                "La Réunion, Mayotte or Saint-Pierre-et-Miquelon",
                found=f"{self.name}, whose projection in metres is not known here",
                next_step="add its EPSG code to data/departements.csv",
            )
        return int(home.epsg)

    def at_home(self, commune: str) -> bool:
        """Return whether a commune is of the territory or of its département."""
        return commune in self.communes or departement_of(commune) == self.departement


def find_perimeter(code: str, france: pd.DataFrame, around_m: float | None = None) -> Perimeter:
    """Return the territory of a code.

    Parameters
    ----------
    code
        SIREN of an EPT, an EPCI or a commune; a département; or ``commune:CODE,CODE``.
    france
        The communes of the country (``tables.cog_tables.FRENCH_COMMUNES``).
    around_m
        How far from it a commune of another département may lie.

    Raises
    ------
    CodeError
        No such territory.
    """
    kind, name, rows = _rows(code.strip(), france)
    if rows.empty:
        raise _unknown(code, france)
    communes = rows["commune"].tolist()
    areas = Counter(map(departement_of, communes))
    most = min(areas, key=lambda area: (-areas[area], area))
    former = former_codes(rows, france)
    every = {**dict(zip(former, former.index, strict=True)), **{one: one for one in communes}}
    own = LIST + ",".join(communes) if kind == "communes" else code.strip()
    return Perimeter(own, name, kind, every, most, around_m)


def body_of(code: str, france: pd.DataFrame) -> Body:
    """Return what a territory is in law, from the table of the country's communes.

    An EPCI is a community whose name begins with its short kind, else a métropole.
    """
    if (france["ept"] == code).any():
        return "ept"
    names = france.loc[france["epci"] == code, "epci_name"]
    if len(names):
        return _COMMUNITIES.get(str(names.iloc[0]).split()[0], "metropole")
    return "departement" if code in departements() else "communes"


def former_codes(rows: pd.DataFrame, france: pd.DataFrame) -> pd.Series[str]:
    """Return the codes that communes or those that joined them had, by the code of today.

    A code that is another commune's today is left out.
    """
    units = rows.set_index("commune")["former_codes"].dropna()
    codes = units.str.split(SEPARATOR, regex=False).explode()
    return codes[~are_among(codes, france["commune"])]


def today_in(listed: pd.DataFrame, codes: pd.Series[Any]) -> pd.Series[Any]:
    """Return each commune's code among those listed: its own, or that of the one it has joined.

    The list is a code officiel géographique with its own former codes
    (``tables.cog_tables.COG_COMMUNES``), which may be newer than the table of
    :mod:`observatory.geo.mergers`; one that neither is nor was among them is missing.
    """
    former = former_codes(listed, listed)
    holders = pd.Series(former.index, index=former.to_numpy())
    holders = holders[~holders.index.duplicated()]
    return codes.where(are_among(codes, listed["commune"]), codes.map(holders))


def are_among(codes: pd.Series[Any], known: pd.Series[Any]) -> pd.Series[bool]:
    """Return which of some texts are among those of a long column, as plain objects.

    pandas looks its own texts up in a list of 40,000 of them a hundred times more slowly.
    """
    return codes.astype(object).isin(known.astype(object))


def bodies_of(communes: pd.DataFrame) -> frozenset[str]:
    """Return the SIREN of the EPT and EPCI of some communes; one that EPT divide is none."""
    divided = communes.loc[communes["ept"].notna(), "epci"]
    whole = communes.loc[~communes["epci"].isin(divided), "epci"]
    return frozenset(communes["ept"].dropna()).union(whole.dropna())


def not_drawn(outlines: pd.DataFrame, perimeter: Perimeter) -> list[str]:
    """Return the communes of the territory whose outline no source has.

    A commune of today may be drawn as those that it was.
    """
    drawn = {perimeter.communes.get(code) for code in outlines["commune"]}
    return sorted(perimeter.today - drawn)


def whole_cities(communes: Collection[str], france: pd.DataFrame) -> frozenset[str]:
    """Return the codes of the cities of which every arrondissement is among some communes."""
    parts = france.dropna(subset=["city"])
    there = parts["commune"].isin(list(communes)).groupby(parts["city"]).all()
    return frozenset(there.index[there])


def _rows(code: str, france: pd.DataFrame) -> tuple[Kind, str, pd.DataFrame]:
    bodies: tuple[Kind, ...] = ("ept", "epci")
    for kind in bodies:
        rows = france[france[kind] == code]
        if len(rows):
            return kind, str(rows[f"{kind}_name"].iloc[0]), rows
    if code.startswith(LIST):
        return _listed(code, france)
    areas = france["commune"].map(departement_of)
    rows = france[(areas == code) | (france["siren"] == code)]
    if len(rows) == 1 and rows["siren"].iloc[0] == code:
        return "communes", str(rows["commune_name"].iloc[0]), rows
    return "departement", str(rows["departement_name"].iloc[0]) if len(rows) else "", rows


def _listed(code: str, france: pd.DataFrame) -> tuple[Kind, str, pd.DataFrame]:
    wanted = list(dict.fromkeys(re.split(r"[,\s]+", code.removeprefix(LIST).strip(", "))))
    former = france["former_codes"].fillna("").str.split(SEPARATOR, regex=False)
    found = [_one(one, france, former) for one in wanted]
    # An empty text is no commune, though it is what a commune without former codes has.
    unknown = [one for one, rows in zip(wanted, found, strict=True) if not (one and rows.any())]
    if unknown:
        raise CodeError(
            "option --territory",
            expected="codes of communes, such as commune:93066,93001",
            found=f"no commune {', '.join(map(repr, unknown[:5]))}",
            next_step="look the codes up in the code officiel géographique",
        )
    rows = france[pd.concat(found, axis=1).any(axis=1)]
    names = list(dict.fromkeys(rows["commune_name"]))
    more = ", …" if len(names) > NAMED else ""
    return "communes", ", ".join(names[:NAMED]) + more, rows


def _one(code: str, france: pd.DataFrame, former: pd.Series[Any]) -> pd.Series[Any]:
    own = (france["commune"] == code) | (france["city"] == code)
    return own if own.any() else former.map(lambda codes: code in codes)


def _unknown(code: str, france: pd.DataFrame) -> CodeError:
    begun = france.loc[france["epci"].fillna("").str.startswith(code[:6]), ["epci", "epci_name"]]
    near = [f"{siren} {name}" for siren, name in begun.drop_duplicates().itertuples(index=False)]
    hint = f" (near it: {', '.join(near[:3])})" if len(code) == len("200057867") and near else ""
    return CodeError(
        "option --territory",
        expected="the SIREN of an EPT or EPCI, a département such as 93, or commune:CODE,CODE",
        found=code + hint,
        next_step="look the SIREN up at https://www.banatic.interieur.gouv.fr",
    )
