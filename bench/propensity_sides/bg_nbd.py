"""BG/NBD and gamma-gamma, the textbook models of who buys again and for how much.

Fader, Hardie & Lee 2005, "Counting your customers the easy way"; Fader & Hardie 2013, "The gamma-gamma model of
monetary value". Written out because `lifetimes`, which has both, ends without a fit on shops that lose hardly any
customer: there a and b have no maximum. Here they are bounded instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.special import betaln, gammaln, hyp2f1

Array = np.ndarray[Any, Any]
_BOUNDS = (-8.0, 8.0)
"""Of the logarithms of all parameters."""


@dataclass(frozen=True)
class BgNbd:
    """Purchases at a gamma(r, alpha) rate; after each one the customer leaves with a beta(a, b) probability."""

    r: float
    alpha: float
    a: float
    b: float

    def probability_alive(self, frequency: Array, last: Array, age: Array) -> Array:
        """P(still a customer); frequency: repeat purchases, last: time of the last one, age: time since the first."""
        odds = np.exp(
            np.log(self.a / (self.b + np.maximum(frequency, 1) - 1))
            + (self.r + frequency) * (np.log(self.alpha + age) - np.log(self.alpha + last))
        )
        return np.where(frequency > 0, 1 / (1 + odds), 1.0)

    def probability_of_purchase(self, frequency: Array, last: Array, age: Array, time: float) -> Array:
        """P(at least one purchase within `time`): alive, and the rate's posterior gives one."""
        silent = ((self.alpha + age) / (self.alpha + age + time)) ** (self.r + frequency)
        return self.probability_alive(frequency, last, age) * (1 - silent)

    def expected_purchases(self, frequency: Array, last: Array, age: Array, time: float) -> Array:
        """Equation (10) of the paper."""
        r, alpha, a, b = self.r, self.alpha, self.a, self.b
        shrunk = ((alpha + age) / (alpha + age + time)) ** (r + frequency)
        series = hyp2f1(r + frequency, b + frequency, a + b + frequency - 1, time / (alpha + age + time))
        expected = (a + b + frequency - 1) / (a - 1) * (1 - shrunk * series)
        return expected * self.probability_alive(frequency, last, age)


def fit_bg_nbd(frequency: Array, last: Array, age: Array) -> BgNbd:
    """Fit by maximum likelihood, equation (6) of the paper."""

    def loss(logs: Array) -> float:
        r, alpha, a, b = np.exp(logs)
        common = (
            gammaln(r + frequency) - gammaln(r) + r * np.log(alpha) + betaln(a, b + frequency) - betaln(a, b)
        )
        active = -(r + frequency) * np.log(alpha + age)
        gone = np.log(a) - np.log(b + np.maximum(frequency, 1) - 1) - (r + frequency) * np.log(alpha + last)
        return -float(np.mean(common + np.where(frequency > 0, np.logaddexp(active, gone), active)))

    found = minimize(
        loss, np.array([-1.0, np.log(np.mean(age) + 1), -1.0, 1.0]), method="L-BFGS-B", bounds=[_BOUNDS] * 4
    )
    return BgNbd(*np.exp(found.x))


@dataclass(frozen=True)
class GammaGamma:
    """Mean amounts of a purchase: gamma(p, nu) a customer, nu itself gamma(q, gamma)."""

    p: float
    q: float
    gamma: float

    def expected_amount(self, frequency: Array, mean_amount: Array) -> Array:
        """Equation (5) of the paper: the customer's own mean, drawn to everybody's."""
        return self.p * (self.gamma + frequency * mean_amount) / (self.p * frequency + self.q - 1)


def fit_gamma_gamma(frequency: Array, mean_amount: Array) -> GammaGamma:
    """Fit by maximum likelihood, equation (1a), to customers with a repeat purchase and a positive mean amount."""

    def loss(logs: Array) -> float:
        p, q, gamma = np.exp(logs)
        count = p * frequency
        logs_of = (
            gammaln(count + q) - gammaln(count) - gammaln(q) + q * np.log(gamma)
            + (count - 1) * np.log(mean_amount) + count * np.log(frequency)
            - (count + q) * np.log(gamma + frequency * mean_amount)
        )  # fmt: skip
        return -float(np.mean(logs_of))

    # q above 1, for else nobody's amount has an expectation
    bounds = [_BOUNDS, (1e-3, 8.0), (-8.0, 20.0)]
    found = minimize(
        loss, np.array([1.0, 1.0, np.log(np.mean(mean_amount))]), method="L-BFGS-B", bounds=bounds
    )
    return GammaGamma(*np.exp(found.x))
