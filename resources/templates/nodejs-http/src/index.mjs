export const handler = async (event) => {
    const name = event.pathParameters?.name ?? 'world';
    console.log(`Greeting ${name}`);
    return {
        statusCode: 200,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ message: `Hello, ${name}` }),
    };
};
