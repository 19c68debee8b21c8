import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { momentKey, type MomentRecord } from '@chat-battle/contracts/records/moment'
import {
  channelMomentsTopic,
  channelStatusTopic,
  monitoredChannelsTopic,
} from '@chat-battle/contracts/records/topics'
import { callRoute } from '@chat-battle/contracts/rest/call-route'
import { createWebhook } from '@chat-battle/contracts/rest/routes/create-webhook'
import { listWebhooks } from '@chat-battle/contracts/rest/routes/list-webhooks'
import { prefixed } from '@chat-battle/runtime/kafka/client'
import { createProducer } from '@chat-battle/runtime/kafka/producer'
import { readWholeTopic } from '@chat-battle/runtime/kafka/topic-reader'
import { testInstallation, until } from '@chat-battle/testkit/testing'
import { readConfig } from '../config.ts'
import { momentFixture } from '../current/moment.fixture.ts'
import { statusFixture } from '../current/status.fixture.ts'
import { startGateway } from '../service.ts'

test('of two gateways one sends a moment, also after both started again', async () => {
  await using installation = await testInstallation()
  const { kafka, settings, logger } = installation
  const contents: string[] = []
  const receiver = createServer((request, response) => {
    request.on('data', (chunk: Buffer) =>
      contents.push((JSON.parse(chunk.toString()) as { content: string }).content),
    )
    request.on('end', () => response.writeHead(204).end())
  }).listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  onTestFinished(() => void receiver.close())
  const host = `127.0.0.1:${(receiver.address() as AddressInfo).port}`
  const leased: string[] = []
  await using _leases = await readWholeTopic(
    kafka,
    prefixed(settings, monitoredChannelsTopic.name),
    logger,
    ({ key }) => leased.push(key),
  )
  const producer = createProducer(kafka)
  await producer.connect()
  onTestFinished(() => producer.disconnect())
  const send = (topic: string, key: string, value: unknown) =>
    producer.send({ topic: prefixed(settings, topic), messages: [{ key, value: JSON.stringify(value) }] })
  const publish = (moment: MomentRecord) => send(channelMomentsTopic.name, momentKey(moment), moment)
  const start = () => {
    const config = { ...readConfig({}), ...settings, GATEWAY_PORT: 0, WEBHOOK_PRIVATE_HOSTS: [host] }
    return startGateway(config, logger, { renewEveryMs: 200 })
  }
  const origin = (gateway: { port: number }) => `http://127.0.0.1:${gateway.port}`
  const ready = (gateway: { port: number }) =>
    until(async () => (await fetch(`${origin(gateway)}/api/health`)).status === 200, 'ready')

  await send(channelStatusTopic.name, 'arena', statusFixture({ channel_login: 'arena', channel_id: '1001' }))
  const first = momentFixture(Date.now() + 30_000, { end: null, times_baseline: 7.25 })
  {
    await using one = await start()
    await using two = await start()
    await Promise.all([ready(one), ready(two)])
    const body = { channel: 'arena', url: `http://${host}/hook` }
    const { id } = await callRoute(createWebhook, { body }, { origin: origin(one) })
    const last = async () => (await callRoute(listWebhooks, {}, { origin: origin(two) })).webhooks[0]?.last
    await until(async () => (await last()) === null, 'the other gateway knows the webhook')
    await publish(first)
    await publish({ ...first, revision: 8, people: 50 })
    await until(async () => (await last())?.state === 'sent', 'the moment is sent')
    expect(id).not.toBe('')
    await until(() => leased.includes('arena'), 'the channel is leased')
  }
  await using again = await start()
  await ready(again)
  await publish({ ...first, revision: 9, people: 60 })
  await publish(momentFixture(first.start + 60_000, { end: null, times_baseline: 3, revision: 12 }))
  await until(() => contents.length > 1, 'the next moment is sent')
  expect(contents.map((content) => content.split(',')[0])).toEqual([
    '**arena**: 7.3 times the usual chat',
    '**arena**: 3.0 times the usual chat',
  ])
})
