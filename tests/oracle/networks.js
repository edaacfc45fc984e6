// The networks that are compared and timed: where they lie, and what they are given.
'use strict';

const path = require('node:path');

const ROOT = path.resolve(__dirname, '../..');
const MODELS = path.join(ROOT, 'models');
const SHARED = path.resolve(ROOT, process.env.LLTFI_SHARED_MODELS ?? '../shared/models');

const DIGITS = Array.from({ length: 10 }, (_, digit) => path.join(MODELS, 'digits', `${digit}.png`));
const CIFAR = { mean: 0.5, std: 0.5 };
// The pictures of stb_image's stbi_loadf, which LLTFI's original driver for this network reads with.
const STB = { gamma: 2.2, nhwc: true };

const shared = (name) => path.join(SHARED, 'lltfi', name);

// Pictures are given as tensors; `scaling` as in png.js. `expect`: the class of the first picture and its probability.
const NETWORKS = [
    { name: 'lenet', file: path.join(MODELS, 'lenet.onnx'), pictures: DIGITS, scaling: {} },
    { name: 'cnn', file: path.join(MODELS, 'cnn.onnx'), pictures: DIGITS, scaling: {} },
    { name: 'alexnet', file: path.join(MODELS, 'alexnet.onnx'), pictures: [path.join(MODELS, 'object.png')], scaling: CIFAR },
    { name: 'squeezenet', file: path.join(MODELS, 'squeezenet.onnx'), pictures: [path.join(MODELS, 'object.png')], scaling: CIFAR },
    { name: 'vgg16', file: path.join(MODELS, 'vgg16.onnx'), pictures: [path.join(MODELS, 'object.png')], scaling: CIFAR, made: true },
    { name: 'dave2', file: path.join(MODELS, 'dave2.onnx'), pictures: [path.join(MODELS, 'road.png')], scaling: {}, made: true },
];

const SHARED_NETWORKS = [
    {
        name: 'lltfi-cnn-mnist',
        file: shared('lltfi-cnn-mnist.onnx'),
        pictures: ['eight.png', 'five.png', 'nine.png', 'seven.png'].map(shared),
        scaling: STB,
        expect: { class: 8, probability: 0.998805 },
    },
    {
        name: 'lltfi-cnn-fmnist',
        file: shared('lltfi-cnn-fmnist.onnx'),
        pictures: ['fmnist-nine.png', 'fmnist-two.png', 'fmnist-zero.png'].map(shared),
        scaling: STB,
    },
    { name: 'onnx-mlir-mnist', file: path.join(SHARED, 'onnx-mlir-mnist.onnx'), pictures: DIGITS, scaling: {} },
];

// What the user can do about a network that is not there.
function missing(network) {
    return network.made ? 'make models' : `there is no ${path.relative(ROOT, network.file)}`;
}

module.exports = { NETWORKS, SHARED_NETWORKS, missing };
