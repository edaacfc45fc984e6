// The networks that are compared and timed: their files and their inputs.
'use strict';

const path = require('node:path');

const ROOT = path.resolve(__dirname, '../..');
const MODELS = path.join(ROOT, 'models');
const SHARED = path.resolve(ROOT, process.env.LLTFI_SHARED_MODELS ?? '../shared/models');

const DIGITS = Array.from({ length: 10 }, (_, digit) => path.join(MODELS, 'digits', `${digit}.png`));
const CIFAR = { mean: 0.5, std: 0.5 };
// The pictures of stb_image's stbi_loadf, which LLTFI's original driver for this network calls.
const STB = { gamma: 2.2, nhwc: true };

function ours(name, pictures, scaling, optional = false) {
    return { name, file: path.join(MODELS, `${name}.onnx`), pictures, scaling, optional };
}

function others(name, pictures, scaling, expect) {
    return { name, file: path.join(SHARED, `${name}.onnx`), pictures, scaling, expect, optional: true };
}

function pictures(folder, ...names) {
    return names.map((name) => path.join(folder, `${name}.png`));
}

// Pictures are given as tensors; `scaling` as in png.js. Optional networks are not in the repository.
const NETWORKS = [
    ours('lenet', DIGITS, {}),
    ours('cnn', DIGITS, {}),
    ours('alexnet', pictures(MODELS, 'object'), CIFAR),
    ours('squeezenet', pictures(MODELS, 'object'), CIFAR),
    ours('vgg16', pictures(MODELS, 'object'), CIFAR, true),
    { ...ours('dave2', pictures(MODELS, 'road'), {}, true), unit: 360 / Math.PI },
];

// `expect`: the class of the first picture and its probability.
const EIGHT = { class: 8, probability: 0.998805 };
const LLTFI = path.join(SHARED, 'lltfi');
const SHARED_NETWORKS = [
    others('lltfi/lltfi-cnn-mnist', pictures(LLTFI, 'eight', 'five', 'nine', 'seven'), STB, EIGHT),
    others('lltfi/lltfi-cnn-fmnist', pictures(LLTFI, 'fmnist-nine', 'fmnist-two', 'fmnist-zero'), STB),
    others('onnx-mlir-mnist', DIGITS, {}),
];

// How the user can get a missing network.
function missing(network) {
    const made = network.optional && NETWORKS.includes(network);
    return made ? 'make models' : `there is no ${path.relative(ROOT, network.file)}`;
}

module.exports = { NETWORKS, SHARED_NETWORKS, missing };
