// NumPy's .npy files (format 1 to 3, little-endian, C order) to tensors { type, dims, data } and back.
'use strict';

const fs = require('node:fs');

const MAGIC = Buffer.from('\x93NUMPY', 'latin1');

// ONNX Runtime's names of the element types.
const TYPES = [
    { descr: '<f4', type: 'float32', array: Float32Array },
    { descr: '<f8', type: 'float64', array: Float64Array },
    { descr: '<f2', type: 'float16', array: Uint16Array },
    { descr: '|i1', type: 'int8', array: Int8Array },
    { descr: '<i2', type: 'int16', array: Int16Array },
    { descr: '<i4', type: 'int32', array: Int32Array },
    { descr: '<i8', type: 'int64', array: BigInt64Array },
    { descr: '|u1', type: 'uint8', array: Uint8Array },
    { descr: '<u2', type: 'uint16', array: Uint16Array },
    { descr: '<u4', type: 'uint32', array: Uint32Array },
    { descr: '<u8', type: 'uint64', array: BigUint64Array },
    { descr: '|b1', type: 'bool', array: Uint8Array },
];

function headerOf(file, path) {
    if (!file.subarray(0, MAGIC.length).equals(MAGIC)) throw new Error(`${path}: not an .npy file`);
    const wide = file[MAGIC.length] > 1;
    const start = wide ? 12 : 10;
    const end = start + (wide ? file.readUInt32LE(8) : file.readUInt16LE(8));
    return { text: file.toString('latin1', start, end), end };
}

function readNpy(path) {
    const file = fs.readFileSync(path);
    const { text, end } = headerOf(file, path);
    const descr = /'descr': '([^']*)'/.exec(text)?.[1];
    const shape = /'shape': \(([^)]*)\)/.exec(text)?.[1];
    const known = TYPES.find((t) => t.descr === descr);
    if (!known || shape === undefined) throw new Error(`${path}: element type ${descr} is not known`);
    if (/'fortran_order': True/.test(text)) throw new Error(`${path}: Fortran order is not known`);
    const dims = shape.split(',').filter((d) => d.trim()).map(Number);
    const count = dims.reduce((product, d) => product * d, 1);
    const bytes = Uint8Array.from(file.subarray(end)); // a copy is aligned
    return { type: known.type, dims, data: new known.array(bytes.buffer, 0, count) };
}

function writeNpy(path, { type, dims, data }) {
    const { descr } = TYPES.find((t) => t.type === type);
    const shape = dims.length === 1 ? `${dims[0]},` : dims.join(', ');
    const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape}), }`;
    const padded = text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11) + '\n';
    const header = Buffer.concat([MAGIC, Buffer.from([1, 0, 0, 0]), Buffer.from(padded, 'latin1')]);
    header.writeUInt16LE(padded.length, 8);
    fs.writeFileSync(path, Buffer.concat([header, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)]));
}

module.exports = { readNpy, writeNpy };
