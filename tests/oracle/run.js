// node run.js MODEL OUTDIR INPUT.npy...: runs a model in ONNX Runtime and writes OUTDIR/output_<i>.npy.
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { readNpy, writeNpy } = require('./npy');
const { openSession, runSession } = require('./session');

async function main([model, folder, ...inputs]) {
    if (!folder) throw new Error('usage: node run.js MODEL OUTDIR INPUT.npy...');
    const outputs = await runSession(await openSession(model), inputs.map(readNpy));
    fs.mkdirSync(folder, { recursive: true });
    outputs.forEach((tensor, i) => writeNpy(path.join(folder, `output_${i}.npy`), tensor));
}

main(process.argv.slice(2)).catch((error) => {
    console.error(`run.js: ${error.message}`);
    process.exitCode = 1;
});
