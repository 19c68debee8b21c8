import { setImmediate as nextTurn } from 'node:timers/promises'

const itemsPerTurn = 5000

/**
 * Iterates over items and lets the event loop run in between. The Twitch stub runs in this process: if it answers no PING
 * while hundreds of thousands of lines are counted, ingest gives up its connection.
 */
export async function* yieldingToEventLoop<Item>(items: Iterable<Item>): AsyncGenerator<Item> {
  let count = 0
  for (const item of items) {
    if (++count % itemsPerTurn === 0) await nextTurn()
    yield item
  }
}
