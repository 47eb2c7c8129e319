"""Mend what sources write by hand, one value or a whole frame, with a remark of what was done.

Values in, values and remarks out: no file, no network.
"""

from observatory.places.cleaning.records import (
    MENDERS,
    Mended,
    clean_address,
    clean_emails,
    clean_name,
    clean_phone,
    clean_postcode,
    clean_records,
    clean_siret,
    clean_websites,
    fold,
    text_or_none,
)

__all__ = [
    "MENDERS",
    "Mended",
    "clean_address",
    "clean_emails",
    "clean_name",
    "clean_phone",
    "clean_postcode",
    "clean_records",
    "clean_siret",
    "clean_websites",
    "fold",
    "text_or_none",
]
