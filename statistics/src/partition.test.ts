import { describe, expect, test } from 'vitest'
import { windowMs } from '@chat-battle/contracts/window'
import { message, tick } from './chat-events.fixture.ts'
import { FinalWindows, rememberMs } from './time/final-windows.ts'
import { maxChannels } from './open-channels.ts'
import { PartitionState } from './partition.ts'

const start = 1_700_000_400_000
const minute = 60_000

/** A partition that is read from its beginning. */
class Input {
  state = new PartitionState()
  offset = 0n

  say(at: number, given: Parameters<typeof message>[1] = {}, appendMs = at) {
    return this.state.apply(message(at, given), this.offset++, appendMs)
  }

  /** As many other channels as a partition keeps open. */
  crowd(at: number, name: string): void {
    for (let index = 0; index < maxChannels; index++)
      this.say(at, { channel_id: `${name}${index}`, channel_login: `c${index}` })
  }

  finalsOf(channelId: string) {
    return this.state.takeFinals().filter(({ channel_id }) => channel_id === channelId)
  }
}

describe('open channels', () => {
  test('are bounded by closing the one with the oldest last record', () => {
    const input = new Input()
    for (let said = 0; said < 10; said++) input.say(start + said)
    input.say(start, { channel_id: '1002', channel_login: 'second' })
    input.crowd(start + 100, '9')
    expect(input.state.channels.size).toBe(maxChannels)
    const finals = input.state.takeFinals()
    expect(finals.map(({ channel_id, message_count }) => [channel_id, message_count])).toEqual([
      ['1001', 10],
      ['1002', 1],
    ])
  })
})

describe('a final frame is final', () => {
  test('messages for a window that was closed early count as late', () => {
    const input = new Input()
    for (let said = 0; said < 10; said++) input.say(start + said)
    input.crowd(start + 100, '9')
    expect(input.say(start + 200).outcome).toBe('late')
    expect(input.state.apply(tick(start + 201, start), input.offset++, start + 201).outcome).toBe('late')
    expect(input.state.channels.has('1001')).toBe(false)
    const nextWindow = input.say(start + windowMs + 1)
    expect(nextWindow.outcome).toBe('counted')
    // The one that was closed is not opened by what comes while it would still be open.
    expect(input.say(start + windowMs - 1).outcome).toBe('late')
    input.say(start + 3 * windowMs)
    expect(
      input
        .finalsOf('1001')
        .map(({ window_start, message_count, late_count }) => [window_start, message_count, late_count]),
    ).toEqual([
      [start, 10, 0],
      [start + windowMs, 1, 1],
    ])
  })

  test('messages for the last window of a forgotten channel count as late', () => {
    const input = new Input()
    input.say(start)
    for (let step = 1; step <= 32; step++)
      input.say(start + (step * minute) / 2, { channel_id: '2', channel_login: 'other' })
    expect(input.finalsOf('1001')).toHaveLength(1)
    expect(input.say(start + 5, {}, start + 17 * minute).outcome).toBe('late')
    expect(input.say(start - windowMs, {}, start + 17 * minute).outcome).toBe('late')
    expect(input.say(start + 16 * minute, {}, start + 17 * minute).outcome).toBe('counted')
    expect(input.finalsOf('1001')).toEqual([])
  })

  test('unknown channels open any window', () => {
    const input = new Input()
    input.say(start)
    input.crowd(start + 100, '9')
    expect(input.say(start - 50 * windowMs, { channel_id: '3', channel_login: 'old' }).outcome).toBe(
      'counted',
    )
  })
})

describe('the memory of final windows', () => {
  test('ends after a day', () => {
    const windows = new FinalWindows()
    windows.add('1', start, start)
    windows.add('2', start + windowMs, start + rememberMs)
    expect(windows.has('1', start)).toBe(true)
    windows.add('3', start + windowMs, start + rememberMs + 1)
    expect([windows.has('1', start), windows.has('2', start)]).toEqual([false, true])
  })

  test('lasts a day from the last channel of a window and counts each channel once', () => {
    const windows = new FinalWindows([], undefined, 3)
    for (let time = 0; time < 5; time++) windows.add('1', start, start)
    windows.add('2', start, start + rememberMs / 2)
    windows.add('3', start + windowMs, start + rememberMs + 1)
    expect(windows.has('1', start)).toBe(true)
    expect(windows.has('5', start)).toBe(false)
  })

  test('is bounded by sealing the oldest windows for a day', () => {
    const windows = new FinalWindows([], undefined, 3)
    for (const id of ['1', '2']) windows.add(id, start, start)
    for (const id of ['3', '4']) windows.add(id, start + windowMs, start)
    expect([...windows.byStart.keys()]).toEqual([start + windowMs])
    expect(windows.has('5', start)).toBe(true)
    expect(windows.has('5', start + windowMs)).toBe(false)
    expect(windows.has('4', start + windowMs)).toBe(true)
    windows.add('6', start + windowMs, start + rememberMs + 1)
    expect(windows.has('5', start)).toBe(false)
  })
})

describe('revisions', () => {
  const revisions = (input: Input, count: number) =>
    Array.from({ length: count }, () => input.say(start).changed.map(({ revision }) => revision)).flat()

  test('keep growing each time the input goes back', () => {
    const input = new Input()
    expect(revisions(input, 5)).toEqual([1, 2, 3, 4, 5])
    input.state.goBackTo(3n)
    input.offset = 3n
    expect(revisions(input, 2)).toEqual([6, 7])
    input.state.goBackTo(0n)
    input.offset = 0n
    expect(revisions(input, 2)).toEqual([8, 9])
    expect([...input.state.openWindows()].map(({ revision }) => revision)).toEqual([9])
    input.say(start + 3 * windowMs)
    expect(input.state.takeFinals()).toMatchObject([{ revision: 10, message_count: 9 }])
  })
})

describe('records that the input lost', () => {
  test('are skipped and hide no window that began with earlier records', () => {
    const input = new Input()
    input.say(start)
    input.state.skipTo(9n, start + minute)
    input.state.skipTo(5n, start + minute)
    expect(input.state.nextOffset).toBe(9n)
    expect([...input.state.openWindows()]).toHaveLength(1)
  })
})
