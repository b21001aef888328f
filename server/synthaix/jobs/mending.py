"""What servers that died left half done outside the database, put in order at the next start."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import anyio
import anyio.to_thread

from synthaix.errors import NotFoundError
from synthaix.jobs.faults import Faults, no_faults

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from synthaix.jobs.marks import Kind, Mark, Marks
    from synthaix.jobs.preparation import Preparation
    from synthaix.jobs.store import JobStore
    from synthaix.settings import Settings

logger = logging.getLogger(__name__)


class Mending:
    """Removes drafts of exports, and vectors of nobody; completes the vectors of completed jobs."""

    def __init__(
        self,
        settings: Settings,
        store: JobStore,
        preparation: Preparation,
        marks: Marks,
        faults: Faults = no_faults,
    ) -> None:
        self._settings = settings
        self._store = store
        self._preparation = preparation
        self._marks = marks
        self._faults = faults

    async def run(self) -> None:
        """Mend what can be mended; what fails is left for the next start."""
        kinds: dict[Kind, Callable[[Mark], Awaitable[None]]] = {"draft": self._draft, "vectors": self._vectors}
        for kind, mend in kinds.items():
            try:
                for mark in self._marks.left(kind):
                    try:
                        await mend(mark)
                    finally:
                        mark.leave()
            except Exception as exc:
                logger.warning("what an earlier server left half done is mended later: %s", exc)

    async def _draft(self, mark: Mark) -> None:
        path = Path(mark.about)
        if path.name.endswith(".part"):  # a mark that was cut short names nothing
            self._faults("tidy.before")
            path.unlink(missing_ok=True)
            self._faults("tidy.after")
        mark.clear()

    async def _vectors(self, mark: Mark) -> None:
        try:
            record = await self._store.get(mark.name)
        except NotFoundError:
            self._faults("tidy.before")
            await anyio.to_thread.run_sync(shutil.rmtree, self._settings.vectors / mark.name, True)
            self._faults("tidy.after")
            mark.clear()
            return
        mark.leave()
        if record.status != "completed" or record.kind != "generation":
            return  # its next run completes them
        async with self._preparation.kept(record) as vectors:
            await vectors.complete(record.next_candidate)
