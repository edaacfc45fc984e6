// node bench.js BUILD [NETWORK...]: prints the ratios of README.md for all networks whose files exist, as one table.
//
// In every round each variant runs for a fixed time, one after the other, so that other load of the machine affects all of
// them. A variant's time is the median over the rounds, a ratio the median of the rounds' ratios.
'use strict';

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const readline = require('node:readline');

const oracle = path.resolve(__dirname, '../tests/oracle');
const { NETWORKS, missing } = require(path.join(oracle, 'networks'));
const { writeNpy } = require(path.join(oracle, 'npy'));
const { pictureTensor } = require(path.join(oracle, 'png'));
const { timer, overheadTimer, median } = require(path.join(oracle, 'timing'));

const ROUNDS = Number(process.env.ROUNDS ?? 15);
const SLICE = 0.1; // seconds that a variant runs in a round, at least one run

// Limits: a larger ratio is reported as a failure.
const RATIOS = [
    { title: 'count', of: 'count', to: 'scalar', limit: 1.1 },
    { title: 'fault', of: 'fault', to: 'scalar', limit: 1.25 },
    { title: 'golden', of: 'fast', to: 'ort', limit: 2.0 },
];

// Starts a program that answers each line "NAME RUNS" with the seconds of one run. The result has a timer for each name,
// next() for a line of output, the process's id and an end().
function start(build, program, names, model, input) {
    const child = spawn(path.resolve(build, 'bench', program), [model, input], { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = readline.createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    child.on('error', (error) => console.error(`bench.js: ${error.message}`));
    child.stdin.on('error', () => {}); // its death shows when no line comes
    const next = async () => {
        const { value, done } = await lines.next();
        if (done) throw new Error(`bench/${program} ended: its message is above`);
        return Number(value);
    };
    const timer = (name) => async (runs) => {
        child.stdin.write(`${name} ${runs}\n`);
        return next();
    };
    return {
        timers: Object.fromEntries(names.map((name) => [name, timer(name)])),
        next,
        pid: child.pid,
        end: () => child.stdin.end(),
    };
}

// Bytes of memory that a process does not share with others.
function privateMemory(pid) {
    return 1024 * Number(/Private_Dirty: *(\d+)/.exec(fs.readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))[1]);
}

// How many runs fill a slice; also warms up.
async function runsFor(time) {
    let runs = 1;
    for (;;) {
        const seconds = (await time(runs)) * runs;
        if (seconds >= SLICE / 4) return Math.max(1, Math.round((runs * SLICE) / seconds));
        runs *= 4;
    }
}

// Seconds of one run by variant, a list with one number for each round.
async function measure(timers) {
    const runs = {};
    for (const [name, time] of Object.entries(timers)) runs[name] = await runsFor(time);
    const samples = Object.fromEntries(Object.keys(timers).map((name) => [name, []]));
    for (let round = 0; round < ROUNDS; round++)
        for (const [name, time] of Object.entries(timers)) samples[name].push(await time(runs[name]));
    return samples;
}

async function measureNetwork(build, folder, network) {
    const tensor = pictureTensor(network.pictures[0], network.scaling);
    const input = path.join(folder, 'input.npy');
    writeNpy(input, tensor);
    const forms = start(build, 'forms', ['fast', 'scalar', 'count', 'fault'], network.file, input);
    const trials = [0, 1].map(() => start(build, 'trials', ['tier1', 'tier2'], network.file, input));
    try {
        const ort = await timer(network.file, [tensor]);
        const bytes = await trials[0].next();
        await trials[1].next();
        const before = privateMemory(trials[0].pid);
        const { tier1, tier2 } = trials[0].timers;
        const both = async (runs) => Math.max(...(await Promise.all(trials.map(({ timers }) => timers.tier1(runs))))) / 2;
        const samples = await measure({ ...forms.timers, ort, overhead: await overheadTimer(), tier1, both, tier2 });
        const overhead = median(samples.overhead); // what Node.js adds to a run
        const memory = (privateMemory(trials[0].pid) - before) / bytes;
        return { ...samples, ort: samples.ort.map((seconds) => seconds - overhead), memory };
    } finally {
        [forms, ...trials].forEach(({ end }) => end());
    }
}

function milliseconds(samples) {
    return (median(samples) * 1e3).toPrecision(3);
}

function row(cells) {
    console.log(`| ${cells.join(' | ')} |`);
}

function printHead() {
    const cpu = os.cpus()[0].model;
    console.log(`${cpu}, ${os.cpus().length} cores; medians of ${ROUNDS} interleaved rounds; times in ms a run\n`);
    row(['network', 'scalar', ...RATIOS.slice(0, 2).flatMap(({ title }) => [title, 'ratio']), 'fast', 'ONNX Runtime', 'ratio']);
    row(['---', ...Array(8).fill('---:')]);
}

function printNetwork(network, samples) {
    const ratio = ({ of, to, limit }) => {
        const value = median(samples[of].map((seconds, round) => seconds / samples[to][round]));
        return `${value.toFixed(2)}${value > limit ? ' (!)' : ''}`;
    };
    const [count, fault, golden] = RATIOS;
    row([
        network.name, milliseconds(samples.scalar),
        milliseconds(samples.count), ratio(count),
        milliseconds(samples.fault), ratio(fault),
        milliseconds(samples.fast), milliseconds(samples.ort), ratio(golden),
    ]);
}

const TRIALS = [
    'network', 'scalar run', 'golden run', 'ONNX Runtime', 'tier 1 trial', 'tier 2 trial',
    'tier 1 trials in a scalar run', 'with two jobs', 'private memory / tensors',
];

function printTrials(measured) {
    console.log('\ntrials of single bit flips in the default sites; times in ms');
    row(TRIALS);
    row(['---', ...Array(TRIALS.length - 1).fill('---:')]);
    for (const [network, samples] of measured) {
        const inScalarRun = (name) => median(samples.scalar.map((seconds, round) => seconds / samples[name][round])).toPrecision(3);
        row([
            network.name, milliseconds(samples.scalar), milliseconds(samples.fast), milliseconds(samples.ort),
            milliseconds(samples.tier1), milliseconds(samples.tier2), inScalarRun('tier1'), inScalarRun('both'),
            samples.memory.toFixed(2),
        ]);
    }
}

async function main([build, ...names]) {
    if (!build) throw new Error('usage: node bench.js BUILD [NETWORK...]');
    const unknown = names.filter((name) => !NETWORKS.some((network) => network.name === name));
    if (unknown.length) throw new Error(`no network ${unknown.join(', ')}: there are ${NETWORKS.map((n) => n.name).join(', ')}`);
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lltfi-bench-'));
    const notes = [];
    const measured = [];
    printHead();
    for (const network of NETWORKS.filter(({ name }) => !names.length || names.includes(name))) {
        if (fs.existsSync(network.file)) {
            measured.push([network, await measureNetwork(build, folder, network)]);
            printNetwork(...measured.at(-1));
        } else notes.push(`${network.name} skipped: ${missing(network)}`);
    }
    console.log(`\nlimits: ${RATIOS.map(({ title, limit }) => `${title} ${limit.toFixed(2)}`).join(', ')}; (!) is above`);
    notes.forEach((note) => console.log(note));
    printTrials(measured);
    fs.rmSync(folder, { recursive: true });
}

main(process.argv.slice(2)).catch((error) => {
    console.error(`bench.js: ${error.message}`);
    process.exitCode = 1;
});
