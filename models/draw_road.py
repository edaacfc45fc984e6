#!/usr/bin/env python3
"""Draw a road that bends by a known steering angle, as Dave-2's camera would see it.

    python3 models/draw_road.py --angle 25 --out models/road.png
"""

import argparse
from pathlib import Path

import numpy as np
from PIL import Image

HEIGHT, WIDTH = 66, 200
MAX_ANGLE = 60  # degrees
HORIZON = 14  # the row where the road meets the sky
BEND = 0.006  # sideways metres for each degree and square metre of distance
ROAD_HALF, LINE_HALF = 2.2, 0.12  # metres


def road(angle, random):
    """A (66, 200, 3) uint8 picture of a road; light, colours, lane position and noise come from `random`."""
    # A pixel `below` rows under the horizon sees the ground at a distance of DEPTH / below; there one
    # metre is below / DEPTH * FOCAL pixels wide.
    rows = np.arange(HEIGHT, dtype=np.float32)[:, None]
    columns = np.arange(WIDTH, dtype=np.float32)[None, :] - WIDTH / 2
    below = np.maximum(rows - HORIZON + 0.5, 0.5)
    distance = 60 / below
    sideways = columns * distance / 80

    lane = random.uniform(-0.5, 0.5)
    from_middle = sideways - (BEND * angle * distance**2 + lane)
    on_road = np.abs(from_middle) < ROAD_HALF
    on_edge = np.abs(np.abs(from_middle) - (ROAD_HALF - 2 * LINE_HALF)) < LINE_HALF
    dashed = (distance + random.uniform(0, 4)) % 4 < 2
    on_line = (np.abs(from_middle) < LINE_HALF) & dashed

    grass, asphalt, paint, sky = (
        np.array(colour) + random.uniform(-20, 20, 3)
        for colour in ([70, 120, 50], [95, 95, 100], [230, 230, 220], [140, 180, 225])
    )
    picture = np.where(on_road[..., None], asphalt, grass)
    picture = np.where((on_edge | on_line)[..., None], paint, picture)
    picture = np.where((rows < HORIZON)[..., None], sky, picture)
    picture = picture * random.uniform(0.7, 1.1) + random.normal(0, 4, picture.shape)
    return np.clip(picture, 0, 255).astype(np.uint8)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--angle", type=float, default=25, metavar="DEGREES", help="positive is to the right (default: 25)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="seed of light, colours and noise (default: 1)")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("road.png"), metavar="FILE")
    arguments = parser.parse_args()
    Image.fromarray(road(arguments.angle, np.random.default_rng(arguments.seed))).save(arguments.out)


if __name__ == "__main__":
    main()
