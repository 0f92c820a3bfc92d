"""BLAS on one thread, for what has threads of its own, or whose sums must come in one order.

Here belongs nothing but that.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController


def on_one_thread() -> AbstractContextManager[Any]:
    """Return a context in which the BLAS of NumPy and that of SciPy use one thread, in all threads of the process.

    scikit-learn and implicit have none of their own: they use SciPy's.
    """
    return _find_libraries().limit(limits=1, user_api="blas")


@cache
def _find_libraries() -> ThreadpoolController:
    """Return the libraries of the process; to go through them takes 3 ms, as long as the fit of a small model."""
    import numpy as np  # noqa: F401  # what is not loaded yet is not found
    import scipy.linalg.blas  # noqa: F401
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
