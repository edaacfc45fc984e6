// Pictures to tensors: PNG with 8 bits a sample, gray or RGB, not interlaced.
'use strict';

const fs = require('node:fs');
const zlib = require('node:zlib');

const CHANNELS = { 0: 1, 2: 3 }; // by colour type

function chunksOf(file) {
    const chunks = [];
    for (let at = 8; at < file.length; ) {
        const size = file.readUInt32BE(at);
        chunks.push({ type: file.toString('latin1', at + 4, at + 8), data: file.subarray(at + 8, at + 8 + size) });
        at += size + 12;
    }
    return chunks;
}

function paeth(left, up, corner) {
    const guess = left + up - corner;
    const [a, b, c] = [left, up, corner].map((x) => Math.abs(guess - x));
    return a <= b && a <= c ? left : b <= c ? up : corner;
}

// What is added to a sample, by the filter of its line.
const PREDICTORS = [
    () => 0,
    (left) => left,
    (left, up) => up,
    (left, up) => (left + up) >> 1,
    paeth,
];

function unfilter(filtered, height, stride, step) {
    const pixels = new Uint8Array(height * stride);
    for (let y = 0; y < height; y++) {
        const predict = PREDICTORS[filtered[y * (stride + 1)]];
        for (let x = 0; x < stride; x++) {
            const at = y * stride + x;
            const left = x < step ? 0 : pixels[at - step];
            const up = y === 0 ? 0 : pixels[at - stride];
            const corner = x < step || y === 0 ? 0 : pixels[at - stride - step];
            pixels[at] = filtered[y * (stride + 1) + 1 + x] + predict(left, up, corner);
        }
    }
    return pixels;
}

// { width, height, channels, pixels }, pixels in rows of interleaved channels.
function readPng(path) {
    const chunks = chunksOf(fs.readFileSync(path));
    const header = chunks[0].data;
    const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
    const channels = CHANNELS[header[9]];
    if (header[8] !== 8 || !channels || header[12] !== 0) throw new Error(`${path}: only plain 8-bit gray or RGB`);
    const packed = Buffer.concat(chunks.filter((c) => c.type === 'IDAT').map((c) => c.data));
    return { width, height, channels, pixels: unfilter(zlib.inflateSync(packed), height, width * channels, channels) };
}

// What becomes of a pixel, in single precision: ((pixel / 255) ^ gamma - mean) / std.
function scaler({ gamma = 1, mean = 0, std = 1 }) {
    return (pixel) => Math.fround((Math.pow(pixel / 255, gamma) - mean) / std);
}

// A float tensor of a picture, batch 1, channels first unless `nhwc`.
function pictureTensor(path, { nhwc = false, ...scaling }) {
    const { width, height, channels, pixels } = readPng(path);
    const scale = scaler(scaling);
    const data = new Float32Array(pixels.length);
    for (let i = 0; i < pixels.length; i++) {
        const [c, at] = [i % channels, Math.floor(i / channels)];
        data[nhwc ? i : c * width * height + at] = scale(pixels[i]);
    }
    return { type: 'float32', dims: nhwc ? [1, height, width, channels] : [1, channels, height, width], data };
}

module.exports = { readPng, pictureTensor, scaler };
