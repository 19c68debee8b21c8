import type { StreamEntry } from '@chat-battle/contracts/rest/routes/list-streams'

export function streamOf(stream_id: string, given: Partial<StreamEntry> = {}): StreamEntry {
  return {
    stream_id,
    started_at: 0,
    last_seen_at: 1_200_000,
    is_live: false,
    title: `Title ${stream_id}`,
    category: 'Chess',
    ...given,
  }
}
