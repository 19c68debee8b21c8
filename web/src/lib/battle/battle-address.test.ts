import { describe, expect, test } from 'vitest'
import { addressMessages } from './address-messages.ts'
import { addressOf, defaultAddress, readAddress, type BattleAddress } from './battle-address.ts'

const readIn = (search: string, locale: 'en' | 'de') =>
  readAddress(new URLSearchParams(search), addressMessages[locale])
const read = (search: string) => readIn(search, 'en')
const channelsOf = (search: string) => {
  const { address, problems } = read(search)
  return { channels: address.channels, problems }
}

describe('the channels of the address', () => {
  test('are read back as they were written', () => {
    expect(channelsOf(addressOf({ channels: ['a', '@900', '7'] }).slice(2))).toEqual({
      channels: ['a', '@900', '7'],
      problems: [],
    })
    expect(channelsOf('')).toEqual({ channels: [], problems: [] })
    expect(addressOf({ channels: [] })).toBe('/')
  })

  test('stand there once each', () => {
    expect(channelsOf('channels=A,a,,b')).toEqual({ channels: ['a', 'b'], problems: [] })
  })

  test('are reported beyond four', () => {
    expect(channelsOf('channels=a,b,c,d,e,f,e')).toEqual({
      channels: ['a', 'b', 'c', 'd'],
      problems: ['Four channels fit. Not shown: e, f.'],
    })
  })

  test('are read where others are invalid, and each invalid one is reported', () => {
    const { channels, problems } = channelsOf(`channels=no!,ok,videos,${'x'.repeat(300)}`)
    expect(channels).toEqual(['ok'])
    expect(problems).toHaveLength(3)
    expect(problems[0]).toMatch(/^“no!” in the address is not shown\. A channel name has/)
    expect(problems[1]).toMatch(/page of Twitch/)
    expect(problems[2]?.length).toBeLessThan(160)
  })

  test('are read from a repeated parameter, which is reported', () => {
    expect(channelsOf('channels=a&channels=b,a')).toEqual({
      channels: ['a', 'b'],
      problems: ['The address names “channels” more than once; all of them are read.'],
    })
  })

  test('are not read from a parameter that looks like the right one, which is reported', () => {
    expect(channelsOf('channel=ninja&utm_source=x')).toEqual({
      channels: [],
      problems: ['“channel=” in the address is not read. Channels are named by “channels=”.'],
    })
  })

  test('end with the one that a form added', () => {
    expect(channelsOf('channels=a,b&add=@900')).toEqual({ channels: ['a', 'b', '@900'], problems: [] })
    expect(channelsOf('channels=a&add=')).toEqual({ channels: ['a'], problems: [] })
    expect(channelsOf('channels=a&add=no!').problems).toHaveLength(1)
  })

  test('may be pasted addresses', () => {
    expect(channelsOf('channels=https%3A%2F%2Fwww.twitch.tv%2FNinja').channels).toEqual(['ninja'])
  })
})

const chosen: BattleAddress = {
  channels: ['a', 'b'],
  range: { from: 1_795_600_800_000, to: 1_795_604_400_000 },
  view: 'apart',
  scale: 'per_chatter',
  compare: 'day',
  side: 'chat',
}

describe('the options of the address', () => {
  test('are read back as they were written', () => {
    const address = addressOf(chosen)
    expect(address).toBe(
      '/?channels=a,b&range=1795600800000-1795604400000&view=apart&scale=per_chatter&compare=day&side=chat',
    )
    expect(read(address.slice(2))).toEqual({ address: chosen, problems: [] })
  })

  test.each(['10m', '1h', '1d', '7d'] as const)('have the range %s', (range) => {
    expect(read(addressOf({ channels: ['a'], range }).slice(2)).address.range).toBe(range)
  })

  test('do not stand there while they are the default', () => {
    expect(addressOf({ ...defaultAddress, channels: ['a'] })).toBe('/?channels=a')
  })

  test.each(['', '1-', '5-4', '7-7', '-1-5', '0-7776000001', '1e3-2e3', '2h', '1-2-3', '9'.repeat(40)])(
    'fall back to the live window where the range is %o',
    (range) => {
      const { address, problems } = read(`channels=a&range=${range}`)
      expect(address.range).toBe('live')
      expect(problems).toEqual([expect.stringMatching(/^The address has no valid range: “/)])
    },
  )

  test('accept a range as long as the archive reaches', () => {
    expect(read('range=0-7776000000').address.range).toEqual({ from: 0, to: 7_776_000_000 })
  })

  test('fall back to the default where a value is unknown, and report it', () => {
    expect(readIn('channels=a&view=cubist&side=Chat&scale=&compare=week', 'de')).toEqual({
      address: { ...defaultAddress, channels: ['a'] },
      problems: ['view=cubist', 'scale=', 'compare=week', 'side=Chat'].map(
        (given) => `Die Seite kennt „${given}“ in der Adresse nicht und lässt es weg.`,
      ),
    })
  })
})
