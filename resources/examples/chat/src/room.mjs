// Who is there: an object for each connection, with the name in it.
const sdk = await import('@aws-sdk/client-s3').catch(() => undefined);
const client = sdk && new sdk.S3Client({ forcePathStyle: true });
const endpoint = process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL;
const Bucket = process.env.ROOM;

async function ask(method, key, body) {
    if (!endpoint) throw new Error('There is neither @aws-sdk/client-s3 nor AWS_ENDPOINT_URL_S3.');
    const answer = await fetch(`${endpoint}/${Bucket}${key}`, { method, body });
    if (!answer.ok) throw new Error(`${method} ${key}: ${answer.status} ${await answer.text()}`);
    return answer.text();
}

export async function put(id, name) {
    if (client) return client.send(new sdk.PutObjectCommand({ Bucket, Key: id, Body: name }));
    await ask('PUT', `/${encodeURIComponent(id)}`, name);
}

export async function remove(id) {
    if (client) return client.send(new sdk.DeleteObjectCommand({ Bucket, Key: id }));
    await ask('DELETE', `/${encodeURIComponent(id)}`);
}

/** A map of ids to names. */
export async function list() {
    const ids = client ? ((await client.send(new sdk.ListObjectsV2Command({ Bucket }))).Contents ?? []).map(({ Key }) => Key)
                       : [...(await ask('GET', '?list-type=2')).matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key]) => key);
    const names = await Promise.all(ids.map((id) => name(id).catch(() => undefined)));
    return new Map(ids.map((id, i) => [id, names[i]]).filter(([, found]) => found));
}

async function name(id) {
    if (!client) return ask('GET', `/${encodeURIComponent(id)}`);
    return (await client.send(new sdk.GetObjectCommand({ Bucket, Key: id }))).Body.transformToString();
}
