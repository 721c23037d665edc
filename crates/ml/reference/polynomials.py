"""The coefficients of src/kernels/lanes/functions.rs, by weighted least squares on Chebyshev points (Lawson's
iteration towards the smallest maximum of the relative error), and that error before rounding to f32.

Run: python polynomials.py
With: Python 3.11, numpy 2.4.6, mpmath 1.3.0
"""

import mpmath as mp
import numpy as np

mp.mp.dps = 40
POINTS = 1000


def fit(name, low, high, powers, whole, known):
    """Coefficients c for which known(t) + sum c_i t^i is near whole(t) for t in [low, high]."""
    t = (high + low) / 2 + (high - low) / 2 * np.cos(np.pi * (np.arange(POINTS) + 0.5) / POINTS)
    exact = [mp.mpf(float(value)) for value in t]
    truth = np.array([float(whole(value)) for value in exact])
    rest = np.array([float(whole(value) - known(value)) for value in exact])
    matrix = np.stack([t**power for power in powers], 1) / truth[:, None]
    weights, best = np.ones(POINTS), (np.inf, None)
    for _ in range(3000):
        root = np.sqrt(weights)
        coefficients = np.linalg.lstsq(matrix * root[:, None], rest / truth * root, rcond=None)[0]
        error = np.abs(matrix @ coefficients - rest / truth)
        if error.max() < best[0]:
            best = (error.max(), coefficients)
        weights = weights * (error + 1e-3 * error.max())
        weights /= weights.sum()
    print(f"{name}: relative error {best[0]:.1e}")
    for power, coefficient in zip(powers, best[1]):
        print(f"    t^{power}: {np.float32(coefficient)!s}")


# exp(r) = 1 + r + r^2 P(r) for |r| <= ln(2)/2.
half = float(mp.log(2) / 2) * 1.001
fit("exp", -half, half, range(2, 7), mp.exp, lambda r: 1 + r)

# 2^f = 1 + f P(f) for |f| <= 1/2.
fit("exp2", -0.5005, 0.5005, range(1, 6), lambda f: mp.power(2, f), lambda f: mp.mpf(1))

# tanh(x) = x + x^3 P(x^2) for |x| <= 0.625, as a function of z = x^2: tanh(x)/x = 1 + z P(z).
fit("tanh", 1e-9, 0.625**2, range(1, 6), lambda z: mp.tanh(mp.sqrt(z)) / mp.sqrt(z), lambda z: mp.mpf(1))

# erfc(x) exp(x^2) = t P(t) with t = 1/(1 + SLOPE x), for 0 <= x <= 10.
SLOPE = 0.35
fit(
    "erfc",
    1 / (1 + SLOPE * 10),
    1.0,
    range(1, 11),
    lambda t: mp.erfc((1 / t - 1) / SLOPE) * mp.exp(((1 / t - 1) / SLOPE) ** 2),
    lambda t: mp.mpf(0),
)
