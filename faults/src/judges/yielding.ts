import { setImmediate as othersTurn } from 'node:timers/promises'

const itemsInATurn = 5000

/**
 * Gives the items in turns with whatever else this process does. The stand-in for Twitch is a part of it: while hundreds of
 * thousands of lines are counted at a stretch, it answers no PING, and ingest takes its connection for dead.
 */
export async function* inTurns<Item>(items: Iterable<Item>): AsyncGenerator<Item> {
  let given = 0
  for (const item of items) {
    if (++given % itemsInATurn === 0) await othersTurn()
    yield item
  }
}
