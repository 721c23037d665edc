"""The first ten losses of the lab, computed without its code: `python3 reference.py`."""

MASK = 2**64 - 1
TRUTH_SLOPE, TRUTH_INTERCEPT, NOISE, BATCH, RATE, SEED = 2.0, -1.0, 0.4, 8, 0.02, 1


def mix(x):
    """The finalizer of SplitMix64 (Steele, Lea and Flood 2014)."""
    x = (x + 0x9E3779B97F4A7C15) & MASK
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & MASK
    return x ^ (x >> 31)


def point(index):
    x, noise = (mix(SEED ^ mix(index ^ mix(stream))) / 2**64 - 0.5 for stream in (0, 1))
    return 2 * x, TRUTH_SLOPE * 2 * x + TRUTH_INTERCEPT + NOISE * noise


slope = intercept = 0.0
for step in range(10):
    points = [point(step * BATCH + item) for item in range(BATCH)]
    errors = [slope * x + intercept - y for x, y in points]
    print(f"{sum(error**2 for error in errors) / BATCH:.9f},")
    slope -= RATE * 2 * sum(error * x for error, (x, _) in zip(errors, points)) / BATCH
    intercept -= RATE * 2 * sum(errors) / BATCH
