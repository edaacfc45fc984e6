// How long a model takes in ONNX Runtime, without what Node.js adds to each run.
//
//     node timing.js MODEL INPUT.npy... [--runs N]
'use strict';

const { readNpy } = require('./npy');
const { openSession, feedsOf } = require('./session');

// A field of a protobuf message: text, bytes or a small number.
function field(number, value) {
    if (typeof value === 'number') return Buffer.from([number << 3, value]);
    const bytes = Buffer.from(value);
    return Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
}

// A model of one Identity node for float tensors of any shape: a run of it costs what every run costs.
function identityModel() {
    const port = (number, name) => field(number, Buffer.concat([field(1, name), field(2, field(1, field(1, 1)))]));
    const node = Buffer.concat([field(1, 'x'), field(2, 'y'), field(4, 'Identity')]);
    const graph = Buffer.concat([field(1, node), field(2, 'identity'), port(11, 'x'), port(12, 'y')]);
    return Buffer.concat([field(1, 8), field(7, graph), field(8, field(2, 13))]);
}

async function secondsPerRun(session, feeds, runs) {
    const start = process.hrtime.bigint();
    for (let i = 0; i < runs; i++) await session.run(feeds);
    return Number(process.hrtime.bigint() - start) / 1e9 / runs;
}

// A function that runs the model `runs` times and gives the seconds of one run.
async function timer(model, tensors) {
    const session = await openSession(model);
    const feeds = feedsOf(session, tensors);
    return (runs) => secondsPerRun(session, feeds, runs);
}

// The same for the cost of a run that computes nothing: one small tensor in, one out.
async function overheadTimer() {
    return timer(identityModel(), [{ type: 'float32', dims: [1, 10], data: new Float32Array(10) }]);
}

function median(numbers) {
    const sorted = numbers.toSorted((a, b) => a - b);
    return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

async function main(words) {
    const at = words.indexOf('--runs');
    const runs = at < 0 ? 200 : Number(words.splice(at, 2)[1]);
    const [model, ...inputs] = words;
    if (!inputs.length || !(runs > 0)) throw new Error('usage: node timing.js MODEL INPUT.npy... [--runs N]');
    const timers = [await timer(model, inputs.map(readNpy)), await overheadTimer()];
    const seconds = [[], []];
    for (const time of timers) await time(Math.ceil(runs / 10));
    for (let i = 0; i < runs; i++) for (const [t, time] of timers.entries()) seconds[t].push(await time(1));
    const [whole, overhead] = seconds.map((s) => median(s) * 1e6);
    console.log(`${(whole - overhead).toFixed(1)} us a run (${whole.toFixed(1)} less ${overhead.toFixed(1)} for Node.js)`);
}

if (require.main === module)
    main(process.argv.slice(2)).catch((error) => {
        console.error(`timing.js: ${error.message}`);
        process.exitCode = 1;
    });

module.exports = { timer, overheadTimer, median };
