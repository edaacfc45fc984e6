#!/usr/bin/env python3
"""Draw a thing that CIFAR-10 has a class for, 32x32 in colour, as AlexNet, SqueezeNet and VGG16 expect it.

    python3 models/draw_object.py ship --out models/object.png
"""

import argparse
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

SIZE = 32
FINE = 8  # drawn this many times larger, then reduced, so that edges are soft


def gradient(top, bottom):
    """A picture that fades from one colour to another."""
    t = np.linspace(0, 1, SIZE * FINE)[:, None, None]
    rows = (1 - t) * np.array(top) + t * np.array(bottom)
    return Image.fromarray(np.repeat(rows, SIZE * FINE, axis=1).astype(np.uint8))


def ship(random):
    """A cargo ship seen from the side, on the open sea."""
    picture = gradient((185, 190, 195), (210, 212, 210))
    pen = Pen(picture)
    picture.paste(gradient((60, 105, 140), (25, 60, 95)).crop((0, 0, SIZE * FINE, 14 * FINE)), (0, 18 * FINE))
    pen.shape([(1.5, 17), (30.5, 15.5), (27, 24), (4, 24)], (40, 45, 60))
    pen.shape([(3.5, 22.2), (27.7, 22.2), (27, 24), (4, 24)], (150, 45, 40))
    pen.shape([(6, 17), (6, 10), (11, 10), (11, 17)], (235, 235, 230))
    pen.shape([(7, 10), (7, 6.5), (9, 6.5), (9, 10)], (190, 60, 45))
    pen.shape([(6.5, 12), (10.5, 12), (10.5, 13), (6.5, 13)], (60, 80, 100))
    for x, colour in (13, (170, 90, 60)), (17.5, (190, 170, 90)), (22, (90, 120, 110)):
        pen.shape([(x, 16.5), (x, 13.5), (x + 4, 13.5), (x + 4, 16.5)], colour)
    for y in random.uniform(23.5, 31, 14):
        x = random.uniform(-2, 30)
        pen.shape([(x, y), (x + 4, y), (x + 4, y + 0.4), (x, y + 0.4)], (120, 160, 185))
    return picture


def truck(random):
    """A lorry seen from the side, on a road."""
    picture = gradient((190, 205, 220), (225, 228, 230))
    pen = Pen(picture)
    pen.shape([(0, 24), (32, 24), (32, 32), (0, 32)], (110, 110, 112))
    pen.shape([(2, 7), (20, 7), (20, 22), (2, 22)], (235, 235, 235))
    pen.shape([(20.5, 11), (26, 11), (29.5, 16), (29.5, 22), (20.5, 22)], (185, 40, 35))
    pen.shape([(22.5, 12.5), (25.5, 12.5), (28, 16), (22.5, 16)], (60, 75, 90))
    pen.shape([(2, 22), (29.5, 22), (29.5, 24), (2, 24)], (50, 50, 52))
    for x in 6.5, 10.5, 25:
        pen.disc(x, 25, 2.4, (25, 25, 25))
        pen.disc(x, 25, 1.0, (150, 150, 150))
    return picture


THINGS = {"ship": ship, "truck": truck}


class Pen:
    """Draws in units of the final picture's pixels."""

    def __init__(self, picture):
        self.canvas = ImageDraw.Draw(picture)

    def shape(self, corners, colour):
        self.canvas.polygon([(FINE * x, FINE * y) for x, y in corners], fill=colour)

    def disc(self, x, y, radius, colour):
        corners = x - radius, y - radius, x + radius, y + radius
        self.canvas.ellipse([FINE * c for c in corners], fill=colour)


def draw(thing, random):
    """A (32, 32, 3) uint8 picture; waves and noise come from `random`."""
    picture = THINGS[thing](random).filter(ImageFilter.GaussianBlur(FINE / 2)).resize((SIZE, SIZE), Image.BOX)
    noisy = np.asarray(picture, np.float64) + random.normal(0, 3, (SIZE, SIZE, 3))
    return np.clip(noisy, 0, 255).round().astype(np.uint8)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("thing", choices=THINGS)
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="seed of waves and noise (default: 1)")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("object.png"), metavar="FILE")
    arguments = parser.parse_args()
    Image.fromarray(draw(arguments.thing, np.random.default_rng(arguments.seed))).save(arguments.out)


if __name__ == "__main__":
    main()
