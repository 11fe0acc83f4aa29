// SPDX-License-Identifier: GPL-3.0-or-later
// Packages that ES modules import are looked for in the layers, too, as the service's own build of Node.js does with NODE_PATH.
import { pathToFileURL } from 'node:url';

const folders = (process.env.NODE_PATH || '').split(':').filter((folder) => folder.endsWith('/node_modules')).map((folder) => pathToFileURL(`${folder}/`).href);
const isPackage = (specifier) => !/^(\.|\/|#|[a-z]+:)/i.test(specifier);
const isMissing = (error) => error.code === 'ERR_MODULE_NOT_FOUND';

/** In the thread of the modules themselves, where Node.js can do that. */
export function resolveSync(specifier, context, nextResolve) {
    try {
        return nextResolve(specifier, context);
    } catch (error) {
        for (const parentURL of isPackage(specifier) && isMissing(error) ? folders : []) {
            try {
                return nextResolve(specifier, { ...context, parentURL });
            } catch (again) {
                if (!isMissing(again))
                    throw again;
            }
        }
        throw error;
    }
}

/** In a thread of its own. */
export async function resolve(specifier, context, nextResolve) {
    try {
        return await nextResolve(specifier, context);
    } catch (error) {
        for (const parentURL of isPackage(specifier) && isMissing(error) ? folders : []) {
            try {
                return await nextResolve(specifier, { ...context, parentURL });
            } catch (again) {
                if (!isMissing(again))
                    throw again;
            }
        }
        throw error;
    }
}
