export const products = [
    { id: 'tea-green', name: 'Green tea', cents: 650, stock: 12 },
    { id: 'tea-black', name: 'Black tea', cents: 590, stock: 40 },
    { id: 'pot', name: 'Tea pot', cents: 3400, stock: 3 },
    { id: 'cup', name: 'Cup', cents: 900, stock: 0 },
];
