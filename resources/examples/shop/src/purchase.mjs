import { randomUUID } from 'node:crypto';
import { products } from './products.mjs';

class OutOfStock extends Error {
    constructor(product, wanted) {
        super(`${product.name}: ${wanted} wanted, ${product.stock} left`);
        this.name = 'OutOfStock';
    }
}

const answer = (statusCode, body) => ({ statusCode, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

export const handler = async (event) => {
    const order = JSON.parse(event.body ?? '{}');
    if (!Array.isArray(order.items) || order.items.length === 0)
        return answer(400, { message: 'The order has no items.' });
    let cents = 0;
    for (const { id, count } of order.items) {
        const product = products.find((candidate) => candidate.id === id);
        if (!product)
            return answer(404, { message: `There is no product "${id}".` });
        if (count > product.stock)
            throw new OutOfStock(product, count);
        cents += product.cents * count;
    }
    console.log('Order accepted', { items: order.items.length, cents });
    return answer(201, { id: randomUUID(), cents, currency: process.env.CURRENCY, table: process.env.ORDERS_TABLE });
};
