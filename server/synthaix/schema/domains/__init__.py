"""Subjects and the columns a practitioner expects of them, as data: one text file for each theme.

`catalog` reads them; nothing is read before the first subject is looked up.
"""

from __future__ import annotations

from synthaix.schema.domains.catalog import Domain, all_domains, find_domain

__all__ = ["Domain", "all_domains", "find_domain"]
