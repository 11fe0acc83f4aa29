// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
const fs = require('fs');
const path = require('path');
const { isAsync, named } = require('./errors.js');
const { isStreaming } = require('./streaming.js');

/** `dir/module.export.name` → folder, module and dotted export. */
function parseHandler(handler) {
    const match = /^([^.]*)\.(.*)$/.exec(path.basename(handler || ''));
    if (!match)
        throw named('Runtime.MalformedHandlerName', 'Bad handler');
    return { folder: handler.slice(0, handler.length - path.basename(handler).length), moduleName: match[1], exportName: match[2] };
}

function fileOf(root, folder, moduleName) {
    const stem = path.resolve(root, folder, moduleName);
    return ['', '.js', '.mjs', '.cjs'].map((ending) => stem + ending).find((file) => fs.existsSync(file)) || stem;
}

function nearestPackageIsModule(file) {
    for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
        try {
            return JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8')).type === 'module';
        } catch (error) {
            if (error.code !== 'ENOENT')
                return false;
        }
        if (folder === path.dirname(folder))
            return false;
    }
}

/** Only a function with layers pays for it: it costs some milliseconds. */
async function lookIntoLayers() {
    const layers = (process.env.NODE_PATH || '').split(':').filter((folder) => folder.endsWith('/node_modules'));
    if (!layers.some((folder) => fs.existsSync(folder)))
        return;
    const { register, registerHooks } = require('module');
    const hooks = require('url').pathToFileURL(path.join(__dirname, 'layerpackages.mjs')).href;
    if (registerHooks)
        registerHooks({ resolve: (await import(hooks)).resolveSync });
    else if (register)
        register(hooks);
}

async function importFile(file) {
    await lookIntoLayers();
    return import(require('url').pathToFileURL(file).href);
}

/** In the service's order: no extension, .js, .mjs, .cjs, then normal resolution from the task root and NODE_PATH. */
async function loadModule(root, folder, moduleName) {
    const stem = path.resolve(root, folder, moduleName);
    if (fs.existsSync(stem) && fs.statSync(stem).isFile())
        return require(stem);
    if (fs.existsSync(`${stem}.js`))
        return nearestPackageIsModule(`${stem}.js`) ? importFile(`${stem}.js`) : require(`${stem}.js`);
    if (fs.existsSync(`${stem}.mjs`))
        return importFile(`${stem}.mjs`);
    if (fs.existsSync(`${stem}.cjs`))
        return require(`${stem}.cjs`);
    // Also one of a layer's modules, or of the function's own.
    return require(require.resolve(folder + moduleName, { paths: [root] }));
}

const FileAndLine = /^((?:file:\/\/)?\/.*):(\d+)$/m;

/**
 * Where a syntax error stands. The stack of a CommonJS one begins with it; a module's has it nowhere, but the interpreter
 * prints it when it is asked to load the module again, which runs none of it.
 */
function placeOfSyntaxError(error, file) {
    const inStack = FileAndLine.exec(error.stack || '');
    if (inStack)
        return inStack;
    const script = `import(${JSON.stringify(require('url').pathToFileURL(file).href)})`;
    const again = require('child_process').spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', timeout: 5000, env: { PATH: process.env.PATH } });
    return FileAndLine.exec(again.stderr || '');
}

function asInitError(error, file) {
    if (error instanceof SyntaxError) {
        const place = placeOfSyntaxError(error, file);
        const frames = place ? [`    at ${place[1]}:${place[2]}`] : [];
        const stack = (error.stack || '').split('\n').filter((line) => line.startsWith('    at '));
        return Object.assign(named('Runtime.UserCodeSyntaxError', error.toString()), { stack: [`Runtime.UserCodeSyntaxError: ${error}`, ...frames, ...stack].join('\n') });
    }
    if (error && error.code === 'MODULE_NOT_FOUND')
        return Object.assign(named('Runtime.ImportModuleError', error.toString()), { stack: `Runtime.ImportModuleError: ${error.stack}` });
    return error;
}

// In the service's words.
const CallbacksRemoved = 'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature to use Node.js 24 or later. For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.';
const CallbacksLeave = 'AWS Lambda plans to remove support for callback-based function handlers starting with Node.js 24. You will need to update this function to use an async handler to use Node.js 24 or later. For more information and to provide feedback on this change, see https://github.com/aws/aws-lambda-nodejs-runtime-interface-client/issues/137. To disable this warning, set the AWS_LAMBDA_NODEJS_DISABLE_CALLBACK_WARNING environment variable.';

function exported(module, name) {
    return name.split('.').reduce((value, key) => (value === undefined || value === null ? undefined : value[key]), module);
}

/** Loads the user's code and finds its handler. Throws what init/error shall report. */
async function loadHandler(root, handlerString) {
    if (handlerString.split('/').includes('..'))
        throw named('Runtime.MalformedHandlerName', `'${handlerString}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`);
    const { folder, moduleName, exportName } = parseHandler(handlerString);
    let loaded;
    try {
        loaded = await loadModule(root, folder, moduleName);
    } catch (error) {
        throw asInitError(error, fileOf(root, folder, moduleName));
    }
    const modern = /^AWS_Lambda_nodejs(2[4-9]|[3-9]\d)/.test(process.env.AWS_EXECUTION_ENV || '');
    // From Node.js 24 on, what a module exports by default is looked through, too.
    const handler = exported(loaded, exportName) || (modern && loaded ? exported(loaded.default, exportName) : undefined);
    if (!handler)
        throw named('Runtime.HandlerNotFound', `${handlerString} is undefined or not exported`);
    if (typeof handler !== 'function')
        throw named('Runtime.HandlerNotFound', `${handlerString} is not a function`);
    // A streaming handler takes its stream in between.
    if (handler.length >= 3 && !isStreaming(handler)) {
        if (modern)
            throw named('Runtime.CallbackHandlerDeprecated', CallbacksRemoved);
        if (handler.length === 3 && !isAsync(handler) && process.env.AWS_LAMBDA_NODEJS_DISABLE_CALLBACK_WARNING === undefined)
            console.warn(CallbacksLeave);
    }
    return handler;
}

module.exports = { loadHandler };
