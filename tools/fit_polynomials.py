#!/usr/bin/env python3
"""Computes the polynomial coefficients in src/math/vector.h (needs mpmath).

Each polynomial has the least largest weighted error over an interval, found by the exchange
of E. Ya. Remez (1934); its coefficients are then rounded to doubles.
"""
from mpmath import cos, exp, expm1, fabs, log, lu_solve, matrix, mp, mpf, pi

mp.dps = 40
N_GRID = 1000


def evaluate(coefficients, x):
    total = mpf(0)
    for c in reversed(coefficients):
        total = total * x + c
    return total


def extremes(errors):
    """Indices of the largest |error| in each run of one sign."""
    peaks = []
    for i, e in enumerate(errors):
        if peaks and (e > 0) == (errors[peaks[-1]] > 0):
            if fabs(e) > fabs(errors[peaks[-1]]):
                peaks[-1] = i
        else:
            peaks.append(i)
    return peaks


def fit(f, weight, low, high, n):
    """The n coefficients, lowest power first, with the least max |weight * error|, and it."""
    grid = [(low + high) / 2 - (high - low) / 2 * cos(pi * (2 * i + 1) / (2 * N_GRID))
            for i in range(N_GRID)]
    wanted = [f(x) for x in grid]
    weights = [weight(x) for x in grid]

    def errors_of(coefficients):
        return [w * (y - evaluate(coefficients, x)) for x, y, w in zip(grid, wanted, weights)]

    nodes = [i * (N_GRID - 1) // n for i in range(n + 1)]
    while True:
        system, values = matrix(n + 1, n + 1), matrix(n + 1, 1)
        for row, i in enumerate(nodes):
            for j in range(n):
                system[row, j] = grid[i] ** j
            system[row, n] = (-1) ** row / weights[i]
            values[row] = wanted[i]
        solution = lu_solve(system, values)
        errors = errors_of(solution[:n])
        peaks = extremes(errors)
        assert len(peaks) > n, "the errors do not alternate"
        while len(peaks) > n + 1:
            del peaks[0 if fabs(errors[peaks[0]]) < fabs(errors[peaks[-1]]) else -1]
        if peaks == nodes:
            break
        nodes = peaks
    rounded = [float(c) for c in solution[:n]]
    return rounded, max(fabs(e) for e in errors_of([mpf(c) for c in rounded]))


def show(name, coefficients, worst):
    print(f"{name}: error 2^{float(log(worst, 2)):.1f}")
    print("".join(f"    {c.hex()},\n" for c in coefficients), end="")


def main():
    half = log(mpf(2)) / 2 * (1 + mpf(2) ** -20)
    show("(exp(r) - 1 - r) / r^2, |r| <= log(2) / 2, error relative to exp(r)",
         *fit(lambda r: (expm1(r) - r) / r ** 2,
              lambda r: (r ** 2 + half ** 2 / 16) / exp(r), -half, half, 11))

    root = mpf(2) ** 0.5
    largest = ((root - 1) / (root + 1)) ** 2 * (1 + mpf(2) ** -20)

    def log_tail(z):
        s = z ** 0.5
        return (log((1 + s) / (1 - s)) / s - 2) / z
    show("(log((1 + s) / (1 - s)) / s - 2) / z, z = s^2, |s| <= (sqrt(2) - 1) / (sqrt(2) + 1),"
         " error of the logarithm",
         *fit(log_tail, lambda z: z ** 1.5 + largest ** 1.5 / 16, largest / 10 ** 6, largest, 7))


if __name__ == "__main__":
    main()
