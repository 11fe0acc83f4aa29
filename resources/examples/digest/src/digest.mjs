const StoryCount = 5;

/** Where to post: a channel such as "#news". Anything else is refused before a service is asked. */
function channelOf(event) {
    const channel = event?.channel;
    if (typeof channel !== 'string' || !/^#[a-z0-9-]{1,40}$/.test(channel))
        throw new TypeError(`The event needs a channel such as "#news", not ${JSON.stringify(channel)}`);
    return channel;
}

async function json(response) {
    if (!response.ok)
        throw new Error(`${response.url} answered ${response.status}`);
    return response.json();
}

async function topStories() {
    const base = process.env.NEWS_API_URL;
    const ids = await json(await fetch(`${base}/topstories.json`));
    return Promise.all(ids.slice(0, StoryCount).map(async (id) => json(await fetch(`${base}/item/${id}.json`))));
}

export const handler = async (event) => {
    const channel = channelOf(event);
    const stories = await topStories();
    console.log(`Read ${stories.length} stories`);
    const text = stories.map((story, n) => `${n + 1}. ${story.title} (${story.score}) ${story.url}`).join('\n');
    await json(await fetch(process.env.WEBHOOK_URL, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ channel, text }),
    }));
    console.log(`Posted to ${channel}`);
    return { posted: stories.length, channel };
};
