import type { ChatMessage, EmoteProvider } from '@chat-battle/contracts/records/chat-event'
import {
  maxFurtherBytes,
  type FurtherEmotes,
  type SummaryEmotes,
} from '@chat-battle/contracts/records/window-summary'
import { CountTable, type RankedEntry } from '../collections/count-table.ts'
import { Ranked } from './aggregate.ts'

const maxEmotes = 5000

export class TopEmotes extends Ranked {
  /** By provider and id: two providers may use the same id. */
  protected override readonly table = new CountTable(maxEmotes)
  override readonly collections = { emotes: this.table }

  override countMessage({ emotes }: ChatMessage): void {
    for (const { id, name, provider } of emotes) this.table.add(`${provider}:${id}`, name)
  }

  figures() {
    return {
      top_emotes: this.table.top().map(({ id: key, name, count }) => ({ ...readKey(key), name, count })),
    }
  }

  summary(length: number): SummaryEmotes {
    const { entries, maxUnlisted, maxLow } = this.table.ranking(length)
    return { entries: entries.map(toEntry), max_unlisted: maxUnlisted, max_low: maxLow }
  }

  /** The emotes behind the first `length`; null: there are none. */
  further(length: number): FurtherEmotes | null {
    const { entries, maxLow } = this.table.ranking(maxEmotes)
    let bytes = 0
    const further: SummaryEmotes['entries'] = []
    for (const ranked of entries.slice(length)) {
      const entry = toEntry(ranked)
      bytes += Buffer.byteLength(JSON.stringify(entry)) + 1
      if (bytes > maxFurtherBytes) return { entries: further, max_unlisted: ranked.count + maxLow }
      further.push(entry)
    }
    return further.length === 0 ? null : { entries: further, max_unlisted: maxLow }
  }
}

function toEntry({ id: key, name, count }: RankedEntry): SummaryEmotes['entries'][number] {
  const { id, provider } = readKey(key)
  return [id, name, count, provider]
}

function readKey(key: string): { provider: EmoteProvider; id: string } {
  const end = key.indexOf(':')
  return { provider: key.slice(0, end) as EmoteProvider, id: key.slice(end + 1) }
}
