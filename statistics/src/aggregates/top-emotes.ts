import type { ChatMessage, EmoteProvider } from '@chat-battle/contracts/records/chat-event'
import type { SummaryEmotes } from '@chat-battle/contracts/records/window-summary'
import { CountTable } from '../collections/count-table.ts'
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
      top_emotes: this.table.top().map(({ id: key, name, count }) => ({ id: readKey(key).id, name, count })),
    }
  }

  summary(length: number): SummaryEmotes {
    const { entries, maxUnlisted, maxLow } = this.table.ranking(length)
    return {
      entries: entries.map(({ id: key, name, count }) => {
        const { id, provider } = readKey(key)
        return [id, name, count, provider]
      }),
      max_unlisted: maxUnlisted,
      max_low: maxLow,
    }
  }
}

function readKey(key: string): { provider: EmoteProvider; id: string } {
  const end = key.indexOf(':')
  return { provider: key.slice(0, end) as EmoteProvider, id: key.slice(end + 1) }
}
