import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { channelStats } from './records/channel-stats.ts'
import { channelStatusRecord } from './records/channel-status.ts'
import { chatEvent } from './records/chat-event.ts'
import { errorBody } from './rest/errors.ts'
import { lease } from './records/lease.ts'
import { channelList, health, leasesTaken, snapshots, watchAccepted } from './rest/responses.ts'

// A change here is a change on the wire: to be made on purpose, so that old and new processes still understand each other.
test.each([
  ['twitch-chat-messages', chatEvent, '9eecb6f1f124b20e'],
  ['channel-stats', channelStats, 'eae44f2264362929'],
  ['channel-status', channelStatusRecord, '2c2214d755de658a'],
  ['monitored-channels', lease, '688f7e91372fb8b9'],
  ['GET /api/channels', channelList, '7aa37151964149f3'],
  ['GET /api/snapshots', snapshots, '523b03d76557c21f'],
  ['POST /api/watch', leasesTaken, 'a2a6e82d26fd09c0'],
  ['POST watch', watchAccepted, '5dfc6164e83afcf6'],
  ['GET /api/health', health, '956e4fe2c885207d'],
  ['errors', errorBody, 'e6192d927fcc22f3'],
])('the schema of %s is as it was', (_, schema, hash) => {
  const wire = JSON.stringify(z.toJSONSchema(schema))
  expect(createHash('sha256').update(wire).digest('hex').slice(0, 16)).toBe(hash)
})
