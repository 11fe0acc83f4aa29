// The AWS SDK, which the Node.js runtime of Lambda brings along. Where it is not installed, objects are asked for over plain
// HTTP from the endpoint that the local cloud names.
const sdk = await import('@aws-sdk/client-s3').catch(() => undefined);
const client = sdk && new sdk.S3Client({ forcePathStyle: true });
const endpoint = process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL;

const address = (bucket, key) => {
    if (!endpoint) throw new Error('There is neither @aws-sdk/client-s3 nor AWS_ENDPOINT_URL_S3.');
    return `${endpoint}/${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;
};

export async function get(bucket, key) {
    if (client) {
        const { Body } = await client.send(new sdk.GetObjectCommand({ Bucket: bucket, Key: key }));
        return Buffer.from(await Body.transformToByteArray());
    }
    const answer = await fetch(address(bucket, key));
    if (answer.status === 404) throw new Error(`There is no ${key} in the bucket ${bucket}. Put one there first, such as pictures/sunset.png.`);
    if (!answer.ok) throw new Error(`${bucket}/${key}: ${answer.status} ${await answer.text()}`);
    return Buffer.from(await answer.arrayBuffer());
}

export async function put(bucket, key, body, type) {
    if (client) return client.send(new sdk.PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: type }));
    const answer = await fetch(address(bucket, key), { method: 'PUT', body, headers: { 'content-type': type } });
    if (!answer.ok) throw new Error(`${bucket}/${key}: ${answer.status} ${await answer.text()}`);
}
