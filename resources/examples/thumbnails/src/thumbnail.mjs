import { decode, encode, shrink } from './png.mjs';
import { get, put } from './store.mjs';

const longestSide = Number(process.env.LONGEST_SIDE ?? 128);

export const handler = async (event) => {
    const written = [];
    for (const { s3 } of event.Records) {
        // Keys come with + for spaces and percent signs for the rest.
        const key = decodeURIComponent(s3.object.key.replaceAll('+', ' '));
        const picture = decode(await get(s3.bucket.name, key));
        const small = shrink(picture, longestSide);
        // Another bucket: in the same one each thumbnail would start this function again.
        await put(process.env.THUMBNAILS, key, encode(small), 'image/png');
        console.log(`${key}: ${picture.width}×${picture.height} to ${small.width}×${small.height}`);
        written.push({ key, width: small.width, height: small.height });
    }
    return written;
};
