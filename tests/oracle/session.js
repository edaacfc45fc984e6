// A model in ONNX Runtime, on one thread.
'use strict';

const ort = require('onnxruntime-node');

const OPTIONS = {
    executionProviders: ['cpu'],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
};

// `model`: a path, or the bytes of a model.
async function openSession(model) {
    return ort.InferenceSession.create(model, OPTIONS);
}

// The tensors under the names of the session's inputs, in order.
function feedsOf(session, tensors) {
    if (tensors.length !== session.inputNames.length)
        throw new Error(`the model has ${session.inputNames.length} inputs: ${session.inputNames.join(', ')}`);
    return Object.fromEntries(
        session.inputNames.map((name, i) => [name, new ort.Tensor(tensors[i].type, tensors[i].data, tensors[i].dims)]),
    );
}

// The outputs in the model's order.
async function runSession(session, tensors) {
    const results = await session.run(feedsOf(session, tensors));
    return session.outputNames.map((name) => results[name]);
}

module.exports = { openSession, feedsOf, runSession };
