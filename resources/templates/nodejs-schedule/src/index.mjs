export const handler = async (event) => {
    console.log('Due at', event.time);
    return { reported: true };
};
