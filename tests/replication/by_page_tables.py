"""The edition's tables, the assumptions, and the two functions that the page writes all over."""

import tomllib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import brentq

DATA = Path(__file__).resolve().parents[2] / "data"
ROUND = ("15_44", "45_59", "60_74", "75p")  # the four ages of the survey

Given = dict[str, float | str]  # the value of each assumption by its name


def table(name: str) -> pd.DataFrame:
    """Give a table of the edition, without its outlines."""
    return pd.read_parquet(DATA / "edition" / f"{name}.parquet").drop(
        columns="geometry", errors="ignore"
    )


def assumptions() -> Given:
    """Give the value of every assumption by its dotted name, as the page writes it."""
    with (DATA / "assumptions.toml").open("rb") as file:
        return dict(_values("", tomllib.load(file)))


def _values(prefix: str, node: dict) -> list[tuple[str, float | str]]:
    if "value" in node:
        return [(prefix, node["value"])]
    return [
        pair
        for key, child in node.items()
        for pair in _values(f"{prefix}.{key}" if prefix else key, child)
    ]


def by_age(given: Given, name: str) -> np.ndarray:
    """Give the four values of an assumption that has one for each age of the survey, as shares."""
    return np.array([float(given[f"{name}.{age}"]) for age in ROUND]) / 100


def logit(x: np.ndarray | float) -> np.ndarray:
    """Give ln(x / (1 - x)): the notations at the head of the page."""
    with np.errstate(divide="ignore"):
        return np.log(x) - np.log1p(-np.asarray(x, dtype=float))


def expit(x: np.ndarray | float) -> np.ndarray:
    """Give the inverse of logit."""
    return 1 / (1 + np.exp(-np.asarray(x, dtype=float)))


def root(function: Callable[[float], float]) -> float:
    """Give where an increasing function of a shift on the logit scale is zero."""
    return float(brentq(function, -40, 40, xtol=1e-14, rtol=1e-14))


def shift(logits: np.ndarray, weights: np.ndarray, mean: float) -> float:
    """Give the one shift of the logits that gives their weighted mean a value."""
    total = weights.sum()
    return root(lambda s: float((weights * expit(logits + s)).sum() / total - mean))
