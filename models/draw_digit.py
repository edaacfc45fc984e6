#!/usr/bin/env python3
"""Draw a handwritten-looking digit, white on black, 28x28, as the MNIST networks expect it.

    python3 models/draw_digit.py 8 --out models/eight.png
"""

import argparse
from pathlib import Path

import numpy as np
from PIL import Image

SIZE = 28
PEN = 1.25  # radius of the pen in pixels

# The strokes of each digit: points that a smooth curve runs through, x to the right and y down, in a box of 20x20.
STROKES = {
    0: [[(11, 1), (5, 4), (3, 11), (6, 18), (11, 19), (16, 15), (17, 8), (14, 2), (10, 1)]],
    1: [[(12, 1), (11, 7), (10, 13), (9, 19)]],
    2: [[(4, 5), (7, 1), (13, 1), (15, 5), (12, 11), (7, 15), (3, 18), (7, 17), (12, 18), (17, 18)]],
    3: [[(5, 3), (9, 1), (14, 3), (13, 7), (9, 9), (14, 11), (16, 15), (12, 19), (7, 19), (3, 17)]],
    4: [[(5, 1), (4, 6), (4, 10), (9, 11), (16, 10)], [(15, 2), (14, 10), (13, 19)]],
    5: [[(6, 2), (5, 6), (5, 9), (9, 8), (14, 10), (15, 15), (11, 19), (6, 19), (3, 17)], [(6, 2), (11, 2), (16, 1)]],
    6: [[(13, 1), (8, 4), (5, 10), (5, 16), (9, 19), (14, 17), (14, 13), (10, 11), (6, 14)]],
    7: [[(3, 3), (9, 2), (16, 2), (14, 8), (11, 13), (9, 19)]],
    8: [[(15, 4), (11, 1), (6, 3), (7, 7), (12, 10), (15, 14), (12, 19), (7, 18), (6, 14), (10, 10), (14, 6), (15, 3)]],
    9: [[(14, 5), (10, 2), (6, 4), (6, 8), (10, 9), (14, 5), (14, 11), (12, 19)]],
}


def smooth(points, steps=16):
    """A Catmull-Rom spline through the points, `steps` samples from one to the next."""
    ends = np.concatenate([points[:1], points, points[-1:]])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    pieces = [
        0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
        for a, b, c, d in zip(ends, ends[1:], ends[2:], ends[3:])
    ]
    return np.concatenate([*pieces, points[-1:]])


def draw(digit, random):
    """A uint8 picture of the digit; the hand trembles by `random`."""
    slant = random.uniform(0, 0.15)
    pixels = np.stack(np.meshgrid(np.arange(SIZE), np.arange(SIZE)), axis=-1)
    ink = np.zeros((SIZE, SIZE))
    for stroke in STROKES[digit]:
        points = np.array(stroke) + random.normal(0, 0.35, (len(stroke), 2))
        points[:, 0] += slant * (10 - points[:, 1])
        curve = smooth(points + 4)
        pen = PEN + 0.3 * np.sin(np.linspace(0, 3, len(curve)) + random.uniform(0, 6))
        distance = np.linalg.norm(pixels[:, :, None] - curve, axis=-1)
        ink = np.maximum(ink, np.clip(pen - distance + 0.5, 0, 1).max(axis=-1))
    return (255 * ink).round().astype(np.uint8)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("digit", type=int, choices=range(10), metavar="DIGIT", help="0 to 9")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="seed of the hand's trembling (default: 1)")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="picture to write")
    arguments = parser.parse_args()
    Image.fromarray(draw(arguments.digit, np.random.default_rng(arguments.seed))).save(arguments.out)


if __name__ == "__main__":
    main()
