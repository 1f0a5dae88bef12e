/** Message queues that Galaxy's runners use, wherever in its configuration they are named. */
import { type AmqpUrl, parseAmqpUrl } from '../../base/amqp-url.ts';
import { reveal, Secret, type Text } from '../../base/secret.ts';

const URL = /\b(?:py)?amqps?:\/\/[^\s"'<>]+/g;

/** The queues of these texts, each once. */
export function queuesIn(texts: readonly Text[]): readonly AmqpUrl[] {
  const found = new Map<string, AmqpUrl>();
  for (const text of texts) {
    for (const [url] of reveal(text).matchAll(URL)) {
      const queue = parseAmqpUrl(new Secret(url, 'amqp://***'));
      if (queue?.user) found.set(`${queue.host} ${queue.vhost} ${queue.user}`, queue);
    }
  }
  return [...found.values()];
}
