import { products } from './products.mjs';

export const handler = async (event) => {
    const words = (event.queryStringParameters?.q ?? '').toLowerCase().split(/\s+/).filter(Boolean);
    const found = products.filter((product) => words.every((word) => product.name.toLowerCase().includes(word)));
    console.log(`“${words.join(' ')}” matches ${found.length} of ${products.length} products`);
    return {
        statusCode: 200,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ currency: process.env.CURRENCY, products: found }),
    };
};
