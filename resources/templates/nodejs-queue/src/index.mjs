export const handler = async (event) => {
    const failures = [];
    for (const record of event.Records) {
        try {
            const order = JSON.parse(record.body);
            console.log('Order', order.id);
        } catch (error) {
            console.error('Unreadable message', record.messageId, error.message);
            failures.push({ itemIdentifier: record.messageId });
        }
    }
    return { batchItemFailures: failures };
};
