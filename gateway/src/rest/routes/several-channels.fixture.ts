import { windowMs } from '@chat-battle/contracts/window'
import { statsFixture } from '../../stats.fixture.ts'
import type { AppOptions } from '../app.ts'
import { recordOf, startRest } from '../rest.fixture.ts'

/** The REST API with a channel in each state: `arena` (id 1001) joined, `gone` not found, `left` parted, `waiting` joining. */
export async function startWithChannels(given: Partial<AppOptions> = {}) {
  const rest = await startRest(given)
  const { statsView, statusView } = rest
  statusView.apply(recordOf({ channel_login: 'arena', channel_id: '1001' }))
  statusView.apply(recordOf({ channel_login: 'gone', state: 'not_found' }))
  statusView.apply(recordOf({ channel_login: 'left', channel_id: '1003', state: 'parted' }))
  statusView.apply(recordOf({ channel_login: 'waiting', state: 'joining' }))
  statsView.apply(statsFixture({ window_start: 4 * windowMs, message_count: 3, final: true }))
  statsView.apply(statsFixture({ window_start: 5 * windowMs, message_count: 7 }))
  return rest
}
