import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { channelStats } from './channel-stats.ts'
import { channelStatusRecord } from './channel-status.ts'
import { chatEvent } from './chat-event.ts'
import { errorBody } from './errors.ts'
import { lease } from './lease.ts'
import { channelList, health, watchAccepted } from './rest.ts'

// A change here is a change on the wire: to be made on purpose, so that old and new processes still understand each other.
test.each([
  ['twitch-chat-messages', chatEvent, '9eecb6f1f124b20e'],
  ['channel-stats', channelStats, 'eae44f2264362929'],
  ['channel-status', channelStatusRecord, '2c2214d755de658a'],
  ['monitored-channels', lease, '688f7e91372fb8b9'],
  ['GET /api/channels', channelList, '45981c4c18691369'],
  ['POST watch', watchAccepted, '5dfc6164e83afcf6'],
  ['GET /api/health', health, '956e4fe2c885207d'],
  ['errors', errorBody, 'e6192d927fcc22f3'],
])('the schema of %s is as it was', (_, schema, hash) => {
  const wire = JSON.stringify(z.toJSONSchema(schema))
  expect(createHash('sha256').update(wire).digest('hex').slice(0, 16)).toBe(hash)
})
