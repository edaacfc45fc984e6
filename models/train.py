#!/usr/bin/env python3
"""Train one of the six classic networks of the fault-injection literature and export it to ONNX.

    python3 models/train.py lenet --mnist DIR --out models/lenet.onnx
    python3 models/train.py squeezenet --cifar10 DIR
    python3 models/train.py dave2

The ONNX file has one input, `input`, and one output, `output`, with a batch of one. Classifiers end in Softmax.
Its metadata say what it was trained on and how well it does on pictures that it has not seen.
"""

import argparse
import gzip
import io
import math
import sys
import tarfile
import time
from collections import Counter, OrderedDict, namedtuple
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

import numpy as np
import onnx
import torch
from PIL import Image
from torch import nn
from torch.nn import functional as F

import draw_road

CIFAR10_CLASSES = "airplane automobile bird cat deer dog frog horse ship truck".split()
HELD_OUT = 10  # of MNIST and of the drawn roads, every tenth picture is held out
ROADS = 5000

Data = namedtuple("Data", "train_x train_y test_x test_y")


# Data: float32 pictures (N, C, H, W) as the network sees them, and their targets


def load_mnist(folder):
    """The 10,000 test pictures of MNIST, as pixel / 255."""
    pixels = read_idx(folder / "t10k-images-idx3-ubyte.gz", header=16)
    labels = read_idx(folder / "t10k-labels-idx1-ubyte.gz", header=8)
    return hold_out(pixels.reshape(-1, 1, 28, 28).astype(np.float32) / 255, labels.astype(np.int64))


def read_idx(path, header):
    with gzip.open(path) as file:
        return np.frombuffer(file.read(), np.uint8, offset=header)


def load_cifar10(folder):
    """Pictures of CIFAR-10 as (pixel / 255 - 0.5) / 0.5."""
    return Data(*load_half(folder, "train"), *load_half(folder, "test"))


def load_half(folder, half):
    files = sorted(jpegs(folder, half), key=lambda file: file[0])
    if not files:
        raise OSError(f"{folder}: no JPEG files in {half}.tar or in the folder {half}")
    pixels = np.stack([np.asarray(Image.open(io.BytesIO(content)).convert("RGB")) for _, content in files])
    labels = [CIFAR10_CLASSES.index(Path(name).parent.name) for name, _ in files]
    scaled = pixels.transpose(0, 3, 1, 2).astype(np.float32) / 127.5 - 1
    return torch.from_numpy(scaled), torch.tensor(labels)


def jpegs(folder, half):
    """Name and content of every picture of the folder `half`, extracted or in a tar file."""
    if (folder / half).is_dir():
        for path in (folder / half).glob("*/*.jpg"):
            yield str(path), path.read_bytes()
        return
    with tarfile.open(folder / f"{half}.tar") as tar:
        for member in tar:
            if member.isfile() and member.name.endswith(".jpg"):
                yield member.name, tar.extractfile(member).read()


def draw_roads(_):
    """Drawn roads as pixel / 255, and their steering angles in degrees."""
    random = np.random.default_rng(0)
    angles = random.uniform(-draw_road.MAX_ANGLE, draw_road.MAX_ANGLE, ROADS).astype(np.float32)
    pixels = np.stack([draw_road.road(angle, random) for angle in angles])
    return hold_out(pixels.transpose(0, 3, 1, 2).astype(np.float32) / 255, angles.reshape(-1, 1))


def hold_out(x, y):
    x, y = torch.from_numpy(x), torch.from_numpy(y)
    held = torch.arange(len(x)) % HELD_OUT == 0
    return Data(x[~held], y[~held], x[held], y[held])


# What a training step does to a batch before the network sees it


def distort(x, y):
    """Turn, scale, slant and shift each digit a little."""
    turn = torch.empty(len(x)).uniform_(-0.2, 0.2)
    scale = torch.empty(len(x)).uniform_(0.85, 1.15)
    slant = torch.empty(len(x)).uniform_(-0.2, 0.2)
    shift = torch.empty(2, len(x)).uniform_(-0.12, 0.12)
    rows = [scale * turn.cos(), slant - turn.sin(), shift[0], turn.sin(), scale * turn.cos(), shift[1]]
    grid = F.affine_grid(torch.stack(rows, 1).view(-1, 2, 3), x.shape, align_corners=False)
    return F.grid_sample(x, grid, align_corners=False), y


def crop_and_mirror(x, y):
    """Shift each picture by up to four pixels and mirror half of them."""
    size = x.shape[-1]
    padded = F.pad(x, (4, 4, 4, 4))
    corners = torch.randint(0, 9, (len(x), 2)).tolist()
    x = torch.stack([picture[:, i : i + size, j : j + size] for picture, (i, j) in zip(padded, corners)])
    mirrored = (torch.rand(len(x)) < 0.5).view(-1, 1, 1, 1)
    return torch.where(mirrored, x.flip(3), x), y


def mirror_road(x, y):
    """Mirror half of the roads: the angle changes its sign."""
    mirrored = torch.rand(len(x)) < 0.5
    return torch.where(mirrored.view(-1, 1, 1, 1), x.flip(3), x), torch.where(mirrored.view(-1, 1), -y, y)


# The networks


def sequence(*modules):
    """The modules in order, named conv1, relu1, conv2, ... so that the nodes of the ONNX graph get readable names."""
    named, counts = OrderedDict(), Counter()
    for module in modules:
        kind = type(module).__name__.lower().removesuffix("2d").removeprefix("adaptive")
        counts[kind] += 1
        named[f"{kind}{counts[kind]}"] = module
    return nn.Sequential(named)


def scaled(model):
    """He's initialization, which keeps the size of values through many ReLU layers, where PyTorch's lets them vanish."""
    for module in model.modules():
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
        if isinstance(module, nn.Conv2d):
            nn.init.zeros_(module.bias)
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.bias, -0.1, 0.1)  # the exporter would make one initializer of equal biases
    return model


def average_pool(size):
    """Average pooling down to `size`; AvgPool2d would export a Pad that does nothing before it."""
    return nn.AdaptiveAvgPool2d(size)


def lenet():
    """LeNet-5: tanh, average pooling, three dense layers."""
    return sequence(
        nn.Conv2d(1, 6, 5, padding=2), nn.Tanh(), average_pool(14),
        nn.Conv2d(6, 16, 5), nn.Tanh(), average_pool(5),
        nn.Flatten(),
        nn.Linear(400, 120), nn.Tanh(),
        nn.Linear(120, 84), nn.Tanh(),
        nn.Linear(84, 10),
    )  # fmt: skip


def cnn():
    """Two convolutions with max pooling and two dense layers."""
    return sequence(
        nn.Conv2d(1, 16, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(800, 64), nn.ReLU(),
        nn.Linear(64, 10),
    )  # fmt: skip


def alexnet():
    """AlexNet for pictures of 32x32: overlapping pooling, and the two groups of the original in layers 2, 4 and 5."""
    return sequence(
        nn.Conv2d(3, 64, 5, stride=2, padding=2), nn.ReLU(),
        nn.Conv2d(64, 128, 5, padding=2, groups=2), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(128, 192, 3, padding=1), nn.ReLU(),
        nn.Conv2d(192, 192, 3, padding=1, groups=2), nn.ReLU(),
        nn.Conv2d(192, 128, 3, padding=1, groups=2), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Flatten(),
        nn.Dropout(0.3), nn.Linear(1152, 512), nn.ReLU(),
        nn.Dropout(0.3), nn.Linear(512, 256), nn.ReLU(),
        nn.Linear(256, 10),
    )  # fmt: skip


class Fire(nn.Module):
    """Squeeze the channels with 1x1 filters, then expand them with 1x1 and 3x3 filters side by side."""

    def __init__(self, inputs, squeezed, expanded):
        super().__init__()
        self.squeeze = nn.Sequential(nn.Conv2d(inputs, squeezed, 1), nn.ReLU())
        self.expand1 = nn.Sequential(nn.Conv2d(squeezed, expanded, 1), nn.ReLU())
        self.expand3 = nn.Sequential(nn.Conv2d(squeezed, expanded, 3, padding=1), nn.ReLU())

    def forward(self, x):
        x = self.squeeze(x)
        return torch.cat([self.expand1(x), self.expand3(x)], 1)


def squeezenet():
    """SqueezeNet 1.1 for pictures of 32x32."""
    return scaled(sequence(
        nn.Conv2d(3, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2, ceil_mode=True),
        Fire(64, 16, 64), Fire(128, 16, 64), nn.MaxPool2d(3, 2, ceil_mode=True),
        Fire(128, 32, 128), Fire(256, 32, 128), nn.MaxPool2d(3, 2, ceil_mode=True),
        Fire(256, 48, 192), Fire(384, 48, 192), Fire(384, 64, 256), Fire(512, 64, 256),
        nn.Dropout(0.3), nn.Conv2d(512, 10, 1), nn.ReLU(),
        average_pool(1), nn.Flatten(),
    ))  # fmt: skip


def vgg16():
    """VGG16 for pictures of 32x32; the exporter folds each BatchNorm into its convolution."""
    layers, inputs = [], 3
    for width, depth in (64, 2), (128, 2), (256, 3), (512, 3), (512, 3):
        for _ in range(depth):
            layers += [nn.Conv2d(inputs, width, 3, padding=1), nn.BatchNorm2d(width), nn.ReLU()]
            inputs = width
        layers.append(nn.MaxPool2d(2))
    return scaled(sequence(
        *layers,
        nn.Flatten(),
        nn.Linear(512, 512), nn.ReLU(), nn.Dropout(0.3),
        nn.Linear(512, 512), nn.ReLU(), nn.Dropout(0.3),
        nn.Linear(512, 10),
    ))  # fmt: skip


class Steering(nn.Module):
    """A steering angle of 2 atan(x), in degrees."""

    def forward(self, x):
        return torch.atan(x) * (2 * 180 / math.pi)


def dave2():
    """NVIDIA's Dave-2: five convolutions, five dense layers, one angle."""
    return scaled(sequence(
        nn.Conv2d(3, 24, 5, stride=2), nn.ReLU(),
        nn.Conv2d(24, 36, 5, stride=2), nn.ReLU(),
        nn.Conv2d(36, 48, 5, stride=2), nn.ReLU(),
        nn.Conv2d(48, 64, 3), nn.ReLU(),
        nn.Conv2d(64, 64, 3), nn.ReLU(),
        nn.Flatten(),
        nn.Linear(1152, 1164), nn.ReLU(),
        nn.Linear(1164, 100), nn.ReLU(),
        nn.Linear(100, 50), nn.ReLU(),
        nn.Linear(50, 10), nn.ReLU(),
        nn.Linear(10, 1), Steering(),
    ))  # fmt: skip


# What each network learns and how its quality is measured


@dataclass
class Task:
    """Data, and what a network learns from them."""

    data: str
    load: Callable
    prepare: Callable
    loss: Callable
    score: Callable
    unit: str
    head: type
    shape: tuple  # of one picture


def smoothed_cross_entropy(output, target):
    return F.cross_entropy(output, target, label_smoothing=0.02)


def scaled_error(output, target):
    return F.smooth_l1_loss(output / 10, target / 10)


def accuracy(output, target):
    return 100 * (output.argmax(1) == target).float().mean().item()


def mean_error(output, target):
    return (output - target).abs().mean().item()


def softmax():
    return nn.Softmax(dim=1)


DIGITS = Task("mnist", load_mnist, distort, smoothed_cross_entropy, accuracy, "% accuracy", softmax, (1, 28, 28))
OBJECTS = Task("cifar10", load_cifar10, crop_and_mirror, smoothed_cross_entropy, accuracy, "% accuracy", softmax, (3, 32, 32))
ROAD = Task("roads", draw_roads, mirror_road, scaled_error, mean_error, "degrees mean error", nn.Identity, (3, 66, 200))


@dataclass
class Network:
    """A network, its task, and how long and how fast it learns."""

    build: Callable
    task: Task
    epochs: int
    rate: float


NETWORKS = {
    "lenet": Network(lenet, DIGITS, 20, 3e-3),
    "cnn": Network(cnn, DIGITS, 12, 3e-3),
    "alexnet": Network(alexnet, OBJECTS, 12, 1e-3),
    "squeezenet": Network(squeezenet, OBJECTS, 12, 1e-3),
    "vgg16": Network(vgg16, OBJECTS, 1, 1e-3),
    "dave2": Network(dave2, ROAD, 4, 3e-4),
}


def train(model, network, data, epochs):
    """Adam with a learning rate that rises for a third of the steps and then falls to nothing."""
    batch = 64
    steps = epochs * math.ceil(len(data.train_x) / batch)
    optimizer = torch.optim.Adam(model.parameters(), lr=network.rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, network.rate, total_steps=max(steps, 1))
    start = time.monotonic()
    for epoch in range(epochs):
        model.train()
        total = 0.0
        for chosen in torch.randperm(len(data.train_x)).split(batch):
            x, y = network.task.prepare(data.train_x[chosen], data.train_y[chosen])
            loss = network.task.loss(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item() * len(chosen)
        seconds = time.monotonic() - start
        print(f"epoch {epoch + 1}/{epochs}: loss {total / len(data.train_x):.4f}, {seconds:.0f} s", flush=True)


def measure(model, task, data):
    model.eval()
    with torch.no_grad():
        output = torch.cat([model(x) for x in data.test_x.split(100)])
    return task.score(output, data.test_y)


def export(model, shape, path, description, metadata):
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(
        model.eval(), torch.zeros(1, *shape), path,
        opset_version=13, do_constant_folding=True, input_names=["input"], output_names=["output"],
    )  # fmt: skip
    exported = onnx.load(path)
    exported.doc_string = description
    onnx.helper.set_model_props(exported, metadata)
    onnx.checker.check_model(exported, full_check=True)
    onnx.save(exported, path)


def has_data(arguments, task):
    return task is ROAD or getattr(arguments, task.data) is not None


def learn(model, network, arguments):
    """Train and measure; returns what the ONNX file's metadata say about it."""
    task = network.task
    if not has_data(arguments, task):
        return {"training": f"none, left at its initialization, seed {arguments.seed}", "quality": "not measured"}
    try:
        data = task.load(getattr(arguments, task.data, None))
    except (OSError, tarfile.TarError) as error:
        sys.exit(f"train.py: cannot read the data: {error}")
    train(model, network, data, arguments.epochs)
    score = measure(model, task, data)
    return {
        "training": f"{task.data}, {len(data.train_x)} pictures, {arguments.epochs} epochs, seed {arguments.seed}",
        "quality": f"{score:.2f} {task.unit} on {len(data.test_x)} held-out pictures",
    }


def parse_arguments():
    parser = argparse.ArgumentParser(
        description=__doc__.split("\n\n")[0],
        epilog="The same seed, thread count and PyTorch give the same file. Dave-2 draws its own roads.",
    )
    parser.add_argument("network", choices=NETWORKS, help="the network to train")
    parser.add_argument("--mnist", type=Path, metavar="DIR", help="folder with t10k-{images-idx3,labels-idx1}-ubyte.gz")
    parser.add_argument("--cifar10", type=Path, metavar="DIR",
                        help="folder with train and test: .tar files or folders of JPEGs, one folder a class")  # fmt: skip
    parser.add_argument("--out", type=Path, metavar="FILE", help="ONNX file to write (default: NETWORK.onnx beside this script)")
    parser.add_argument("--epochs", type=int, metavar="N", help="passes over the data; 0 leaves the network at its initialization")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="seed of all that is random (default: 1)")
    parser.add_argument("--threads", type=int, default=1, metavar="N", help="CPU threads (default: 1)")
    arguments = parser.parse_args()
    network = NETWORKS[arguments.network]
    if arguments.epochs is None:
        arguments.epochs = network.epochs
    if not has_data(arguments, network.task) and arguments.epochs > 0:
        data = network.task.data
        parser.error(f"{arguments.network} is trained on {data}: give its folder with --{data}, or --epochs 0")
    return arguments


def main():
    arguments = parse_arguments()
    torch.set_num_threads(arguments.threads)
    torch.use_deterministic_algorithms(True)
    torch.manual_seed(arguments.seed)

    network = NETWORKS[arguments.network]
    out = arguments.out or Path(__file__).with_name(f"{arguments.network}.onnx")
    model = network.build()
    metadata = learn(model, network, arguments)
    export(sequence(*model, network.task.head()), network.task.shape, out, network.build.__doc__, metadata)
    print(f"{out}: {metadata['quality']}")


if __name__ == "__main__":
    main()
