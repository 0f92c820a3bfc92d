"""Which rows of a combined copy are of which file. Pure arithmetic on places."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from dagster_project.lib.ingestion.loading.loader import FileToLoad


@dataclass(frozen=True)
class Parts:
    """The files in a combined copy, in their order."""

    files: tuple[FileToLoad, ...]
    records: tuple[int, ...]
    """How many records each file holds."""

    @cached_property
    def _ends(self) -> npt.NDArray[np.int64]:
        return np.cumsum(self.records)

    @property
    def file_ids(self) -> list[int]:
        """Of the files, in their order."""
        return [item.file_id for item in self.files]

    @property
    def total(self) -> int:
        """Records of all files."""
        return int(self._ends[-1])

    def locate(self, places: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Places in the copy, from 1 -> file_ids, and places in those files, from 1."""
        index = np.searchsorted(self._ends, places, side="left")
        numbers = np.array(self.file_ids)
        return numbers[index], places - (self._ends[index] - np.array(self.records)[index])
