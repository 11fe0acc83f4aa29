// The AWS SDK, which the Node.js runtime of Lambda brings along. Where it is not installed, connections are written to over plain
// HTTP at the address that the local cloud names.
const sdk = await import('@aws-sdk/client-apigatewaymanagementapi').catch(() => undefined);
const local = process.env.AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI;

/** False where that connection is gone. */
export async function post({ domainName, stage }, connectionId, data) {
    if (sdk) {
        const client = new sdk.ApiGatewayManagementApiClient({ endpoint: local ?? `https://${domainName}/${stage}` });
        try {
            await client.send(new sdk.PostToConnectionCommand({ ConnectionId: connectionId, Data: data }));
            return true;
        } catch (error) {
            if (error.name === 'GoneException') return false;
            throw error;
        }
    }
    if (!local) throw new Error('There is neither @aws-sdk/client-apigatewaymanagementapi nor a local cloud.');
    const answer = await fetch(`${local}/${stage}/@connections/${encodeURIComponent(connectionId)}`, { method: 'POST', body: data });
    if (!answer.ok && answer.status !== 410) throw new Error(`${connectionId}: ${answer.status} ${await answer.text()}`);
    return answer.ok;
}
