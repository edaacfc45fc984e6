// node compare.js BUILD: compares LLTFI's outputs with ONNX Runtime's, for every network whose file exists. Prints TAP.
'use strict';

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const { NETWORKS, SHARED_NETWORKS, missing } = require('./networks');
const { readNpy, writeNpy } = require('./npy');
const { pictureTensor, scaler } = require('./png');
const { openSession, runSession } = require('./session');

// A float output may differ from ONNX Runtime's by ABSOLUTE * unit + RELATIVE * |its value|: both add in single precision,
// but in different orders. `unit` is what a network multiplies its last sum by: 1, or 360 / pi where radians become
// degrees. Other types must be equal.
const RELATIVE = 1e-5;
const ABSOLUTE = 1e-6;
const RANDOM_INPUTS = 3;

const counts = { passed: 0, failed: 0, skipped: 0 };

function point(kind, status, text) {
    counts[kind]++;
    console.log(`${status} ${counts.passed + counts.failed + counts.skipped} - ${text}`);
}

function report(passed, text) {
    if (passed) point('passed', 'ok', text);
    else point('failed', 'not ok', text);
}

function skip(text, why) {
    point('skipped', 'ok', `${text} # SKIP ${why}`);
}

// A generator of numbers in 0..1 that is the same everywhere (a linear congruence).
function generator(seed) {
    let state = BigInt(seed);
    return () => {
        state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
        return Number(state >> 40n) / 2 ** 24;
    };
}

// A picture of noise for the network's one input.
function noise(session, network, seed) {
    const dims = session.inputMetadata[0].shape.map((extent) => (typeof extent === 'number' ? extent : 1));
    const random = generator(seed);
    const scale = scaler(network.scaling);
    const data = Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () => scale(256 * random() | 0));
    return { type: 'float32', dims, data };
}

function inputsOf(session, network) {
    const pictures = network.pictures.map((file) => ({
        name: path.relative(path.resolve(__dirname, '../../models'), file).replace(/^\.\..*\//, ''),
        tensor: pictureTensor(file, network.scaling),
    }));
    const random = Array.from({ length: RANDOM_INPUTS }, (_, i) => ({
        name: `random input ${i + 1}`,
        tensor: noise(session, network, i + 1),
    }));
    return [...pictures, ...random];
}

function runLltfi(context, network, tensor, form, outputs) {
    const input = path.join(context.folder, 'input.npy');
    writeNpy(input, tensor);
    execFileSync(context.program, [network.file, context.folder, '--form', form, input]);
    return Array.from({ length: outputs }, (_, i) => readNpy(path.join(context.folder, `output_${i}.npy`)));
}

function near(ours, theirs, unit) {
    if (typeof ours !== 'number') return ours === theirs;
    return Object.is(ours, theirs) || Math.abs(ours - theirs) <= ABSOLUTE * unit + RELATIVE * Math.abs(theirs);
}

// { same, largest }: whether two tensors agree, and by how much they differ.
function difference(ours, theirs, unit) {
    if (ours.type !== theirs.type || String(ours.dims) !== String(theirs.dims)) return { same: false, largest: NaN };
    let [same, largest] = [true, 0];
    for (let i = 0; i < ours.data.length; i++) {
        same &&= near(ours.data[i], theirs.data[i], unit);
        largest = Math.max(largest, Math.abs(Number(ours.data[i]) - Number(theirs.data[i])));
    }
    return { same, largest };
}

function compareOutputs(text, ours, theirs, unit) {
    const differences = theirs.map((tensor, i) => difference(ours[i], tensor, unit));
    const largest = Math.max(...differences.map((d) => d.largest));
    report(differences.every((d) => d.same), `${text}: largest difference ${largest.toPrecision(2)}`);
}

function checkExpected(who, network, output) {
    const top = output.data.indexOf(Math.max(...output.data));
    const { class: class_, probability } = network.expect;
    const right = top === class_ && output.data[top].toFixed(6) === probability.toFixed(6);
    report(right, `${network.name} on its first picture, ${who}: class ${top}, probability ${output.data[top].toFixed(6)}`);
}

async function compareNetwork(context, network) {
    const session = await openSession(network.file);
    for (const [i, { name, tensor }] of inputsOf(session, network).entries()) {
        const theirs = await runSession(session, [tensor]);
        // Every form gives the same bits; one input shows that both also run here.
        for (const form of i === 0 ? ['fast', 'scalar'] : ['fast']) {
            const ours = runLltfi(context, network, tensor, form, theirs.length);
            compareOutputs(`${network.name} on ${name}, ${form} form`, ours, theirs, network.unit ?? 1);
            if (i === 0 && network.expect) checkExpected(`LLTFI's ${form} form`, network, ours[0]);
        }
        if (i === 0 && network.expect) checkExpected('ONNX Runtime', network, theirs[0]);
    }
}

async function compareIfThere(context, network) {
    if (fs.existsSync(network.file))
        await compareNetwork(context, network).catch((error) => report(false, `${network.name}: ${error.message}`));
    else if (network.optional) skip(network.name, missing(network));
    else report(false, `${network.name}: ${missing(network)}`);
}

async function main([build, ...names]) {
    if (!build) throw new Error('usage: node compare.js BUILD [NETWORK...]');
    const program = path.resolve(build, 'tests/run-model');
    if (!fs.existsSync(program)) throw new Error(`there is no ${program}: run ninja -C ${build} first`);
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lltfi-oracle-'));
    console.log(`# tolerance: ${ABSOLUTE} * unit + ${RELATIVE} * |ONNX Runtime's value|; unit 360 / pi for dave2's degrees, else 1`);
    for (const network of [...NETWORKS, ...SHARED_NETWORKS])
        if (!names.length || names.includes(network.name)) await compareIfThere({ program, folder }, network);
    console.log(`1..${counts.passed + counts.failed + counts.skipped}`);
    console.log(`# ONNX Runtime: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
    fs.rmSync(folder, { recursive: true });
    process.exitCode = counts.failed ? 1 : 0;
}

main(process.argv.slice(2)).catch((error) => {
    console.error(`compare.js: ${error.message}`);
    process.exitCode = 1;
});
